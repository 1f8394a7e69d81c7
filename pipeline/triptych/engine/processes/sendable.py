"""What a process raises → something that can be sent to the one which asked."""

from __future__ import annotations

import pickle


class Unsendable(RuntimeError):
    """An exception that no other process can have; its text says which."""


def sendable(error: Exception) -> Exception:
    """An exception as it is, or in words where it holds what cannot be sent, such as a log of a library."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return Unsendable(f"{type(error).__qualname__}: {error}").with_traceback(error.__traceback__)
    return error
