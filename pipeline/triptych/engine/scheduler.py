"""Run a graph of build steps in this process and in the worker processes of an executor.

A step names its inputs and its result. A step without ``for_each`` runs in this process as soon as its inputs
are available; steps that are ready at the same time run in the order of the list. A step with ``for_each``
runs once per item of a list: the first item in this process, all others in workers at the same time.
``early`` steps only save time: they run in workers, no step waits for them, and their errors are ignored.

A task may need a value before the step that produces it has ended (``LateValue``). The task then starts with
the part of the value that it used in an earlier build, and is repeated if that part has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from triptych.engine.processes.activity import record_activity
from triptych.engine.processes.pool import InlineExecutor, NamedJob

Observer: TypeAlias = Callable[[str, Any, Any], None]
_UNKNOWN: Any = object()


def ignore_result(step: str, item: Any, result: Any) -> None:
    """Ignore the result of a task."""


class LateValue:
    """A value emitted by a running step. Each task that uses the value receives only the part it needs.

    ``item`` and ``inputs`` in the methods are those of the task that uses the value.
    """

    name: ClassVar[str]

    def is_needed(self, item: Any, *inputs: Any) -> bool:
        """Return whether a task needs the value.

        If not, the task starts immediately with ``select_part(item, None)``.
        """
        return True

    def is_final(self, value: Any) -> bool:
        """Return whether a value is complete. Tasks that started with another part are then repeated."""
        return True

    def accepts_draft(self, item: Any) -> bool:
        """Return whether a task can start with a value that is not final."""
        return False

    def select_part(self, item: Any, value: Any, *inputs: Any) -> Any:
        """Return the part of a value that a task uses. ``value`` is None if no step has emitted it."""
        return value

    def guess_part(self, item: Any, *inputs: Any) -> Any:
        """Return the part that a task will probably use, or None if this is unknown."""
        return None

    def save_part(self, item: Any, part: Any, *inputs: Any) -> None:
        """Save the part that a task has used, for ``guess_part`` in the next build."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the graph: a function, the names of its inputs, and the name of its result.

    If ``for_each`` names a list, the step runs once per item of the list. ``function`` receives the item, if
    there is one, then the values named in ``needs``, then the part of ``late_value`` that the task uses.
    ``needs`` may also contain "executor", for distributing work, and "emit", for publishing an intermediate
    result under a name. In a worker, the executor runs jobs inline and ``emit`` does nothing.

    ``stage`` is the name in progress reports, by default the item. ``label`` returns the name of an item's
    task for users.
    """

    name: str
    function: Callable[..., Any]
    needs: tuple[str, ...] = ()
    for_each: str = ""
    late_value: LateValue | None = None
    early: bool = False
    stage: str = ""
    label: Callable[[Any], str] = str


class StopRun(Exception):
    """Raised by a step to end the run. ``result`` is the result of the run."""

    def __init__(self, result: Any) -> None:
        super().__init__(result)
        self.result = result


@dataclass(slots=True, eq=False)
class _Task:
    """A step, applied to one item if it has ``for_each``."""

    step: Step
    item: Any = None
    runs_here: bool = True
    part: Any = _UNKNOWN
    future: Future[Any] | None = None
    result: Any = _UNKNOWN

    @property
    def label(self) -> str:
        return self.step.name if self.item is None else self.step.label(self.item)

    @property
    def stage(self) -> str:
        return self.step.stage or ("" if self.item is None else str(self.item))


@dataclass(slots=True)
class Scheduler:
    """Runs the steps of a graph.

    ``progress`` receives the name of a stage when this process starts the stage or waits for it. ``observer``
    receives the step name, the item and the result of each task. It may be called in any thread, and more
    than once per item.
    """

    steps: Sequence[Step]
    executor: Executor
    progress: Callable[[str], None] = lambda stage: None
    observer: Observer = ignore_result
    _values: dict[str, Any] = field(default_factory=dict)
    _final_values: set[str] = field(default_factory=set)
    _tasks: list[_Task] = field(default_factory=list)
    _steps_with_tasks: set[str] = field(default_factory=set)

    def run(self, values: Mapping[str, Any]) -> Any:
        """Run all steps with these initial values, and return the last step's result.

        If the run ends early, tasks that have not started are cancelled.
        """
        self._values |= {**values, "executor": self.executor, "emit": self._emit}
        try:
            while True:
                self._start_ready_tasks()
                if all(self._is_done(step) for step in self.steps):
                    return self._values[self.steps[-1].name]
                if task := next(filter(self._can_run_here, self._tasks), None):
                    self._run_here(task)
                else:
                    self._wait_for_task()
        except StopRun as done:
            return done.result
        finally:
            for task in self._tasks:
                if task.future:
                    task.future.cancel()

    @property
    def _is_parallel(self) -> bool:
        return not isinstance(self.executor, InlineExecutor)

    def _is_done(self, step: Step) -> bool:
        return step.early or step.name in self._values

    def _collect_inputs(self, task: _Task) -> list[Any] | None:
        """Return the inputs of a task, or None if some of them are not available yet."""
        values = (
            self._values
            if task.runs_here
            else {**self._values, "executor": InlineExecutor(), "emit": _ignore_emitted_value}
        )
        inputs = [values.get(name, _UNKNOWN) for name in task.step.needs]
        return None if any(value is _UNKNOWN for value in inputs) else inputs

    # --- Starting tasks -------------------------------------------------------------------------------

    def _start_ready_tasks(self) -> None:
        """Submit each task that can run in a worker. Resubmit tasks that started with a wrong guess."""
        for step in self.steps:
            self._create_tasks(step)
        for task in self._tasks:
            if task.runs_here or task.result is not _UNKNOWN:
                continue
            inputs = self._collect_inputs(task)
            part = _UNKNOWN if inputs is None else self._select_part(task, inputs)
            if inputs is None or part is _UNKNOWN:
                continue
            if task.future is not None:
                if not self._is_settled(task) or part == task.part:
                    continue
                task.future.cancel()
            self._submit_task(task, inputs, part)

    def _create_tasks(self, step: Step) -> None:
        """Create the tasks of a step once its items are known."""
        if step.name in self._steps_with_tasks or (step.early and not self._is_parallel):
            return
        items = self._values.get(step.for_each) if step.for_each else [None]
        if items is None:
            return
        self._steps_with_tasks.add(step.name)
        self._tasks += [
            _Task(step, item, runs_here=not step.early and index == 0) for index, item in enumerate(items)
        ]

    def _select_part(self, task: _Task, inputs: list[Any]) -> Any:
        """Return the part of its late value that a task can start with, or ``_UNKNOWN`` if it must wait."""
        late_value = task.step.late_value
        if late_value is None:
            return None
        value = self._values.get(late_value.name, _UNKNOWN)
        if not late_value.is_needed(task.item, *inputs):
            return late_value.select_part(task.item, None, *inputs)
        if value is not _UNKNOWN and (
            late_value.name in self._final_values or late_value.accepts_draft(task.item)
        ):
            return late_value.select_part(task.item, value, *inputs)
        guess = (
            late_value.guess_part(task.item, *inputs) if self._is_parallel and task.future is None else None
        )
        return _UNKNOWN if guess is None else guess

    def _is_settled(self, task: _Task) -> bool:
        """Return whether the late value of a task is final."""
        return task.step.late_value is None or task.step.late_value.name in self._final_values

    def _submit_task(self, task: _Task, inputs: list[Any], part: Any) -> None:
        step = task.step
        arguments = [
            *([] if task.item is None else [task.item]),
            *inputs,
            *([part] if step.late_value else []),
        ]
        job = NamedJob(task.label, step.function, sticky=not step.early)
        task.part, task.future = part, self.executor.submit(job, *arguments)
        if not step.early:
            task.future.add_done_callback(lambda future: self._report_result(task, future))

    def _report_result(self, task: _Task, future: Future[Any]) -> None:
        if future is task.future and not future.cancelled() and future.exception() is None:
            self.observer(task.step.name, task.item, future.result())

    # --- Running in this process ----------------------------------------------------------------------

    def _can_run_here(self, task: _Task) -> bool:
        return task.runs_here and task.result is _UNKNOWN and self._collect_inputs(task) is not None

    def _run_here(self, task: _Task) -> None:
        step, inputs = task.step, self._collect_inputs(task) or []
        arguments = [*([] if task.item is None else [task.item]), *inputs]
        if step.late_value:  # this task may be the one that emits the value
            arguments.append(step.late_value.select_part(task.item, None, *inputs))
        if task.stage:
            self.progress(task.stage)
        record_activity(task.label)
        task.result = step.function(*arguments)
        if step.late_value and step.late_value.name not in self._final_values:
            self._emit(step.late_value.name, None)
        self.observer(step.name, task.item, task.result)
        self._gather_results(step)

    def _emit(self, name: str, value: Any) -> None:
        """Store an intermediate result emitted by a running step."""
        late_value = next(
            (step.late_value for step in self.steps if step.late_value and step.late_value.name == name), None
        )
        self._values[name] = value
        if late_value is None or value is None or late_value.is_final(value):
            self._final_values.add(name)
        if self._is_parallel:
            self._start_ready_tasks()
        for task in (
            self._tasks if late_value is not None and value is not None and name in self._final_values else ()
        ):
            inputs = self._collect_inputs(task)
            if (
                late_value is not None
                and task.step.late_value is late_value
                and not task.runs_here
                and inputs is not None
            ):
                late_value.save_part(task.item, late_value.select_part(task.item, value, *inputs), *inputs)

    # --- Waiting --------------------------------------------------------------------------------------

    def _wait_for_task(self) -> None:
        """Wait for the first running task in the order of the graph."""
        running = (task for task in self._tasks if task.future and task.result is _UNKNOWN)
        waiting = next((task for task in running if not task.step.early), None)
        if waiting is None:
            missing = [step.name for step in self.steps if not self._is_done(step)]
            raise RuntimeError(f"the inputs of these steps are never produced: {', '.join(missing)}")
        if waiting.stage:
            self.progress(waiting.stage)
        assert waiting.future is not None
        waiting.result = waiting.future.result()
        self._gather_results(waiting.step)

    def _gather_results(self, step: Step) -> None:
        """Store the result of a step once all of its tasks have finished."""
        tasks = [task for task in self._tasks if task.step is step]
        if all(task.result is not _UNKNOWN for task in tasks):
            results = {task.item: task.result for task in tasks}
            self._values[step.name] = results if step.for_each else tasks[0].result


def _ignore_emitted_value(name: str, value: Any) -> None:
    """Ignore a value emitted in a worker, which would arrive too late to be useful."""
