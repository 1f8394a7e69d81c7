"""Places for connections: most for those whose requests had the token, a few for all others.

Any program on this machine can connect, but only the user's browser has the token. Strangers take places from
each other alone: the one that has waited longest goes when another comes.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

KNOWN = 64  # a browser takes six, however many pages it shows
UNKNOWN = 16


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
            oldest = next(iter(self._unknown)) if len(self._unknown) > UNKNOWN else None
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
            if connection not in self._unknown or len(self._known) >= KNOWN:
                return False
            del self._unknown[connection]
            self._known.add(connection)
            return True

    def leave(self, connection: socket.socket) -> None:
        """Free the place of a connection that has ended."""
        with self._lock:
            self._unknown.pop(connection, None)
            self._known.discard(connection)
