"""A task: one step for one subject, with all that decides its result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from triptych.engine.memory.program import digest, program_digest
from triptych.engine.memory.steps import Step

T = TypeVar("T")

_SHORT = 64  # what is a digest itself, a name or a setting is mostly an input of many tasks
_again = lru_cache(maxsize=1024)(digest)


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """A step with the digests of its inputs. ``subject`` says for people what it is about (a section, a page,
    a slide): two tasks that differ in it alone have one result, so that a path which the result names is an
    input as well.
    """

    step: Step[T]
    subject: str
    inputs: tuple[tuple[str, str], ...]
    key: str

    @classmethod
    def of(cls, step: Step[T], subject: str, /, **inputs: str | bytes) -> Task[T]:
        """A task of named inputs; the version of the program is one that all have."""
        given = (*inputs.items(), ("program", program_digest()))
        digests = tuple(
            [(name, (_again if len(value) <= _SHORT else digest)(value)) for name, value in given]
        )
        key = digest(step.name, *(part for pair in digests for part in pair))
        return cls(step, subject, digests, key)
