"""Let other processes request builds of a project from a running session.

The session listens on a Unix socket in the folder of build records. A request is a line of JSON with the
build's key, and the response is another line of JSON. Both processes check that the other one belongs to the
same user. After any error, the requesting process runs the build itself.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import stat
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_SOCKET_NAME = "session.sock"
_VERSION = 1
_MAX_LINE_LENGTH = 1 << 26  # bytes
_TIMEOUT = 2.0  # seconds to send or receive a request
_CAN_LISTEN = sys.platform == "linux"  # Linux has /proc/self/fd and SO_PEERCRED


class PendingRequest:
    """A build request from another process that waits for the outcome."""

    def __init__(self, connection: socket.socket, key: str) -> None:
        self._connection, self.key = connection, key

    def answer(self, outcome: Mapping[str, Any] | None) -> None:
        """Send the outcome of the build, or decline the request if ``outcome`` is None."""
        with suppress(OSError), self._connection as connection:
            connection.settimeout(_TIMEOUT)
            connection.sendall(json.dumps({"version": _VERSION, "outcome": outcome}).encode() + b"\n")


class BuildSocket:
    """A context manager that receives build requests in a thread, and calls ``on_request`` for each.

    It does not receive requests if the socket cannot be created or another session of the project is
    listening.
    """

    def __init__(self, folder: Path, on_request: Callable[[], None]) -> None:
        self._folder, self._on_request = folder, on_request
        self._requests: queue.SimpleQueue[PendingRequest] = queue.SimpleQueue()
        self._server: socket.socket | None = None
        self._inode = 0

    def __enter__(self) -> BuildSocket:
        other = _connect_to_session(self._folder)
        if other is not None:
            other.close()
        elif _CAN_LISTEN:
            with suppress(OSError):
                self._listen()
        return self

    def __exit__(self, *error: object) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            path = self._folder / _SOCKET_NAME
            with suppress(OSError):
                if path.lstat().st_ino == self._inode:
                    path.unlink()
        while (request := self.take_request()) is not None:
            request.answer(None)

    def take_request(self) -> PendingRequest | None:
        """Return the next request, or None if there is none."""
        try:
            return self._requests.get_nowait()
        except queue.Empty:
            return None

    def _listen(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / _SOCKET_NAME
        with suppress(FileNotFoundError):
            if stat.S_ISSOCK(path.lstat().st_mode):  # left over from a session that was killed
                path.unlink()
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            os.fchmod(server.fileno(), 0o600)  # before other processes can connect
            with _make_socket_address(self._folder) as address:
                server.bind(address)
            server.listen()
        except OSError:
            server.close()
            raise
        self._server, self._inode = server, path.lstat().st_ino
        threading.Thread(target=self._serve, args=(server,), name="build requests", daemon=True).start()

    def _serve(self, server: socket.socket) -> None:
        with suppress(OSError):  # raised when the socket is closed
            while True:
                connection, _ = server.accept()
                with suppress(OSError, ValueError, KeyError, TypeError):
                    connection.settimeout(_TIMEOUT)
                    request = _read_json_line(connection)
                    if _has_same_user(connection) and request["version"] == _VERSION:
                        self._requests.put(PendingRequest(connection, str(request["key"])))
                        self._on_request()
                        continue
                connection.close()


def request_build(folder: Path, key: str) -> Mapping[str, Any] | None:
    """Request a build from a running session, and return the outcome.

    Return None if no session is running, if the session declines the request, or if an error occurs.
    """
    connection = _connect_to_session(folder)
    if connection is None:
        return None
    with suppress(OSError, ValueError, KeyError, TypeError), connection:
        connection.settimeout(_TIMEOUT)
        connection.sendall(json.dumps({"version": _VERSION, "key": key}).encode() + b"\n")
        connection.settimeout(None)  # the duration of the build is not limited
        answer = _read_json_line(connection)
        if answer["version"] == _VERSION and isinstance(answer["outcome"], dict):
            outcome: dict[str, Any] = answer["outcome"]
            return outcome
    return None


def _connect_to_session(folder: Path) -> socket.socket | None:
    """Connect to this user's session that listens in ``folder``; return None if there is none."""
    if not _CAN_LISTEN or not (folder / _SOCKET_NAME).is_socket():
        return None
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _make_socket_address(folder) as address:
            client.connect(address)
        if _has_same_user(client):
            return client
    except OSError:
        pass
    client.close()
    return None


@contextmanager
def _make_socket_address(folder: Path) -> Iterator[str]:
    """Yield an address of the socket in a folder.

    The address refers to the folder by its file descriptor, since the path may be too long for an address
    (``unix(7)``).
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield f"/proc/self/fd/{descriptor}/{_SOCKET_NAME}"
    finally:
        os.close(descriptor)


def _has_same_user(connection: socket.socket) -> bool:
    """Return whether the process at the other end of a connection belongs to this user.

    The system provides the user as peer credentials (``unix(7)``: SO_PEERCRED).
    """
    layout = struct.Struct("3i")
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, layout.size)
    return bool(layout.unpack(credentials)[1] == os.geteuid())


def _read_json_line(connection: socket.socket) -> Any:
    """Read and parse a line of JSON.

    Raise OSError if the connection fails, or ValueError if the line is not JSON.
    """
    with connection.makefile("rb") as file:
        return json.loads(file.readline(_MAX_LINE_LENGTH))
