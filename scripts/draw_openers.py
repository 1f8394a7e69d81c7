"""Draw the pictures on the openers of the edition's parts, each from data of the part.

Run this when the data change; a test compares the drawings with the data.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "source/images"

WIDTH, HEIGHT = 1600, 1200
_DEEP, _SAND, _RED, _BLUE = "#16324a", "#d9c7a0", "#d2472f", "#6f9bbd"


def _column(name: str, column: str) -> list[float]:
    """Return the numbers of a column of a data file of the edition."""
    with (ROOT / f"source/data/{name}.csv").open(encoding="utf-8") as file:
        return [float(row[column]) for row in csv.DictReader(file)]


def digital() -> Iterator[str]:
    """Draw waves from a mast: a ring for each year, with a width in proportion to subscriptions."""
    values = _column("5g_subscriptions", "subscriptions_million")
    x, y, radius = WIDTH * 0.16, HEIGHT * 0.86, 90.0
    yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="34" fill="{_RED}"/>'
    room = (WIDTH * 0.98 - x - radius) / len(values)
    for place, value in enumerate(values):
        width = room * 0.72 * value / max(values)
        last = place == len(values) - 1
        yield (
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius + (place + 0.5) * room:.1f}" fill="none" '
            f'stroke="{_RED if last else _SAND}" stroke-width="{width:.1f}"/>'
        )


def energy() -> Iterator[str]:
    """Draw rising suns: one for each year, with a size in proportion to the solar capacity."""
    values = _column("solar_capacity", "solar_capacity_GW")
    for place in reversed(range(len(values))):
        radius = HEIGHT * 0.92 * math.sqrt(values[place] / max(values))
        colour = _RED if place == len(values) - 1 else (_SAND, _DEEP)[(len(values) - place) % 2]
        yield f'<circle cx="{WIDTH / 2:.0f}" cy="{HEIGHT}" r="{radius:.1f}" fill="{colour}"/>'


def life() -> Iterator[str]:
    """Draw a double helix with a rung for each innovative drug approved in the last year."""
    rungs = int(_column("nmpa_drugs", "innovative_drugs")[-1])
    for place in range(rungs):
        x = WIDTH * (place + 0.5) / rungs
        phase = 2 * math.pi * 2.5 * place / rungs
        rise = HEIGHT * 0.3 * math.sin(phase)
        depth = (1 + math.cos(phase)) / 2
        top, bottom = HEIGHT / 2 - rise, HEIGHT / 2 + rise
        yield (
            f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" stroke="{_BLUE}" stroke-width="3" '
            f'stroke-opacity="{0.25 + 0.35 * depth:.2f}"/>'
        )
        yield f'<circle cx="{x:.1f}" cy="{top:.1f}" r="{7 + 9 * depth:.1f}" fill="{_SAND}"/>'
        yield f'<circle cx="{x:.1f}" cy="{bottom:.1f}" r="{16 - 9 * depth:.1f}" fill="{_RED}"/>'


def world() -> Iterator[str]:
    """Draw arcs over a horizon: one for each field in the last chapter, with a width for China's share."""
    shares = _column("second_counts", "first_percent")
    y, left = HEIGHT * 0.82, WIDTH * 0.1
    step = WIDTH * 0.8 / len(shares)
    for place, share in enumerate(shares):
        right = left + step * (place + 1)
        radius = (right - left) / 2
        yield (
            f'<path d="M{left:.1f} {y:.1f}A{radius:.1f} {radius:.1f} 0 0 1 {right:.1f} {y:.1f}" fill="none" '
            f'stroke="{_RED if share == max(shares) else _SAND}" '
            f'stroke-width="{4 + 40 * share / max(shares):.1f}"/>'
        )
        yield f'<circle cx="{right:.1f}" cy="{y:.1f}" r="14" fill="{_BLUE}"/>'
    yield f'<circle cx="{left:.1f}" cy="{y:.1f}" r="30" fill="{_RED}"/>'
    yield f'<rect x="0" y="{y:.1f}" width="{WIDTH}" height="4" fill="{_BLUE}"/>'


OPENERS: Mapping[str, Callable[[], Iterator[str]]] = {
    "digital": digital,
    "energy": energy,
    "life": life,
    "world": world,
}


def opener(name: str) -> str:
    """Return a picture as SVG, 1600 × 1200."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_DEEP}"/>',
            *OPENERS[name](),
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    for name in OPENERS:
        (IMAGES / f"opener-{name}.svg").write_text(opener(name), encoding="utf-8")
