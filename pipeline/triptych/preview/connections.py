"""Limit the connections and requests of the preview server.

Any program on this machine can connect, but only the user's browser has the token. Connections without it
take places from each other only: the oldest is closed when another comes. Requests are limited in size and
time.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from contextlib import suppress
from email.message import Message
from http.client import HTTPException
from typing import Any

KNOWN_PLACES = 64  # a browser takes six, however many pages it shows
UNKNOWN_PLACES = 16


class Connections:
    """The open connections. ``enter`` begins one, ``admit`` gives it a lasting place, ``leave`` ends it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unknown: dict[socket.socket, None] = {}  # in the order in which they came
        self._known: set[socket.socket] = set()

    def enter(self, connection: socket.socket) -> None:
        """Take a connection in; the oldest of too many that have not shown the token is closed."""
        with self._lock:
            self._unknown[connection] = None
            oldest = next(iter(self._unknown)) if len(self._unknown) > UNKNOWN_PLACES else None
            if oldest is not None:
                del self._unknown[oldest]
        if oldest is not None:
            with suppress(OSError):
                oldest.shutdown(socket.SHUT_RDWR)  # its thread reads the end, and closes it

    def admit(self, connection: socket.socket) -> bool:
        """Keep a place for a connection that has shown the token; False where there is none left."""
        with self._lock:
            if connection in self._known:
                return True
            if connection not in self._unknown or len(self._known) >= KNOWN_PLACES:
                return False
            del self._unknown[connection]
            self._known.add(connection)
            return True

    def leave(self, connection: socket.socket) -> None:
        """Free the place of a connection that has ended."""
        with self._lock:
            self._unknown.pop(connection, None)
            self._known.discard(connection)


MOST = 16 << 10  # bytes of a request; a browser takes about one thousand
SOON = 10.0  # seconds from the first byte of a request to its last
PATIENCE = 60.0  # seconds that a connection may be idle, and for a browser to take an answer
UNKNOWN_SECONDS = (
    5.0  # seconds from the start of a connection to the end of a first request that has the token
)


class TooLarge(HTTPException):
    """A request is of more than ``MOST`` bytes."""


class RequestBytes(io.RawIOBase):
    """Reads from a socket; ``expect`` begins a request. Until ``known``, ``UNKNOWN_SECONDS`` limit the time.

    Raises ``TooLarge``, and ``TimeoutError`` where the whole of a request is not there in time, in however
    many pieces it comes.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self.known = connection, False
        self._first_end = time.monotonic() + UNKNOWN_SECONDS
        self.expect()

    def expect(self) -> None:
        """What comes now is a new request."""
        self._left, self._begun = MOST, False
        self._allow(PATIENCE)

    def _allow(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        if not self.known:
            self._end = min(self._end, self._first_end)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What is there, or comes in time."""
        if not self._left:
            raise TooLarge
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._connection.settimeout(seconds)
        try:
            count = self._connection.recv_into(buffer, min(len(buffer), self._left))
        finally:
            self._connection.settimeout(PATIENCE)
        if not self._begun:
            self._begun = True
            self._allow(SOON)
        self._left -= count
        return count


def body_length(headers: Message[str, str]) -> int | None:
    """Return the length of a request's body as its headers have it, None for one in chunks (RFC 9112, 6.3).

    Raises ``ValueError`` where programs could disagree on where the request ends: several lengths, a length
    that is no number, a length beside a transfer encoding, or lines that are no headers.
    """
    lengths = headers.get_all("Content-Length", [])
    codings = headers.get_all("Transfer-Encoding", [])
    # The parser takes the first line that is no header for the body, and all headers after it.
    if headers.defects or headers.get_payload() or len(lengths) > 1 or (lengths and codings):
        raise ValueError
    if codings:
        return None
    length = str(lengths[0]).strip(" \t") if lengths else "0"
    if not (length.isascii() and length.isdigit()):
        raise ValueError
    return int(length)
