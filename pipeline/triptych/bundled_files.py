"""Locate the files that come with the program: its templates, themes and fonts, and its guide."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def templates_folder() -> Path:
    """The built-in templates: inside the installed package, or at the top of a checkout."""
    packaged = Path(__file__).with_name("templates")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


@cache
def guide_folder() -> Path:
    """Return the source of the guide: inside the installed package, or in a checkout."""
    packaged = Path(__file__).with_name("guide")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "docs/guide/source"


@cache
def gallery_folder() -> Path:
    """Return the gallery of project templates: inside the installed package, or in a checkout."""
    packaged = Path(__file__).with_name("gallery")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "docs/gallery"


def are_bundled(folder: Path) -> bool:
    """Whether a folder of templates is the built-in one, as a project's is in a checkout of the program."""
    return folder.resolve() == templates_folder().resolve()
