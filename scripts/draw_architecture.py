"""Draw the picture of the architecture page from ``docs/images/build.dot``.

usage: python -m scripts.draw_architecture
"""

from __future__ import annotations

from pathlib import Path

from triptych.media.diagrams import draw_diagram
from triptych.theme.theme import load_theme

IMAGES = Path(__file__).resolve().parents[1] / "docs/images"
PICTURE = IMAGES / "build.svg"


def draw() -> bytes:
    """Return the picture as SVG, with outlines for its text."""
    return draw_diagram("dot", (IMAGES / "build.dot").read_text("utf-8"), load_theme()).svg


if __name__ == "__main__":
    PICTURE.write_bytes(draw())
    print(f"wrote {PICTURE.relative_to(IMAGES.parents[1])}")
