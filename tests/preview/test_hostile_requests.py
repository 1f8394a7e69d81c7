"""Test requests that the user's browser does not send: they get no data, change nothing, and end soon."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

from tests.conftest import write_files
from tests.preview.conftest import PROJECT, Preview, previewed
from triptych.preview import connections
from triptych.preview import connections as bounded_request
from triptych.preview.state import OutputFile

Say = Callable[..., bytes]


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """Return a preview of a book that says "Some text."; its editor writes a file when it is started."""
    root = write_files(tmp_path_factory.mktemp("preview") / "project", PROJECT)
    with previewed(root, editor=f"touch {root.parent / 'opened'} {{path}}") as preview:
        preview.until(lambda: "epub" in preview.shared.state.outputs)
        yield preview


@pytest.fixture
def say(preview: Preview) -> Say:
    """Return a function that sends requests, and returns all answers until the server closes the connection.

    ``{…}`` in requests stand for the names of the preview.
    """

    def speak(*requests: str, pause: float = 0.0) -> bytes:
        server = preview.server
        text = f"127.0.0.1:{server.server_port}"
        heard = b""
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as connection:
            with suppress(ConnectionError):  # the server may close the connection early
                for request in requests:
                    result = request.replace("{own}", text).replace("{token}", server.token)
                    connection.sendall(result.replace("\n", "\r\n").encode())
                    time.sleep(pause)
            with suppress(ConnectionError):
                while more := connection.recv(65536):
                    heard += more
        return heard

    return speak


def status(answer: bytes) -> int:
    """Return the status of an answer, or 0 if there is none."""
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else 0


LOOK = "GET /{token}/state HTTP/1.1\nHost: {own}\n"
LOOK_AND_LEAVE = LOOK + "Connection: close\n\n"
TELL = "POST /{token}/in-view/pptx HTTP/1.1\nHost: {own}\n"
OPEN = "POST /{token}/open/source/1/1/source/section.md HTTP/1.1\nHost: {own}\n"
OPEN_FILE = "POST /{{token}}/open/source/1/1/{} HTTP/1.1\nHost: {{own}}\n"
OPEN_PAGE = f"POST /{{token}}/open/pdf/{'0' * 16}/1/0/0 HTTP/1.1\nHost: {{own}}\n"
OPEN_WORD = "POST /{{token}}/open/epub/{}/0/EPUB/text/section.xhtml HTTP/1.1\nHost: {{own}}\n"
OWN = "Origin: http://{own}\n"
REFUSED = {
    "no host": (421, "GET /{token}/ HTTP/1.1\n\n"),
    "another host": (421, "GET /{token}/ HTTP/1.1\nHost: evil.example\n\n"),
    "two hosts": (421, "GET /{token}/ HTTP/1.1\nHost: {own}\nHost: evil.example\n\n"),
    "a host in the address": (403, "GET http://{own}/{token}/ HTTP/1.1\nHost: {own}\n\n"),
    "no token": (403, "GET / HTTP/1.1\nHost: {own}\n\n"),
    "a state without a token": (403, "GET /state HTTP/1.1\nHost: {own}\n\n"),
    "events without a token": (403, "GET /events HTTP/1.1\nHost: {own}\n\n"),
    "a token and more": (403, "GET /{token}x/state HTTP/1.1\nHost: {own}\n\n"),
    "a token that is no text": (403, "GET /%ff\u00e9/state HTTP/1.1\nHost: {own}\n\n"),
    "a page of another site": (403, LOOK + "Origin: http://evil.example\n\n"),
    "a page of no site": (403, LOOK + "Origin: null\n\n"),
    "a page of another port": (403, LOOK + "Origin: http://127.0.0.1:1\n\n"),
    "told from elsewhere": (403, TELL + "Origin: http://evil.example\n\n"),
    "told from nowhere": (403, TELL + "\n"),
    "told without a token": (403, TELL.replace("/{token}", "") + OWN + "\n"),
    "told by looking": (404, TELL.replace("POST", "GET") + OWN + "\n"),
    "told what is not there": (404, TELL.replace("in-view/pptx", "state") + OWN + "\n"),
    "an editor for another site": (403, OPEN + "Origin: http://evil.example\n\n"),
    "an editor for nobody": (403, OPEN + "\n"),
    "an editor without a token": (403, OPEN.replace("/{token}", "") + OWN + "\n"),
    "an editor by looking": (404, OPEN.replace("POST", "GET") + OWN + "\n"),
    "an editor for a file out of the project": (404, OPEN_FILE.format("/etc/passwd") + OWN + "\n"),
    "an editor for a file above": (404, OPEN_FILE.format("source/../../secret") + OWN + "\n"),
    "an editor for a file above, in other letters": (404, OPEN_FILE.format("%2e%2e/secret") + OWN + "\n"),
    "an editor for a file that is no source": (404, OPEN_FILE.format("build/a-book.epub") + OWN + "\n"),
    "an editor for an option": (404, OPEN_FILE.format("--help") + OWN + "\n"),
    "an editor at no line": (404, OPEN.replace("/1/1/", "/x/1/") + OWN + "\n"),
    "an editor at a line of many digits": (404, OPEN.replace("/1/1/", f"/{'9' * 50}/1/") + OWN + "\n"),
    "an editor for an output of before": (409, OPEN_WORD.format("0" * 16) + OWN + "\n"),
    "an editor for an output that is not there": (409, OPEN_PAGE + OWN + "\n"),
    "a form": (413, TELL + OWN + "Content-Length: 3\n\na=b"),
    "a body without an end": (413, TELL + OWN + "Transfer-Encoding: chunked\n\nffffff\n"),
    "two lengths": (400, LOOK + "Content-Length: 0\nContent-Length: 0\n\n"),
    "two lengths that differ": (400, LOOK + "Content-Length: 0\nContent-Length: 30\n\n" + LOOK + "\n"),
    "a list of lengths": (400, LOOK + "Content-Length: 0, 0\n\n"),
    "a length and chunks": (400, LOOK + "Content-Length: 0\nTransfer-Encoding: chunked\n\n0\n\n"),
    "chunks and a length": (400, TELL + OWN + "Transfer-Encoding: chunked\nContent-Length: 3\n\n0\n\n"),
    "a length below zero": (400, LOOK + "Content-Length: -1\n\n"),
    "a length with a sign": (400, LOOK + "Content-Length: +0\n\n"),
    "a length in other digits": (400, LOOK + "Content-Length: \u0660\n\n"),
    "no length": (400, LOOK + "Content-Length:\n\n"),
    "a space before the colon": (400, LOOK + "Content-Length : 30\n\n"),
    "a line that is no header": (400, LOOK + "Cookie\nContent-Length: 30\n\n"),
    "a request behind a body": (413, LOOK + "Content-Length: 99\n\n" + LOOK + "\n"),
    "out of the book": (404, LOOK.replace("state", "epub/../../../etc/passwd") + "\n"),
    "out of the book, in other letters": (404, LOOK.replace("state", "epub/%2e%2e/source/book.yaml") + "\n"),
    "out of the preview": (403, LOOK.replace("{token}", "..") + "\n"),
    "another method": (501, LOOK.replace("GET", "DELETE") + "\n"),
    "all of the server": (501, "OPTIONS * HTTP/1.1\nHost: {own}\n\n"),
    "a later version": (505, LOOK.replace("1.1", "2.0") + "\n"),
    "a hundred and one headers": (431, LOOK + "A: b\n" * 101 + "\n"),
}


def test_valid_requests_are_answered(say: Say, preview: Preview) -> None:
    """Test that valid requests are answered, so that other tests fail for the intended reason."""
    assert b"A book" in say(LOOK_AND_LEAVE)
    assert status(say(TELL.replace("pptx", "epub") + OWN + "Connection: close\n\n")) == 200
    assert preview.shared.visible_output == "epub"
    stream = preview.root.parent / "opened"
    assert b'"line": 1' in say(OPEN + OWN + "Connection: close\n\n")
    preview.until(stream.exists)
    stream.unlink()


@pytest.mark.parametrize(("expected", "request_"), REFUSED.values(), ids=REFUSED)
def test_invalid_requests_reveal_and_change_nothing(
    say: Say, preview: Preview, expected: int, request_: str
) -> None:
    answer = say(request_)
    assert status(answer) == expected
    assert answer.count(b"HTTP/1.1") == 1  # the server ignores the rest
    head = answer.partition(b"\r\n\r\n")[0]
    assert b"Content-Security-Policy: default-src 'none'" in head
    assert b"X-Content-Type-Options: nosniff" in head
    assert b"Referrer-Policy: no-referrer" in head
    assert b"A book" not in answer
    assert preview.server.token.encode() not in answer
    assert preview.shared.visible_output != "pptx"
    assert not (preview.root.parent / "opened").exists()


@pytest.mark.parametrize(
    "request_",
    [
        "GET /" + "x" * bounded_request.MAX_BYTES,
        LOOK + "Cookie: " + "x" * bounded_request.MAX_BYTES + "\n\n",
        LOOK + f"A: {'x' * 1000}\n" * 20 + "\n",
        "x" * 10 * bounded_request.MAX_BYTES,
    ],
    ids=["path", "header", "headers", "no words"],
)
def test_oversized_requests_are_disconnected(say: Say, request_: str) -> None:
    assert status(say(request_)) in (0, 431)  # the answer is lost if more data follows it


@pytest.mark.parametrize(
    "pieces",
    [(LOOK,), (LOOK, "Cookie: "), ("GET",), (), (LOOK, "Cookie: ", *"x" * 500)],
    ids=["half and waits", "half and more", "a word", "nothing", "a letter at a time"],
)
def test_slow_requests_are_disconnected(
    say: Say, monkeypatch: pytest.MonkeyPatch, pieces: tuple[str, ...]
) -> None:
    monkeypatch.setattr(bounded_request, "REQUEST_TIMEOUT", 0.3)
    monkeypatch.setattr(bounded_request, "IDLE_TIMEOUT", 0.5)
    started = time.monotonic()
    assert say(*pieces, pause=0.01) == b""
    assert time.monotonic() - started < 5  # sixty seconds and more without these limits


def test_connection_can_be_reused_after_a_while(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_request, "REQUEST_TIMEOUT", 0.3)
    assert say(f"{LOOK}\n", LOOK_AND_LEAVE, pause=0.5).count(b"A book") == 2


def test_client_that_does_not_read_is_disconnected(preview: Preview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_request, "IDLE_TIMEOUT", 0.3)
    threads = threading.active_count()
    preview.shared.set_output("pptx", OutputFile.from_data("b.pptx", bytes(16 << 20), 0.1))
    with socket.create_connection(("127.0.0.1", preview.server.server_port)) as connection:
        path = f"/{preview.server.token}/outputs/b.pptx"
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{preview.server.server_port}\r\n\r\n".encode()
        )
        preview.until(lambda: threading.active_count() > threads)
        preview.until(lambda: threading.active_count() <= threads)


def test_zero_content_length_is_accepted(say: Say) -> None:
    assert b"A book" in say(LOOK + "Content-Length: 0\nConnection: close\n\n")


def test_untrusted_connections_do_not_use_browser_slots(say: Say, preview: Preview) -> None:
    place = ("127.0.0.1", preview.server.server_port)
    with ExitStack() as crowd:
        for number in range(3 * connections.MAX_TRUSTED):
            crowd.enter_context(socket.create_connection(place))
            if number % 50 == 49:
                assert b"A book" in say(LOOK_AND_LEAVE)
        assert b"A book" in say(LOOK_AND_LEAVE)


def test_connection_without_a_timely_token_is_closed(
    preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_request, "TOKEN_TIMEOUT", 0.5)
    place = ("127.0.0.1", preview.server.server_port)
    with ExitStack() as crowd:
        silent = [crowd.enter_context(socket.create_connection(place, timeout=20)) for _ in range(5)]
        silent[1].sendall(b"GET / HTTP/1.1\r\n")
        started = time.monotonic()
        for item in silent:
            assert item.recv(1) == b""
        assert time.monotonic() - started < 5


def test_trusted_connection_may_be_idle(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_request, "TOKEN_TIMEOUT", 0.3)
    assert say(f"{LOOK}\n", LOOK_AND_LEAVE, pause=0.6).count(b"A book") == 2


def test_idle_connections_with_the_token_are_closed_too(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_request, "IDLE_TIMEOUT", 0.5)
    started = time.monotonic()
    assert b"A book" in say(f"{LOOK}\n")
    assert time.monotonic() - started < 5


def test_browser_connections_are_limited(say: Say, preview: Preview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_TRUSTED", 2)
    server = preview.server
    look = f"GET /{server.token}/state HTTP/1.1\r\nHost: 127.0.0.1:{server.server_port}\r\n\r\n".encode()
    # Connections of earlier tests count until the server notices that they are closed.
    preview.until(lambda: not server.connections._trusted)
    with ExitStack() as pages:
        for _ in range(2):
            enter_context = pages.enter_context(socket.create_connection(("127.0.0.1", server.server_port)))
            enter_context.sendall(look)
            assert enter_context.recv(15).startswith(b"HTTP/1.1 200")
        assert status(say(LOOK_AND_LEAVE)) == 503
    preview.until(lambda: status(say(LOOK_AND_LEAVE)) == 200)
