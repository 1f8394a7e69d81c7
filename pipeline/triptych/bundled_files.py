"""What comes with the program: the folder of its templates, themes and fonts."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def templates_folder() -> Path:
    """The built-in templates: inside the installed package, or at the top of a checkout."""
    packaged = Path(__file__).with_name("templates")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


def are_bundled(folder: Path) -> bool:
    """Whether a folder of templates is the built-in one, as a project's is in a checkout of the program."""
    return folder.resolve() == templates_folder().resolve()
