"""What a process that stays has made of the very same values in its last builds.

A build by itself asks for each thing once: it remembers nothing here, and its results are on the disk
(``steps.py``). A process that watches a book builds it again and again, and nearly all of it is as it was: a
chapter that nobody has changed is the same object (``same``), and what a pure function made of it is taken
from the build before (``recalled``). Only what a function looks up in a table decides its result, not the
whole table.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")

_BUILDS = 4  # for so many builds what nobody has asked for is kept: an edit may be taken back
_VARIANTS = 3  # results for one subject: a document is written before its pages are known, and after
_WHOLE = 16  # times of rest until all that came since the first is looked through for garbage
_PLAIN = frozenset((str, bytes, int, float, bool, type(None)))
_MISSING = object()


class LookedUp(Mapping[Any, Any]):
    """A table that notes what is looked up in it."""

    def __init__(self, table: Mapping[Any, Any]) -> None:
        self._table = table
        self._seen: dict[Any, Any] = {}
        self._whole = self._emptiness = False

    def __bool__(self) -> bool:
        self._emptiness = True
        return bool(self._table)

    def __getitem__(self, key: Any) -> Any:
        value = self._table.get(key, _MISSING)
        self._seen[key] = value
        if value is _MISSING:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[Any]:
        self._whole = True
        return iter(self._table)

    def __len__(self) -> int:
        self._whole = True
        return len(self._table)

    def says_as_much(self, table: Mapping[Any, Any]) -> bool:
        """Whether another table says the same of all that was looked up."""
        if table is self._table:
            return True
        if self._whole:
            return self._table == table
        if self._emptiness and bool(self._table) is not bool(table):
            return False
        return all(table.get(key, _MISSING) == value for key, value in self._seen.items())


@dataclass(frozen=True, slots=True)
class Implied(Generic[T]):
    """An input that says nothing which the others do not, so that nobody compares it."""

    value: T


@dataclass(slots=True)
class _Result:
    """A result, what it was made of, and the last build that asked for it."""

    subject: Any
    inputs: tuple[Any, ...]
    result: Any
    build: int

    def is_of(self, subject: Any, inputs: tuple[Any, ...]) -> bool:
        same = self.subject is subject or type(subject) in _PLAIN
        return same and len(self.inputs) == len(inputs) and all(map(_agree, self.inputs, inputs))


def _agree(then: Any, now: Any) -> bool:
    if isinstance(then, LookedUp):
        return then.says_as_much(now)
    return then is None if isinstance(now, Implied) else then is now or bool(then == now)


@dataclass(slots=True)
class _Memory:
    build: int = 0
    rests: int = 0
    results: dict[Any, list[_Result]] = field(default_factory=dict)
    values: dict[Any, tuple[str, Any]] = field(default_factory=dict)


_memory: _Memory | None = None


def stay() -> None:
    """Let this process remember from now on, as those do that are forked from it.

    Garbage in cycles is left to ``rest``, and where there is no rest to ``collect_much``.
    """
    global _memory
    _memory = _memory or _Memory()
    gc.disable()


def stays() -> bool:
    """Whether it does."""
    return _memory is not None


def forget() -> None:
    """Let this process remember nothing, as at first."""
    global _memory
    _memory = None
    gc.enable()


def rest() -> None:
    """Nobody waits for this process: garbage of the last builds goes.

    What the first build has left is most of what there will be, and stays: it is never looked through again,
    which takes seconds of a large book, in which somebody may save a change.
    """
    if _memory is None:
        return
    _memory.rests += 1
    if _memory.rests % _WHOLE:
        gc.collect(0)
    else:
        gc.collect()
    if _memory.rests == 1:
        gc.freeze()


def forget_results() -> None:
    """Begin anew: what made all results is another program now."""
    global _memory
    _memory = _memory and _Memory()


def begin_build() -> None:
    """Another build begins: what none of the last ones has asked for goes."""
    if _memory is None:
        return
    _memory.build += 1
    oldest = _memory.build - _BUILDS
    for key, results in list(_memory.results.items()):
        if all(result.build < oldest for result in results):
            _memory.results.pop(key, None)


def keep(name: str, value: Any) -> None:
    """Keep a value that nobody changes under a name that says all that it was made of."""
    if _memory is not None:
        _memory.results[name] = [_Result(None, (), value, _memory.build)]


def kept(name: str) -> Any:
    """The value that was kept under a name, or None."""
    known = _memory.results.get(name) if _memory is not None else None
    if not known or _memory is None:
        return None
    known[0].build = _memory.build
    return known[0].result


def same(name: Any, value: T, written: str = "") -> T:
    """A frozen value, or the one of an earlier build that had this name and is equal to it.

    ``written`` are those of its numbers for which that is not enough: 0 and -0 are equal.
    """
    if _memory is None:
        return value
    known = _memory.values.get(name)
    if known is not None and known[0] == written and known[1] == value:
        earlier: T = known[1]
        return earlier
    _memory.values[name] = written, value
    return value


def _name(subject: Any) -> Any:
    """What a value is known by: itself, where it is small, else where it lies."""
    if type(subject) is bytes:
        return hashlib.sha256(subject).digest()
    return subject if type(subject) in _PLAIN else id(subject)


def recalled(function: Callable[Concatenate[V, P], T]) -> Callable[Concatenate[V, P], T]:
    """A pure function of a frozen value and other inputs that is asked again where these are others.

    The first input is known by being the same object, unless it is a text or a number, or bytes, which are
    not kept; tables are compared by what was looked up in them, ``Implied`` inputs not at all, others by what
    they say. Nobody changes a result.
    """

    @wraps(function)
    def asked(subject: V, /, *inputs: P.args, **named: P.kwargs) -> T:
        if _memory is None or named:
            return function(subject, *inputs, **named)
        plain = tuple(value for value in inputs if type(value) in _PLAIN)
        key = (function, _name(subject), plain)
        results = _memory.results.setdefault(key, [])
        known = next((result for result in results if result.is_of(subject, inputs)), None)
        if known is None:
            given = tuple(LookedUp(value) if isinstance(value, Mapping) else value for value in inputs)
            result = function(subject, *given, **named)  # type: ignore[arg-type]
            compared = tuple(None if isinstance(value, Implied) else value for value in given)
            known = _Result(None if type(subject) in _PLAIN else subject, compared, result, 0)
            results.insert(0, known)
            del results[_VARIANTS:]
        known.build = _memory.build
        made: T = known.result
        return made

    return asked
