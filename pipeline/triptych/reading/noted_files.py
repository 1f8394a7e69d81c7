"""Results that files of the project decide: which these are is known only when the result is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from triptych.engine.cache import Cache
from triptych.engine.memory.task import Task
from triptych.project import ANY, Project

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Noted(Generic[T]):
    """A result with all files that were asked for, and their digests, None for those that were not there."""

    result: T
    files: Mapping[str, str | None]

    def holds(self, project: Project) -> bool:
        """Whether all files are as they were."""
        return all(project.state_of(path) == state for path, state in self.files.items())


def remember(
    project: Project, cache: Cache, task: Task[Any], make: Callable[[], T], lasts: Callable[[T], bool]
) -> T:
    """The result of a task that reads files, as long as these are what they were.

    One that does not last, or that depends on whatever is in a folder, is made again each time.
    """
    stored: Noted[T] | None = cache.get(task)
    if stored is not None and stored.holds(project):
        return stored.result
    with project.taking_note() as asked:
        result = make()
    if ANY not in asked and lasts(result):
        cache.put(task, Noted(result, {path: project.state_of(path) for path in sorted(asked)}))
    return result
