"""Limit connections to the preview server, and the size and duration of requests.

Any program on this machine can connect, but only the user's browser has the access token. If too many
connections have not sent the token, the oldest of them is closed.
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

MAX_TRUSTED = 64  # connections with the token; a browser opens six, however many pages it shows
MAX_UNTRUSTED = 16  # connections without the token


class Connections:
    """The open connections of a server: trusted ones, which have sent the token, and untrusted ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._untrusted: dict[socket.socket, None] = {}  # oldest first
        self._trusted: set[socket.socket] = set()

    def add(self, connection: socket.socket) -> None:
        """Add an untrusted connection. If there are too many untrusted connections, close the oldest."""
        with self._lock:
            self._untrusted[connection] = None
            oldest = next(iter(self._untrusted)) if len(self._untrusted) > MAX_UNTRUSTED else None
            if oldest is not None:
                del self._untrusted[oldest]
        if oldest is not None:
            with suppress(OSError):
                oldest.shutdown(socket.SHUT_RDWR)  # its thread then reads the end of the stream and closes it

    def trust(self, connection: socket.socket) -> bool:
        """Mark a connection as trusted, and return True.

        Return False if it has been closed, or if there are too many trusted connections.
        """
        with self._lock:
            if connection in self._trusted:
                return True
            if connection not in self._untrusted or len(self._trusted) >= MAX_TRUSTED:
                return False
            del self._untrusted[connection]
            self._trusted.add(connection)
            return True

    def remove(self, connection: socket.socket) -> None:
        """Remove a connection that has ended."""
        with self._lock:
            self._untrusted.pop(connection, None)
            self._trusted.discard(connection)


MAX_BYTES = 16 << 10  # maximum bytes of a request; a browser's requests have about one thousand
REQUEST_TIMEOUT = 10.0  # seconds from the first byte of a request to its last
IDLE_TIMEOUT = 60.0  # seconds between requests, and for a browser to read a response
TOKEN_TIMEOUT = 5.0  # seconds from the start of a connection to the end of a request with the token


class RequestTooLargeError(HTTPException):
    """Raised if a request has more than ``MAX_BYTES`` bytes."""


class RequestStream(io.RawIOBase):
    """A raw stream that reads HTTP requests from a socket, with size and time limits.

    Reading raises ``RequestTooLargeError`` if a request is too large, and ``TimeoutError`` if it is not
    complete in time. Until ``is_trusted`` is set, ``TOKEN_TIMEOUT`` also limits the duration of the
    connection.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self.is_trusted = connection, False
        self._token_deadline = time.monotonic() + TOKEN_TIMEOUT
        self.begin_request()

    def begin_request(self) -> None:
        """Reset the size and time limits for the next request."""
        self._bytes_left, self._has_begun = MAX_BYTES, False
        self._set_deadline(IDLE_TIMEOUT)

    def _set_deadline(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        if not self.is_trusted:
            self._deadline = min(self._deadline, self._token_deadline)

    def readable(self) -> bool:
        """Return True, as required by the base class."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read bytes into a buffer, and return their number. If there are none, wait until the deadline."""
        if not self._bytes_left:
            raise RequestTooLargeError
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._connection.settimeout(seconds)
        try:
            count = self._connection.recv_into(buffer, min(len(buffer), self._bytes_left))
        finally:
            self._connection.settimeout(IDLE_TIMEOUT)
        if not self._has_begun:
            self._has_begun = True
            self._set_deadline(REQUEST_TIMEOUT)
        self._bytes_left -= count
        return count


def parse_body_length(headers: Message[str, str]) -> int | None:
    """Return the length of a request's body in bytes, or None for a request with a transfer coding.

    Raise ``ValueError`` if the length is ambiguous (RFC 9112, 6.3): several or non-numeric Content-Length
    headers, Content-Length with Transfer-Encoding, or malformed header lines.
    """
    lengths = headers.get_all("Content-Length", [])
    codings = headers.get_all("Transfer-Encoding", [])
    # The parser treats the first line that is not a header, and all lines after it, as the body.
    if headers.defects or headers.get_payload() or len(lengths) > 1 or (lengths and codings):
        raise ValueError
    if codings:
        return None
    length = str(lengths[0]).strip(" \t") if lengths else "0"
    if not (length.isascii() and length.isdigit()):
        raise ValueError
    return int(length)
