"""Measure a program that watches a project: the time from saving a file to the new output."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.edits import Edit
from benchmarks.measuring import RunError
from benchmarks.workplace import Workplace
from triptych.formats import OutputFormat

_REST = 6.0  # seconds in which a preview builds outputs that are not displayed


def seconds_after_saving(place: Workplace, edits: Iterable[Edit]) -> list[float]:
    """Return the seconds from saving each change to the end of its build; the first is a warm-up."""
    with _staying(place, "build", "--watch") as program:

        def rest() -> None:
            program.until("waiting")

        rest()
        return program.seconds(edits, lambda: program.until("done"), rest)


def seconds_to_show(place: Workplace, name: OutputFormat, edits: Iterable[Edit]) -> list[float]:
    """Return the seconds from saving each change until a displayed output of the preview is up to date."""
    with _staying(place, "preview", "--no-open", "--port", "0") as program:
        url = program.until("serving")["url"]
        origin = "://".join(urlsplit(url)[:2])
        look = urllib.request.Request(f"{url}in-view/{name}", headers={"Origin": origin}, method="POST")
        urllib.request.urlopen(look).close()

        def made() -> None:
            while not program.until("updated")["name"].endswith(f".{name}"):
                pass

        made()
        return program.seconds(edits, made, lambda: time.sleep(_REST))


@dataclass(frozen=True, slots=True)
class _Program:
    """A program that prints events, one JSON object per line."""

    process: subprocess.Popen[str]

    def until(self, name: str) -> dict[str, str]:
        """Read events up to one of a name. Raise ``RunError`` if the build fails or ends before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event: dict[str, str] = json.loads(line)
            if event["event"] == name:
                return event
            if event["event"] == "failed":
                break
        raise RunError(f'a program that stays never came to "{name}"')

    def seconds(
        self, edits: Iterable[Edit], is_there: Callable[[], object], rest: Callable[[], object]
    ) -> list[float]:
        """Return the seconds for each change, with a ``rest`` after it; the first is a warm-up."""
        taken = []
        for edit in edits:
            start = time.perf_counter()
            edit.make()
            is_there()
            taken.append(time.perf_counter() - start)
            rest()
            edit.undo()
            is_there()
            rest()
        return taken[1:]


@contextmanager
def _staying(place: Workplace, *command: str) -> Iterator[_Program]:
    output, nowhere = subprocess.PIPE, subprocess.DEVNULL
    line = [sys.executable, "-m", "triptych", *command, "--format", "json", place.project]
    with subprocess.Popen(
        line, cwd=place.scratch, env=place.environ, stdout=output, stderr=nowhere, text=True
    ) as process:
        try:
            yield _Program(process)
        finally:
            process.terminate()
