"""Draw the cover of the edition: its title over the solar capacity per year, the book's steepest curve.

Run this when the series changes; a test compares the drawing with the data.
"""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = ROOT / "source/data/solar_capacity.csv"
COVER = ROOT / "source/images/cover.svg"

_WIDTH, _HEIGHT, _MARGIN = 1600, 2560, 160
_FOOT, _TALLEST = 2150, 1000  # baseline of the bars, and height of the last one
_SHARE = 0.56  # fraction of the space per bar
_DEEP, _PAPER, _SAND, _RED = "#16324a", "#ffffff", "#d9c7a0", "#d2472f"


def cover() -> str:
    """Return the cover as SVG, 1600 × 2560."""
    with DATA.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    values = [float(row["solar_capacity_GW"]) for row in rows]
    step = (_WIDTH - 2 * _MARGIN) / len(values)
    bars = []
    for place, value in enumerate(values):
        height = value / max(values) * _TALLEST
        colour = _RED if place == len(values) - 1 else _SAND
        bars.append(
            f'<rect x="{_MARGIN + place * step:.1f}" y="{_FOOT - height:.1f}" '
            f'width="{step * _SHARE:.1f}" height="{height:.1f}" fill="{colour}"/>'
        )
    years = rows[0]["year"], rows[-1]["year"]
    legend = f"Solar power in China, {values[0]:.0f} to {values[-1]:,.0f} GW"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            f'width="{_WIDTH}" height="{_HEIGHT}">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{_DEEP}"/>',
            *(
                f'<rect x="{_MARGIN + 82 * place}" y="168" width="68" height="14" fill="{colour}"/>'
                for place, colour in enumerate((_RED, _SAND, "#6f9bbd"))
            ),
            f'<g fill="{_PAPER}" font-family="EB Garamond" font-size="232">',
            f'<text x="{_MARGIN - 8}" y="440">China’s</text>',
            f'<text x="{_MARGIN - 8}" y="664">leading</text>',
            f'<text x="{_MARGIN - 8}" y="888">technologies</text>',
            "</g>",
            f'<g fill="{_PAPER}" font-family="Work Sans" font-size="54">',
            f'<text x="{_MARGIN}" y="1020">What they have achieved,</text>',
            f'<text x="{_MARGIN}" y="1092">and where their limits lie</text>',
            "</g>",
            *bars,
            f'<rect x="{_MARGIN}" y="{_FOOT}" width="{_WIDTH - 2 * _MARGIN}" height="4" fill="{_PAPER}"/>',
            f'<g fill="{_PAPER}" font-family="Work Sans" font-size="36">',
            f'<text x="{_MARGIN}" y="2214">{years[0]}</text>',
            f'<text x="{_WIDTH - _MARGIN}" y="2214" text-anchor="end">{years[1]}</text>',
            f'<text x="{_MARGIN}" y="2290">{legend}</text>',
            f'<text x="{_MARGIN}" y="2430" font-size="44">The Triptych Edition</text>',
            f'<text x="{_WIDTH - _MARGIN}" y="2430" text-anchor="end">December 2026</text>',
            "</g>",
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    COVER.parent.mkdir(exist_ok=True)
    COVER.write_text(cover(), encoding="utf-8")
