"""A temporary copy of a project to build in, so that nothing of the user's is touched."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measuring import Run, RunError, measure
from triptych.manifest import Manifest, read_manifest
from triptych.project import BUILD_FOLDER, OUTPUT_FORMATS, OutputFormat, Project
from triptych.theme import templates_folder

REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Workplace:
    """``project`` holds the copy; ``scratch`` is the temporary folder of the programs that run."""

    project: Path
    scratch: Path
    manifest: Manifest

    @property
    def environ(self) -> dict[str, str]:
        """The user's environment, with temporary files kept here and bytecode allowed."""
        kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        return {**kept, "TMPDIR": str(self.scratch)}

    def clean(self) -> None:
        """Remove cache, outputs and temporary files."""
        shutil.rmtree(self.project / BUILD_FOLDER, ignore_errors=True)
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()

    def build(self, formats: tuple[OutputFormat, ...]) -> Run:
        """Let Triptych build the copy."""
        command = [sys.executable, "-m", "triptych", "build", "--json", "--verbose"]
        command += ["--to", ",".join(formats), str(self.project)]
        return measure(command, folder=self.scratch, environ=self.environ)


@contextmanager
def workplace(root: Path) -> Iterator[Workplace]:
    """Copy what a project consists of: ``source/``, and ``templates/`` where they are its own."""
    manifest, _, found = read_manifest(Project(root))
    if manifest is None:
        raise RunError("\n".join(diagnostic.message for diagnostic in found))
    with tempfile.TemporaryDirectory(prefix="triptych-benchmark-") as name:
        place = Workplace(Path(name).resolve() / "project", Path(name).resolve() / "scratch", manifest)
        shutil.copytree(root / "source", place.project / "source")
        own = root / "templates"
        if own.is_dir() and own.resolve() != templates_folder().resolve():
            shutil.copytree(own, place.project / "templates")
        place.clean()
        yield place


def events(run: Run) -> list[tuple[float, dict[str, Any]]]:
    """The JSON events of a build with the second at which each arrived."""
    return [(line.second, json.loads(line.text)) for line in run.lines]


def stages(run: Run) -> dict[str, float]:
    """Seconds per stage, from ``starting`` (interpreter and imports) to ``ending`` (the record, the exit)."""
    found: dict[str, float] = {}
    name, since = "starting", 0.0
    for second, event in events(run):
        if event["event"] == "stage" or (event["event"] == "output" and name != "ending"):
            found[name] = second - since
            name, since = event.get("name", "ending"), second
    found[name] = run.wall - since
    return found


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The options that the programs share."""
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    option = parser.add_argument
    option("--project", type=Path, default=REPOSITORY, metavar="DIR", help="default: this repository")
    option("--to", type=_formats, default=OUTPUT_FORMATS, metavar="pdf,epub,pptx", help="default: all")
    option("--rounds", type=_positive, default=3, metavar="N", help="after a warm-up; default: 3")
    return parser


def _formats(text: str) -> tuple[OutputFormat, ...]:
    names = text.split(",")
    if unknown := set(names) - set(OUTPUT_FORMATS):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return tuple(name for name in OUTPUT_FORMATS if name in names)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
