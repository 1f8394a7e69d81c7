"""Test ``triptych build --watch``: it rebuilds after each change until it is stopped."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import MINIMAL
from tests.conftest import write_files
from triptych import press
from triptych.cli import rebuilding
from triptych.cli.build import BuildResult
from triptych.cli.report import Reporter
from triptych.diagnostics import Diagnostic
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.session import BuildSession

_LONG = 240.0  # seconds, for busy machines


class Watching:
    """A ``build --watch`` process, and the events that it prints."""

    def __init__(self, project: Path, temporary: Path, *more: str) -> None:
        self.project = project
        temporary.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "triptych",
                "build",
                str(project),
                "--watch",
                "--format",
                "json",
                "--jobs",
                "2",
                *more,
            ],
            env={**os.environ, "TMPDIR": str(temporary), "SOURCE_DATE_EPOCH": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def until(self, *names: str) -> list[dict[str, Any]]:
        """Return the events up to the first with one of these names, inclusive."""
        reported: list[dict[str, Any]] = []
        while not reported or reported[-1]["event"] not in names:
            try:
                reported.append(json.loads(self.lines.get(timeout=_LONG)))
            except queue.Empty:
                raise AssertionError(
                    f"no {names} after {reported}; the code is {self.process.poll()}"
                ) from None
        return reported

    def write(self, name: str, text: str) -> list[str]:
        """Change a file, and return the names of the events until the build waits for the next change."""
        (self.project / name).write_text(text)
        return [event["event"] for event in self.until("waiting") if event["event"] != "stage"]

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """End the process with a signal, and return its exit code and messages."""
        os.killpg(self.process.pid, number) if number is signal.SIGINT else self.process.terminate()
        code = self.process.wait(timeout=30)
        assert self.process.stderr is not None
        return code, self.process.stderr.read()

    def __enter__(self) -> Watching:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    with Watching(write_files(tmp_path / "book", MINIMAL), tmp_path / "temporary") as watching:
        yield watching


SECTION = "source/section.md"


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (signal.SIGINT, 130, "Stopped by Ctrl-C; no partial files were left.\n"),
        (signal.SIGTERM, 143, "Stopped by a request to terminate; no partial files were left.\n"),
    ],
)
def test_watch_rebuilds_after_changes_and_stops_on_request(
    watching: Watching, tmp_path: Path, number: signal.Signals, code: int, words: str
) -> None:
    first = watching.until("waiting")
    assert [event["event"] for event in first if event["event"] != "stage"] == ["output", "done", "waiting"]
    epub = watching.project / "build/a-book.epub"
    before = epub.read_bytes()
    assert watching.write(SECTION, "# A\n\nOther text.\n") == ["changed", "output", "done", "waiting"]
    after = epub.read_bytes()
    assert after != before

    # After an error, no outputs are written and the process continues.
    reported = watching.write(SECTION, "# A\n\nSee @fig-gone.\n")
    assert reported == ["changed", "diagnostic", "failed", "waiting"]
    assert epub.read_bytes() == after
    assert watching.write(SECTION, "# A\n\nOther text.\n") == ["changed", "up-to-date", "waiting"]

    assert watching.end(number) == (code, words)
    assert [event["event"] for event in watching.until("stopped")] == ["stopped"]
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform != "linux", reason="sessions listen on Linux only")
def test_build_uses_a_running_watch_session(watching: Watching, tmp_path: Path) -> None:
    watching.until("waiting")
    section, epub = watching.project / SECTION, watching.project / "build/a-book.epub"
    before = epub.read_bytes()
    section.write_text("# A\n\nOther text.\n")
    code, reported = build_beside(watching.project)
    assert code == 0
    assert set(reported) <= {"output", "done", "up-to-date"}  # no stage event: nothing was built
    assert epub.read_bytes() != before
    watching.until("waiting")
    section.write_text("# A\n\nSee @fig-gone.\n")
    assert build_beside(watching.project) == (1, ["diagnostic", "failed"])


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform != "linux", reason="sessions listen on Linux only")
def test_build_with_other_options_does_not_use_the_watch_session(watching: Watching, tmp_path: Path) -> None:
    watching.until("waiting")
    code, reported = build_beside(watching.project, "--output-dir", str(tmp_path / "elsewhere"))
    assert code == 0
    assert reported[0] == "stage"
    assert [path.suffix for path in (tmp_path / "elsewhere").iterdir()] == [".epub"]


def build_beside(project: Path, *options: str) -> tuple[int, list[str]]:
    """Return the exit code and the events of a build in another process."""
    result = subprocess.run(
        [sys.executable, "-m", "triptych", "build", str(project), "--format", "json", *options],
        env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
        capture_output=True,
        text=True,
    )
    return result.returncode, [json.loads(line)["event"] for line in result.stdout.splitlines()]


@pytest.mark.e2e
def test_missing_project_is_awaited(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    with Watching(tmp_path / "book", tmp_path / "temporary") as watching:
        reported = [event["event"] for event in watching.until("waiting")]
        assert reported[-3:] == ["diagnostic", "failed", "waiting"]
        write_files(tmp_path / "book", MINIMAL)
        assert [event["event"] for event in watching.until("output", "failed")][-1] == "output"


@pytest.mark.e2e
def test_terminated_workers_are_restarted(watching: Watching) -> None:
    watching.until("waiting")
    children = Path(f"/proc/{watching.process.pid}/task/{watching.process.pid}/children")
    if not children.exists():
        pytest.skip("looks processes up in /proc")
    for child in children.read_text().split():
        os.kill(int(child), signal.SIGKILL)
    reported = watching.write(SECTION, "# A\n\nOther text.\n")
    assert reported[-3:] == ["output", "done", "waiting"]
    assert "failed" not in reported


@pytest.mark.e2e
def test_watch_output_equals_a_first_build(tmp_path: Path) -> None:
    """Test that watch builds give the outputs of a first build after edits of text, settings, theme, data."""
    manifest = "book:\n  title: A book\n  chapters: [one.md, two.md]\nlang: en\noutput-file: book\n"
    book = {
        "source/book.yaml": manifest,
        "source/one.md": "# One {#sec-one}\n\nSome text, $E = mc^2$.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n",
        "source/two.md": "# Two\n\nMore of it, see @sec-one.\n",
    }
    changes = [
        ("source/two.md", "# Two\n\nOther words, see @sec-one.\n\n# Three\n\nAnd $a^2$.\n"),
        ("source/book.yaml", f"{manifest}theme: look.yaml\n"),
        ("source/look.yaml", 'extends: report\ncolours: {accent: "#1f6f5c"}\n'),
        ("source/look.yaml", 'extends: report\ncolours: {accent: "#8a2f1c"}\n'),
        ("templates/epub/style.css.j2", "body { color: #222222 }\n"),
        ("templates/epub/style.css.j2", "body { color: #333333 }\n"),
    ]
    with Watching(write_files(tmp_path / "book", book), tmp_path / "temporary") as watching:
        watching.until("waiting")
        for name, text in changes:
            (watching.project / name).parent.mkdir(parents=True, exist_ok=True)
            assert watching.write(name, text)[-1] == "waiting"
        watching.end(signal.SIGTERM)
    anew = write_files(tmp_path / "anew", {**book, **dict(changes)})
    subprocess.run(
        [sys.executable, "-m", "triptych", "build", str(anew), "--jobs", "2"],
        env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
        check=True,
        capture_output=True,
    )
    names = ["book.epub", "book.pdf", "book.pptx"]
    assert [name for name in names if _read(tmp_path / "book", name) != _read(anew, name)] == []


def _read(project: Path, name: str) -> bytes:
    return (project / "build" / name).read_bytes()


@pytest.fixture
def watcher(minimal: Path) -> Iterator[rebuilding._Rebuilder]:
    request = BuildRequest(output_folder=minimal / "build", cache_folder=minimal / "cache", jobs=1)
    with BuildSession(1, has_memory=True) as session:
        yield rebuilding._Rebuilder(Project(minimal), request, Reporter(root=minimal), session)


def test_unchanged_outputs_are_not_rewritten_while_the_book_is_read(
    minimal: Path,
    watcher: rebuilding._Rebuilder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    learnt: list[tuple[bool, list[Diagnostic]]] = []
    really = press.press

    def spying(project: Project, request: BuildRequest, *more: Any) -> BuildOutcome:
        outcome = really(project, request, *more)
        learnt.append((request.publishes, outcome.diagnostics))
        return outcome

    def build(*, warms_up: bool) -> str:
        assert watcher.build(warms_up=warms_up)
        return capsys.readouterr().out.splitlines()[0]

    build(warms_up=True)
    before = {path: path.stat() for path in (minimal / "build").iterdir()}
    monkeypatch.setattr(press, "press", spying)
    for warms_up in (True, False):
        assert build(warms_up=warms_up) == "Nothing has changed; the outputs are up to date."
        assert {path: path.stat() for path in (minimal / "build").iterdir()} == before
    assert learnt == [(False, [])]


class TestWhatGoesWrongBesideTheSource:
    @pytest.fixture
    def built(self, watcher: rebuilding._Rebuilder, monkeypatch: pytest.MonkeyPatch):
        def build(error: Exception) -> BuildResult | None:
            def fail(*args: object, **how: object) -> int:
                raise error

            monkeypatch.setattr(rebuilding, "build_once", fail)
            return watcher.build()

        return build

    def test_error_is_reported_and_watching_continues(
        self, built, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert built(RuntimeError("out of luck")) is None
        assert capsys.readouterr().err == "error: RuntimeError: out of luck\n"

    def test_missing_library_ends_watching(self, built) -> None:
        with pytest.raises(ImportError):
            built(ImportError("no pango"))
