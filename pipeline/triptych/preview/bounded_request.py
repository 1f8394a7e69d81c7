"""The bytes of requests, within bounds: who says too much, or takes too long to say it, is left."""

from __future__ import annotations

import io
import socket
import time
from http.client import HTTPException
from typing import Any

MOST = 16 << 10  # bytes of a request; a browser takes about one thousand
SOON = 10.0  # seconds from the first byte of a request to its last
PATIENCE = 60.0  # seconds that a connection may be idle, and for a browser to take an answer


class TooLarge(HTTPException):
    """A request is of more than ``MOST`` bytes."""


class RequestBytes(io.RawIOBase):
    """Reads from a socket; ``expect`` begins a request.

    Raises ``TooLarge``, and ``TimeoutError`` where the whole of a request is not there in time, in however
    many pieces it comes.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.expect()

    def expect(self) -> None:
        """What comes now is a new request."""
        self._left, self._begun, self._end = MOST, False, time.monotonic() + PATIENCE

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
            self._begun, self._end = True, time.monotonic() + SOON
        self._left -= count
        return count
