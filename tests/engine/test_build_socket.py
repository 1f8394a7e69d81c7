"""Test that a running session answers build requests of the same user, and declines others."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from triptych.engine import build_socket
from triptych.engine.build_socket import BuildSocket, request_build

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sessions listen on Linux only")

OUTCOME = {"found": [], "outputs": {"a.pdf": "0"}}


@pytest.fixture
def woken() -> threading.Event:
    return threading.Event()


@pytest.fixture
def requests(tmp_path: Path, woken: threading.Event) -> Iterator[BuildSocket]:
    with BuildSocket(tmp_path, woken.set) as result:
        yield result


def asked(folder: Path, key: str = "a key") -> tuple[threading.Thread, list[object]]:
    """Send a request in a thread, and return its result."""
    got: list[object] = []
    thread = threading.Thread(target=lambda: got.append(request_build(folder, key)))
    thread.start()
    return thread, got


def test_a_request_is_answered(tmp_path: Path, requests: BuildSocket, woken: threading.Event) -> None:
    thread, got = asked(tmp_path)
    assert woken.wait(10)
    request = requests.take_request()
    assert request is not None
    assert request.key == "a key"
    request.answer(OUTCOME)
    thread.join(10)
    assert got == [OUTCOME]
    assert requests.take_request() is None


def test_a_request_may_be_declined(tmp_path: Path, requests: BuildSocket, woken: threading.Event) -> None:
    thread, got = asked(tmp_path)
    assert woken.wait(10)
    request = requests.take_request()
    assert request is not None
    request.answer(None)
    thread.join(10)
    assert got == [None]


def test_no_answer_without_a_session(tmp_path: Path) -> None:
    assert request_build(tmp_path, "a key") is None
    assert request_build(tmp_path / "missing", "a key") is None


def test_a_session_that_ends_declines_and_leaves_no_socket(tmp_path: Path, woken: threading.Event) -> None:
    with BuildSocket(tmp_path, woken.set):
        thread, got = asked(tmp_path)
        assert woken.wait(10)
    thread.join(10)
    assert got == [None]
    assert list(tmp_path.iterdir()) == []


def test_a_socket_that_a_killed_session_left_is_replaced(tmp_path: Path, woken: threading.Event) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "session.sock"))
    left.close()
    assert request_build(tmp_path, "a key") is None
    with BuildSocket(tmp_path, woken.set):
        thread, _ = asked(tmp_path)
        assert woken.wait(10)
    thread.join(10)


def test_of_two_sessions_the_first_one_answers(
    tmp_path: Path, requests: BuildSocket, woken: threading.Event
) -> None:
    with BuildSocket(tmp_path, lambda: pytest.fail("asked")):
        pass
    thread, got = asked(tmp_path)
    assert woken.wait(10)
    request = requests.take_request()
    assert request is not None
    request.answer(OUTCOME)
    thread.join(10)
    assert got == [OUTCOME]


def test_only_this_user_can_connect(tmp_path: Path, requests: BuildSocket) -> None:
    assert (tmp_path / "session.sock").stat().st_mode & 0o777 == 0o600


def test_session_of_another_user_is_not_used(
    tmp_path: Path, requests: BuildSocket, woken: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_socket.os, "geteuid", lambda: os.getuid() + 1)
    assert request_build(tmp_path, "a key") is None
    assert not woken.is_set()


@pytest.mark.parametrize(
    "line", [b"\n", b"no JSON\n", b'{"version": 0, "key": "a"}\n', b'{"version": 1}\n', b"[]\n"]
)
def test_malformed_request_is_not_answered(
    tmp_path: Path, requests: BuildSocket, woken: threading.Event, line: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(tmp_path / "session.sock"))
        client.sendall(line)
        assert client.recv(1) == b""
    assert not woken.is_set()


def test_a_folder_with_a_long_path_has_a_socket_too(tmp_path: Path, woken: threading.Event) -> None:
    folder = tmp_path / ("long " * 20) / ("name " * 20)
    with BuildSocket(folder, woken.set):
        thread, _ = asked(folder)
        assert woken.wait(10)
    thread.join(10)


def test_a_link_in_the_place_of_the_folder_is_not_followed(tmp_path: Path, woken: threading.Event) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with BuildSocket(tmp_path / "link", woken.set):
        assert list((tmp_path / "real").iterdir()) == []
