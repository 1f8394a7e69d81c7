"""Test ``triptych preview`` as a process: serving, messages, and shutdown."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@contextmanager
def running(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Run the preview on a free port, and kill it if it does not end by itself."""
    command = [sys.executable, "-m", "triptych", "preview", "--port", "0", "--no-open", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def event(process: subprocess.Popen[str], name: str) -> dict:
    assert process.stdout
    for line in process.stdout:
        text = json.loads(line)
        if text["event"] == name:
            return text
    raise AssertionError(f"it ended without saying {name!r}: {process.stderr and process.stderr.read()}")


@pytest.mark.e2e
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("ending", "code", "cause"),
    [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 143, "a request to terminate")],
)
def test_preview_serves_until_stopped_and_reports_it(
    minimal: Path, ending: signal.Signals, code: int, cause: str
) -> None:
    with running(minimal, "--format", "json") as process:
        url = event(process, "serving")["url"]
        assert event(process, "updated")["name"] == "a-book.epub"
        with urllib.request.urlopen(url) as answer:
            assert b"A book" in answer.read()
        process.send_signal(ending)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == code
        assert errors == f"Stopped by {cause}; no partial files were left.\n"


@pytest.mark.e2e
def test_findings_are_reported_while_the_server_continues(minimal: Path) -> None:
    (minimal / "source/section.md").write_text("See @fig-gone.\n")
    with running(minimal, "--format", "json") as process:
        url = event(process, "serving")["url"]
        assert event(process, "diagnostic")["code"] == "REF001"
        (minimal / "source/section.md").write_text("Mended.\n")
        event(process, "updated")
        with urllib.request.urlopen(f"{url}epub/EPUB/text/section.xhtml") as answer:
            assert b"Mended." in answer.read()


def test_port_in_use_is_a_usage_error(run: Run, minimal: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("preview", minimal, "--no-open", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "in use" in result.stderr


def test_address_of_another_machine_is_a_usage_error(run: Run, minimal: Path) -> None:
    result = run("preview", minimal, "--no-open", "--host", "192.0.2.1")
    assert result.exit_code == 2
    assert "192.0.2.1" in result.stderr


def test_public_address_is_a_usage_error(run: Run, minimal: Path) -> None:
    result = run("preview", minimal, "--no-open", "--host", "0.0.0.0")
    assert result.exit_code == 2
    assert "ssh -L" in result.stderr


def test_misspelt_output_is_a_usage_error(run: Run, minimal: Path) -> None:
    assert run("preview", minimal, "--to", "epbu").exit_code == 2
