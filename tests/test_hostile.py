"""Test that hostile cases are written correctly, and that their runner detects failures.

``python -m tests.hostile.running`` runs the cases themselves.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.hostile.cases import CASES
from tests.hostile.running import Limits, innermost, placed, run_command, traces
from tests.hostile.small_project import small_project

_SHORT = Limits(work=1, end=5)


def test_each_case_has_a_unique_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 120


def test_case_is_a_project_next_to_a_secret(tmp_path: Path) -> None:
    small_project(tmp_path, "Body.", manifest="jinja: true\n", files={"source/a.csv": b"a\n"})
    assert (tmp_path / "project/source/one.md").read_text().endswith("\nBody.\n")
    assert "jinja: true" in (tmp_path / "project/source/book.yaml").read_text()
    assert (tmp_path / "outside/secret.css").is_file()


def test_endless_run_is_terminated(tmp_path: Path) -> None:
    ended = run_command([sys.executable, "-c", "while True: pass"], tmp_path, _SHORT)
    assert (ended.why, ended.code) == ("hang", None)
    assert 1 < ended.cpu < 4


def test_waiting_run_has_more_time(tmp_path: Path) -> None:
    waits = [sys.executable, "-c", "import time; time.sleep(2)"]
    (tmp_path / "a").mkdir()
    ended = run_command(waits, tmp_path / "a", _SHORT)
    assert (ended.why, ended.code) == ("", 0)
    (tmp_path / "b").mkdir()
    assert run_command(waits, tmp_path / "b", Limits(work=1, end=1)).why == "hang"


def test_run_over_the_memory_limit_is_reported(tmp_path: Path) -> None:
    work = "import time; x = bytearray(200 << 20); x[::4096] = b'1' * len(x[::4096]); time.sleep(1)"
    ended = run_command([sys.executable, "-c", work], tmp_path, Limits(work=20))
    assert ended.bytes > 200 << 20


def test_an_attempt_to_reach_another_machine_is_noted(tmp_path: Path) -> None:
    connects = "socket.socket().connect_ex(('192.0.2.1', 80))"
    sends = "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.2', 53))"
    in_a_child = f"import socket, os; os.fork() or ({connects}, os._exit(0)); os.wait(); {sends}"
    ended = run_command([sys.executable, "-c", in_a_child], tmp_path, Limits(work=20))
    if not traces():
        pytest.skip("strace is not there, or not allowed")
    assert [[name in address for name in ("192.0.2.1", "192.0.2.2")] for address in ended.reached] == [
        [True, False],
        [False, True],
    ]


def test_sockets_within_the_machine_are_not_noted(tmp_path: Path) -> None:
    work = "import socket; a, b = socket.socketpair(); a.send(b'1'); socket.socket(1).connect_ex('/tmp/none')"
    assert run_command([sys.executable, "-c", work], tmp_path, Limits(work=20)).reached == ()


@pytest.mark.parametrize(
    ("said", "sound"),
    [
        ("source/one.md:3:1: error[LNT001]: a\n  hint: b\n", True),
        ("source/one.md:3: error[LNT001]: a\n", True),
        ("source/one.md:3:1: error[LNT001]: a\nerror[CHK001]: b\n", False),
        ("build/a.epub: error[CHK001]: a\n", False),
        ("Nothing was written: found 1 error.\n", False),
    ],
)
def test_each_error_has_a_place(said: str, sound: bool) -> None:
    assert placed(said) is sound


def test_traceback_is_identified_by_the_innermost_project_frame() -> None:
    text = (
        'Traceback (most recent call last):\n  File "/a/pipeline/triptych/press.py", line 7, in run\n    f()\n'
        '  File "/usr/lib/json.py", line 1, in f\n    g()\nValueError: no\n\nTraceback (most recent call last):\n'
        '  File "/a/pipeline/triptych/cli/build.py", line 9, in build\n    h()\nOSError: other\n'
    )
    assert innermost(text) == ("triptych/press.py:7", "ValueError: no")
    assert innermost("all is well") == ("", "")
