"""Large values that go down a line once: of a book that is sent again, only chapters that are others.

Both ends hold what went down the line in the last messages that had such values, and forget the same ones.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass, field
from multiprocessing.reduction import ForkingPickler
from typing import Any

from triptych.engine.memory import NO_MEMORY, Memory

_MESSAGES = 8  # with such values, for which both ends hold them


@dataclass(slots=True)
class _Held:
    """Values by the numbers that the sender gives them, each with the last message that it was in; messages
    without any are not counted.
    """

    message: int = 0
    values: dict[int, tuple[Any, int]] = field(default_factory=dict)

    def end_message(self) -> None:
        """Let go what was in none of the last messages."""
        if all(last < self.message for _, last in self.values.values()):
            self.message -= 1
        oldest = self.message - _MESSAGES
        self.values = {name: held for name, held in self.values.items() if held[1] > oldest}


class Sender:
    """Packs messages; values whose class says ``sent_once`` stand in the first one that has them."""

    def __init__(self) -> None:
        self._held = _Held()

    def packed(self, message: Any) -> bytes:
        """A message as bytes. What cannot be packed raises what ``pickle`` does, and was never sent."""
        held = _Held(self._held.message + 1, dict(self._held.values))
        buffer = io.BytesIO()
        pickler = _Pickler(buffer, pickle.HIGHEST_PROTOCOL)
        pickler.held = held
        pickler.dump(message)
        held.end_message()
        self._held = held
        return buffer.getvalue()


class Receiver:
    """Unpacks what a ``Sender`` has packed, message by message; a memory becomes that of this process."""

    def __init__(self, memory: Memory = NO_MEMORY) -> None:
        self._held, self._memory = _Held(), memory

    def unpacked(self, data: bytes) -> Any:
        """The message."""
        held = self._held
        held.message += 1
        unpickler = _Unpickler(io.BytesIO(data))
        unpickler.held, unpickler.memory = held, self._memory
        message = unpickler.load()
        held.end_message()
        return message


class _Pickler(ForkingPickler):
    held: _Held

    def persistent_id(self, value: Any) -> tuple[int, bytes | None] | int | None:
        """Return the number of a value that goes once, with its bytes if they have not gone yet, or the build
        of a memory.
        """
        if isinstance(value, Memory):
            return value.build
        if not getattr(type(value), "sent_once", False):
            return None
        name, values = id(value), self.held.values  # held values are alive, so that no other has the number
        data = None if name in values else bytes(ForkingPickler.dumps(value))
        values[name] = value, self.held.message
        return name, data


class _Unpickler(pickle.Unpickler):
    held: _Held
    memory: Memory

    def persistent_load(self, told: tuple[int, bytes | None] | int) -> Any:
        """Return the value of a number, unpacked once, or this process's memory."""
        if isinstance(told, int):
            self.memory.follow(told)
            return self.memory
        name, data = told
        value = self.held.values[name][0] if data is None else pickle.loads(data)
        self.held.values[name] = value, self.held.message
        return value
