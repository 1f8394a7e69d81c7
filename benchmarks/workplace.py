"""Create a temporary project, copied or generated, so that files of the user are not changed."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf

from benchmarks.measuring import Run, RunError, measure
from benchmarks.mixed_book import write_mixed_book
from triptych.folders import get_templates_folder
from triptych.formats import BOOK_FORMATS, OutputFormat
from triptych.project import BUILD_FOLDER, MANIFEST, Project
from triptych.settings.book import PartEntry
from triptych.settings.manifest import Manifest
from triptych.settings.manifest_reader import read_manifest

REPOSITORY = Path(__file__).parents[1]
_WITNESS = Path(__file__).with_name("witness.py")
Fill = Callable[[Path], None]  # puts a project into a folder


@dataclass(frozen=True, slots=True)
class Workplace:
    """A copy of a project in ``project``, and a temporary folder ``scratch`` for the measured programs."""

    project: Path
    scratch: Path
    manifest: Manifest

    @property
    def environ(self) -> dict[str, str]:
        """Return the user's environment with temporary files, home and caches here, and bytecode allowed."""
        return environ_in(self.scratch)

    def clean(self) -> None:
        """Remove the cache, the outputs and all caches of programs."""
        self._put_away(self.project / BUILD_FOLDER)
        self.clean_scratch()

    def clean_scratch(self) -> None:
        """Remove all caches of programs, as on a machine on which they never ran."""
        self._put_away(self.scratch)
        self.scratch.mkdir()
        os.sync()

    def _put_away(self, folder: Path) -> None:
        """Move a folder away, to be removed at the end.

        For minutes after removing many files, an ext4 disk creates files three times as slowly, which would
        distort a first build.
        """
        if folder.exists():
            folder.rename(Path(tempfile.mkdtemp(prefix="gone-", dir=self.project.parent)) / folder.name)

    def build(self, formats: tuple[OutputFormat, ...]) -> Run:
        """Build the copy with Triptych."""
        note = self.project.with_name("peaks")
        command: list[str | Path] = [sys.executable, _WITNESS, note, "build", "--format", "json", "--verbose"]
        command += ["--to", ",".join(formats), self.project]
        run = measure(command, folder=self.scratch, environ=self.environ)
        own, child = (int(kilobytes) / 1024 for kilobytes in note.read_text("ascii").split())
        return replace(run, own=own, child=child)

    def pages(self) -> int:
        """Return the page count of the PDF of the last build."""
        with pikepdf.open(self.project / BUILD_FOLDER / f"{self.manifest.stem}.pdf") as pdf:
            return len(pdf.pages)

    def sections(self) -> list[str]:
        """Return the project-relative paths of the sections, in order."""
        book, project = self.manifest.book, Project(self.project)
        listed = [path for entry in book.chapters for path in _paths(entry)]
        located = (project.locate_file(path) for path in (*listed, *book.appendices))
        return [path for path in located if path is not None]


def environ_in(folder: Path) -> dict[str, str]:
    """Return the user's environment with temporary files, home, caches in a folder, and bytecode allowed."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **dict.fromkeys(("TMPDIR", "HOME", "XDG_CACHE_HOME"), str(folder))}


def _paths(entry: PartEntry | str) -> tuple[str, ...]:
    return tuple(entry.chapters) if isinstance(entry, PartEntry) else (entry,)


@contextmanager
def workplace(fill: Fill) -> Iterator[Workplace]:
    """Yield a project in a temporary folder, which is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="triptych-benchmark-") as name:
        folder = Path(name).resolve()
        fill(folder / "project")
        manifest, _, found = read_manifest(Project(folder / "project"))
        if manifest is None:
            raise RunError("\n".join(diagnostic.message for diagnostic in found))
        place = Workplace(folder / "project", folder / "scratch", manifest)
        place.clean()
        yield place


def copy_project(root: Path, folder: Path) -> None:
    """Copy the files of a project: ``source/``, and ``templates/`` if the project has its own."""
    if not (root / MANIFEST).is_file():
        raise RunError(f"{root} holds no {MANIFEST}")
    shutil.copytree(root / "source", folder / "source")
    own = root / "templates"
    if own.is_dir() and own.resolve() != get_templates_folder().resolve():
        shutil.copytree(own, folder / "templates")


def chosen(options: argparse.Namespace) -> Fill:
    """Return the project that the options select: a given one, or a generated book with a page count."""
    if options.pages:
        return partial(write_mixed_book, options.pages)
    return partial(copy_project, options.project)


def events(run: Run) -> list[tuple[float, dict[str, Any]]]:
    """Return the JSON events of a build with the second at which each arrived."""
    return [(line.second, json.loads(line.text)) for line in run.lines]


def up_to_date(run: Run) -> bool:
    """Return whether Triptych reported that nothing had changed."""
    return any(event["event"] == "up-to-date" for _, event in events(run))


def stages(run: Run) -> dict[str, float]:
    """Return the seconds per stage, from ``starting`` (interpreter, imports) to ``ending`` (record, exit)."""
    found: dict[str, float] = {}
    name, since = "starting", 0.0
    for second, event in events(run):
        if event["event"] == "stage" or (event["event"] == "output" and name != "ending"):
            found[name] = second - since
            name, since = event.get("name", "ending"), second
    found[name] = run.wall - since
    return found


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Add the options that the programs share."""
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    option = parser.add_argument
    option("--project", type=Path, default=REPOSITORY, metavar="DIR", help="default: this repository")
    option("--pages", type=positive, metavar="N", help="a generated book of about so many instead")
    option("--rounds", type=positive, default=3, metavar="N", help="after a warm-up; default: 3")
    return parser


def offer_formats(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add the option for output formats."""
    text = "default: all"
    parser.add_argument("--to", type=_formats, default=BOOK_FORMATS, metavar="pdf,epub,pptx", help=text)
    return parser


def _formats(text: str) -> tuple[OutputFormat, ...]:
    names = text.split(",")
    if unknown := set(names) - set(BOOK_FORMATS):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return tuple(name for name in BOOK_FORMATS if name in names)


def positive(text: str) -> int:
    """Parse a positive number of pages, rounds or references."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
