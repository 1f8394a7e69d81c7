"""Keep worker processes and results between the builds of one process.

``triptych build`` runs a single build in a session. ``triptych build --watch`` and ``triptych preview`` run
repeated builds in the same session.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.build_records import check_build_folder
from triptych.engine.cache import Cache
from triptych.engine.garbage_collection import pause_garbage_collection
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.processes.pool import Pool, WorkerLostError, count_processors, make_executor
from triptych.engine.scheduler import Observer, Scheduler, Step, ignore_result
from triptych.engine.store.journal import JOURNAL_NAME, explain_build
from triptych.engine.temporary_files import (
    get_temporary_folder,
    is_temporary_folder_deleted,
    use_temporary_folder,
)
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest, Progress
from triptych.theme.theme import load_theme

_SAVE_MEMORY_HINT = "run fewer processes to save memory: `--jobs 1`"


class BuildSession:
    """A series of builds that share worker processes and results. Use it as a context manager.

    ``jobs`` is the number of processes, or 0 for one per processor. Set ``has_memory`` for repeated builds.
    """

    def __init__(self, jobs: int, *, has_memory: bool = False) -> None:
        self.jobs = jobs or count_processors()
        self.memory = Memory() if has_memory else NO_MEMORY
        self._resources = ExitStack()
        self._executor: Executor | None = None

    def __enter__(self) -> BuildSession:
        self._resources.enter_context(use_temporary_folder())
        self._resources.enter_context(pause_garbage_collection())
        return self

    def __exit__(self, *error: Any) -> bool | None:
        return self._resources.__exit__(*error)

    @property
    def executor(self) -> Executor:
        """The executor. It is created, together with its worker processes, on first access."""
        if self._executor is None:
            if self.jobs > 1:
                load_theme()  # forked processes then inherit the theme
            executor = make_executor(self.jobs, has_memory=self.memory.enabled)
            self._executor = self._resources.enter_context(executor)
        return self._executor

    def start_workers(self) -> None:
        """Start the worker processes immediately, for example before this process starts threads."""
        if isinstance(self.executor, Pool):
            self.executor.start()

    def abort(self) -> None:
        """Stop the worker processes, even while they run a task."""
        self._resources.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)

    def restart(self) -> None:
        """Replace the worker processes and drop all results, after the program or its files have changed."""
        self._resources.close()
        self._executor = None
        self.memory.clear()
        self.__enter__()

    def build(
        self,
        steps: Sequence[Step],
        project: Project,
        request: BuildRequest,
        progress: Progress = lambda stage: None,
        observer: Observer = ignore_result,
    ) -> BuildOutcome:
        """Build a project, and return the outcome.

        ``observer`` is called with each result as soon as it is available, in any thread.
        """
        if findings := check_build_folder(project):  # before anything is written there
            return BuildOutcome(diagnostics=findings)
        folder = get_temporary_folder()
        locations = folder / JOURNAL_NAME, request.records_folder, request.cache_address
        cache = Cache(request.cache_folder, *locations, self.memory)
        cache.delete_journal()
        values = {"project": project, "request": replace(request, jobs=self.jobs), "cache": cache}
        outcome: BuildOutcome | None = None
        try:
            executor = self.executor
            run_outcome: BuildOutcome = Scheduler(steps, executor, progress, observer).run(values)
            outcome = replace(
                run_outcome, diagnostics=[*report_retried_tasks(executor), *run_outcome.diagnostics]
            )
        except WorkerLostError as worker_error:
            outcome = BuildOutcome(diagnostics=[_report_lost_task(worker_error)])
        except Exception:
            if not is_temporary_folder_deleted():
                raise
        if (outcome is None or not outcome.has_outputs) and is_temporary_folder_deleted():
            return BuildOutcome(diagnostics=[_report_lost_folder(folder)])
        assert outcome is not None
        if request.lists_steps:
            journal = explain_build(folder / JOURNAL_NAME, cache.last_journal_path)
            outcome = replace(outcome, steps=tuple(journal))
        cache.save_journal()
        cache.prune()
        return replace(outcome, diagnostics=[*cache.take_findings(), *outcome.diagnostics])


def report_retried_tasks(executor: Executor) -> list[Diagnostic]:
    """Report ENV004 for each task that was retried because its worker process crashed."""
    lost_jobs = dict.fromkeys(executor.pop_lost_jobs()) if isinstance(executor, Pool) else ()
    message = "a worker process crashed; its task was run again: "
    return [
        Diagnostic(code="ENV004", message=f"{message}{name}", hint=_SAVE_MEMORY_HINT) for name in lost_jobs
    ]


def _report_lost_task(error: WorkerLostError) -> Diagnostic:
    message = f"two worker processes crashed on the same task: {error}"
    return Diagnostic(code="ENV005", message=message, hint=_SAVE_MEMORY_HINT)


def _report_lost_folder(folder: Path) -> Diagnostic:
    """Report ENV002. Other findings are discarded, since libraries have lost their temporary files."""
    return Diagnostic(
        code="ENV002",
        message=f"the temporary folder was deleted during the build: {folder}",
        hint="build again; if this keeps happening, set TMPDIR to a folder that is not cleaned automatically",
    )
