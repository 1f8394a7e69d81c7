"""Results that files of the project decide: which these are is known only when the result is there."""

from __future__ import annotations

from collections.abc import Callable
from types import GenericAlias
from typing import Any, TypeVar

from triptych.engine.cache import Cache
from triptych.engine.tasks import Task
from triptych.project import ANY, Project

T = TypeVar("T")

_FILES = dict[str, str | None]  # digests by paths, None for a file that was looked for in vain


def remember(
    project: Project,
    cache: Cache,
    task: Task[Any],
    make: Callable[[], T],
    lasts: Callable[[T], bool],
    shape: Any,
) -> T:
    """Return the result of a task that reads files, as long as these are what they were.

    It is stored with the files that were asked for. One that does not last, or that depends on whatever is in
    a folder, is made again each time. ``shape`` is its type (``memory/shapes.py``).
    """
    stored: tuple[T, dict[str, str | None]] | None = cache.get(task, GenericAlias(tuple, (shape, _FILES)))
    if stored is not None and all(project.state_of(path) == state for path, state in stored[1].items()):
        return stored[0]
    with project.taking_note() as asked:
        result = make()
    if ANY not in asked and lasts(result):
        cache.put(task, (result, {path: project.state_of(path) for path in sorted(asked)}))
    return result
