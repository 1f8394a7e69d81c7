"""Memoise the results of pure functions between builds.

Only processes that build a book repeatedly use this memory; a single build reads earlier results from disk
(``engine/cache.py``). ``Memory.intern`` returns the same object for a chapter that has not changed since the
last build, so that ``Memory.call`` can look up results by the chapter's identity.

Each build session has one memory, which it passes to the stages of a build. Each worker process has its own.
If the session's memory is an argument of a job, the job receives the worker's memory instead
(``engine/processes/worker_process.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, TypeVarTuple

T = TypeVar("T")
V = TypeVar("V")
Ts = TypeVarTuple("Ts")

_KEPT_BUILDS = 4  # unused results are dropped after this many builds, since an edit may be undone
_MAX_VARIANTS = 3  # results per subject; a document is written before and after its page numbers are known
_PLAIN_TYPES = frozenset((str, bytes, int, float, bool, type(None)))
_MISSING = object()


class TrackedMapping(Mapping[Any, Any]):
    """A mapping that records the keys that are looked up."""

    def __init__(self, table: Mapping[Any, Any]) -> None:
        self._table = table
        self._lookups: dict[Any, Any] = {}
        self._is_iterated = self._is_truth_tested = False

    def __bool__(self) -> bool:
        self._is_truth_tested = True
        return bool(self._table)

    def __getitem__(self, key: Any) -> Any:
        value = self._table.get(key, _MISSING)
        self._lookups[key] = value
        if value is _MISSING:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[Any]:
        self._is_iterated = True
        return iter(self._table)

    def __len__(self) -> int:
        self._is_iterated = True
        return len(self._table)

    def has_same_results(self, table: Mapping[Any, Any]) -> bool:
        """Return whether all recorded lookups would give the same results in ``table``."""
        if table is self._table:
            return True
        if self._is_iterated:
            return self._table == table
        if self._is_truth_tested and bool(self._table) is not bool(table):
            return False
        return all(table.get(key, _MISSING) == value for key, value in self._lookups.items())


@dataclass(frozen=True, slots=True)
class ImpliedInput(Generic[T]):
    """An input that the other inputs determine, so that it is not compared."""

    value: T


@dataclass(slots=True)
class _MemoisedResult:
    """A result, the inputs that it was computed from, and the number of the last build that used it."""

    subject: Any
    inputs: tuple[Any, ...]
    value: Any
    build_number: int

    def matches(self, subject: Any, inputs: tuple[Any, ...]) -> bool:
        is_same = self.subject is subject or type(subject) in _PLAIN_TYPES
        return is_same and all(map(_is_unchanged, self.inputs, inputs))


def _is_unchanged(old_value: Any, new_value: Any) -> bool:
    if isinstance(old_value, TrackedMapping):
        return old_value.has_same_results(new_value)
    return (
        old_value is None
        if isinstance(new_value, ImpliedInput)
        else old_value is new_value or bool(old_value == new_value)
    )


class Memory:
    """Results and values of the last builds. If ``enabled`` is False, nothing is kept.

    Callers must not modify the results, since they are shared.
    """

    def __init__(self, *, enabled: bool = True) -> None:
        self.enabled: Final = enabled
        self.build_number = 0
        self._session_build = 0
        self._results: dict[Any, list[_MemoisedResult]] = {}
        self._values: dict[Any, tuple[str, Any]] = {}

    def __reduce__(self) -> tuple[Callable[[], Memory], tuple[()]]:
        """Pickle the memory as ``NO_MEMORY``, without its contents."""
        return _get_disabled_memory, ()

    def begin_build(self) -> None:
        """Start a new build, and drop results that recent builds have not used."""
        self.build_number += 1
        oldest = self.build_number - _KEPT_BUILDS
        for key, results in list(self._results.items()):
            if all(result.build_number < oldest for result in results):
                del self._results[key]

    def begin_build_if_new(self, build: int) -> None:
        """Start a new build if ``build``, the number of the session's current build, has changed."""
        if build != self._session_build:
            self._session_build = build
            self.begin_build()

    def clear(self) -> None:
        """Drop all results and values. Call this method after the program's code has changed."""
        self._results.clear()
        self._values.clear()

    def call(self, function: Callable[[V, *Ts], T], subject: V, /, *inputs: *Ts) -> T:
        """Return the result of a pure function, from memory if its inputs are unchanged.

        ``subject`` is compared by identity, or by value if it is a string, bytes, a number or None. Mappings
        are compared only for the keys that the function looked up, ``ImpliedInput`` is not compared, and
        other inputs are compared for equality.
        """
        if not self.enabled:
            return function(subject, *inputs)
        plain = tuple(value for value in inputs if type(value) in _PLAIN_TYPES)
        key = (function, _make_subject_key(subject), len(inputs), plain)
        results = self._results.setdefault(key, [])
        memoised = next((result for result in results if result.matches(subject, inputs)), None)
        if memoised is None:
            tracked: Any = [
                TrackedMapping(value) if isinstance(value, Mapping) else value for value in inputs
            ]
            value = function(subject, *tracked)
            compared = tuple(None if isinstance(value, ImpliedInput) else value for value in tracked)
            memoised = _MemoisedResult(None if type(subject) in _PLAIN_TYPES else subject, compared, value, 0)
            results.insert(0, memoised)
            del results[_MAX_VARIANTS:]
        memoised.build_number = self.build_number
        result: T = memoised.value
        return result

    def intern(self, name: Any, value: T, representation: str = "") -> T:
        """Return the value stored for ``name`` if it equals ``value``; otherwise store and return ``value``.

        ``value`` must be immutable. ``representation`` distinguishes values that are equal in Python, such as
        0 and -0.
        """
        if not self.enabled:
            return value
        earlier = self._values.get(name)
        if earlier is not None and earlier[0] == representation and earlier[1] == value:
            interned: T = earlier[1]
            return interned
        self._values[name] = representation, value
        return value

    def put(self, name: str, value: Any) -> None:
        """Store a value under a name that identifies all inputs of the value."""
        if self.enabled:
            self._results[name] = [_MemoisedResult(None, (), value, self.build_number)]

    def get(self, name: str) -> Any:
        """Return the value stored under a name, or None if there is none."""
        results = self._results.get(name)
        if not results:
            return None
        results[0].build_number = self.build_number
        return results[0].value


NO_MEMORY: Final = Memory(enabled=False)


def _get_disabled_memory() -> Memory:
    return NO_MEMORY


def _make_subject_key(subject: Any) -> Any:
    """Return a hashable key of a value: the digest of bytes, a plain value itself, or an object's ``id``."""
    if type(subject) is bytes:
        return hashlib.sha256(subject).digest()
    return subject if type(subject) in _PLAIN_TYPES else id(subject)
