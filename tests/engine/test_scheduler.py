"""Test the scheduler with small graphs: order, parallel tasks, speculative tasks, and lost workers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from triptych.engine.processes.pool import InlineExecutor, Pool, WorkerLostError
from triptych.engine.scheduler import LateValue, Scheduler, Step, StopRun

NUMBERS = Step("numbers", lambda count: list(range(count)), needs=("count",))


def square(number: int) -> int:
    return number * number


def add(squares: dict[int, int]) -> int:
    return sum(squares.values())


def own_pid(number: int) -> int:
    return os.getpid()


def divide(number: int) -> int:
    return 1 // (2 - number)


def die(number: int) -> None:
    """End the worker process."""
    if number:
        os._exit(1)


def die_once(number: int, note: Path) -> int:
    """End the first worker process."""
    if number and not note.exists():
        note.touch()
        os._exit(1)
    return number


SUM = (
    NUMBERS,
    Step("squares", square, for_each="numbers"),
    Step("sum", add, needs=("squares",), stage="adding"),
)


@pytest.fixture(params=["inline", "threads", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    result: dict[str, Callable[[], Executor]] = {
        "inline": InlineExecutor,
        "threads": lambda: ThreadPoolExecutor(2),
        "processes": lambda: Pool(2, "fork"),
    }
    with result[request.param]() as item:
        yield item


def test_graph_has_the_same_results_wherever_tasks_run(executor: Executor) -> None:
    stages: list[str] = []
    assert Scheduler(SUM, executor, stages.append).run({"count": 4}) == 14
    assert stages == ["0", "1", "2", "3", "adding"]


def test_the_first_item_runs_here_and_others_in_workers() -> None:
    steps = (NUMBERS, Step("pids", own_pid, for_each="numbers"))
    with Pool(2, "fork") as pool:
        pids = Scheduler(steps, pool).run({"count": 3})
    assert pids[0] == os.getpid()
    assert os.getpid() not in (pids[1], pids[2])


def test_steps_run_when_their_inputs_exist_in_table_order() -> None:
    ran: list[str] = []

    def step(name: str, *needs: str) -> Step:
        return Step(name, lambda *values: ran.append(name), needs=needs)

    Scheduler((step("c", "b"), step("a"), step("b", "a"), step("d", "c")), InlineExecutor()).run({})
    assert ran == ["a", "b", "c", "d"]


def test_an_input_that_no_step_produces_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="these steps are never produced: lost"):
        Scheduler((Step("lost", print, needs=("nothing",)),), InlineExecutor()).run({})


def test_results_are_observed_with_their_steps_and_items(executor: Executor) -> None:
    seen: list[tuple[str, Any, Any]] = []
    Scheduler(SUM, executor, observer=lambda *result: seen.append(result)).run({"count": 3})
    assert sorted(seen, key=str) == sorted(
        [
            ("numbers", None, [0, 1, 2]),
            ("squares", 0, 0),
            ("squares", 1, 1),
            ("squares", 2, 4),
            ("sum", None, 5),
        ],
        key=str,
    )


class TestEnds:
    def test_a_step_may_end_the_run_with_a_result(self, executor: Executor) -> None:
        def stop(squares: dict[int, int]) -> None:
            raise StopRun("enough")

        steps = (*SUM[:2], Step("stop", stop, needs=("squares",)), Step("never", print, needs=("stop",)))
        assert Scheduler(steps, executor).run({"count": 2}) == "enough"

    def test_an_error_of_a_task_ends_the_run(self, executor: Executor) -> None:
        steps = (NUMBERS, Step("parts", divide, for_each="numbers"))
        with pytest.raises(ZeroDivisionError):
            Scheduler(steps, executor).run({"count": 3})

    def test_stopping_a_run_cancels_pending_tasks(self) -> None:
        began: list[int] = []
        go_on = threading.Event()

        def begin(number: int) -> None:
            began.append(number)
            go_on.wait(10)

        def fail(stage: str) -> None:
            while not began:
                time.sleep(0.01)
            go_on.set()
            raise KeyboardInterrupt

        with ThreadPoolExecutor(1) as threads:
            blocked = threads.submit(go_on.wait, 10)
            began.append(-1)
            with pytest.raises(KeyboardInterrupt):
                Scheduler((NUMBERS, Step("each", begin, for_each="numbers")), threads, fail).run({"count": 9})
            blocked.result()
        assert began == [-1]

    def test_task_of_a_lost_worker_is_retried(self, tmp_path: Path) -> None:
        steps = (NUMBERS, Step("die", die_once, needs=("note",), for_each="numbers"))
        with Pool(1, "fork") as pool:
            result = Scheduler(steps, pool).run({"count": 2, "note": tmp_path / "note"})
            assert result == {0: 0, 1: 1}
            assert pool.pop_lost_jobs() == ["1"]

    def test_a_task_that_costs_two_workers_ends_the_run(self) -> None:
        with Pool(1, "fork") as pool, pytest.raises(WorkerLostError, match="1"):
            Scheduler((NUMBERS, Step("die", die, for_each="numbers")), pool).run({"count": 2})


class TestEarlySteps:
    def test_early_tasks_run_in_workers_without_waiting(self) -> None:
        begun, over = threading.Event(), threading.Event()

        def load() -> None:
            begun.set()
            over.wait(10)

        with ThreadPoolExecutor(3) as threads:
            assert Scheduler((Step("load", load, early=True), *SUM), threads).run({"count": 3}) == 5
            assert begun.wait(10)
            over.set()

    def test_their_errors_are_ignored(self) -> None:
        with ThreadPoolExecutor(1) as threads:
            steps = (Step("load", lambda: 1 // 0, early=True), *SUM)
            assert Scheduler(steps, threads).run({"count": 3}) == 5

    def test_early_tasks_do_not_run_inline(self) -> None:
        steps = (Step("load", lambda: pytest.fail("loaded"), early=True), *SUM)
        assert Scheduler(steps, InlineExecutor()).run({"count": 3}) == 5

    def test_early_tasks_start_with_emitted_parts(self) -> None:
        prepared = threading.Event()

        def read(emit: Callable[[str, Any], None]) -> str:
            emit("draft", "a draft")
            assert prepared.wait(10)
            return "a book"

        steps = (
            Step("prepare", lambda draft: prepared.set(), needs=("draft",), early=True),
            Step("book", read, needs=("emit",)),
        )
        with ThreadPoolExecutor(1) as threads:
            assert Scheduler(steps, threads).run({}) == "a book"


class Pages(LateValue):
    """The pages of the first output: "book" provides them, other outputs refer to the first one."""

    name = "pages"

    def __init__(self, guesses: dict[str, Any] | None = None, drafts: tuple[str, ...] = ()) -> None:
        self.guesses, self.drafts, self.kept = guesses or {}, drafts, {}

    def is_needed(self, item: str, *inputs: Any) -> bool:
        return item != "plain"

    def is_final(self, value: list[int]) -> bool:
        return value[-1] == 0

    def accepts_draft(self, item: str) -> bool:
        return item in self.drafts

    def select_part(self, item: str, value: Any, *inputs: Any) -> Any:
        return value[0] if value else None

    def guess_part(self, item: str, *inputs: Any) -> Any:
        return self.guesses.get(item)

    def save_part(self, item: str, part: Any, *inputs: Any) -> None:
        self.kept[item] = part


class TestLateValues:
    @pytest.fixture
    def written(self) -> list[tuple[str, Any]]:
        return []

    def run(
        self, late: Pages, written: list[tuple[str, Any]], executor: Executor, *emitted: list[int]
    ) -> dict[str, Any]:
        def write(name: str, emit: Callable[[str, Any], None], page: int | None) -> tuple[str, int | None]:
            if name == "book":
                for value in emitted:
                    time.sleep(0.05)
                    emit("pages", value)
                time.sleep(0.05)
            else:
                written.append((name, page))
            return name, page

        steps = (
            Step("outputs", lambda: ["book", "slides", "plain"]),
            Step("written", write, needs=("emit",), for_each="outputs", late_value=late),
        )
        result: dict[str, Any] = Scheduler(steps, executor).run({})
        return result

    def test_a_task_waits_for_the_final_value(self, written: list[tuple[str, Any]]) -> None:
        with ThreadPoolExecutor(2) as threads:
            result = self.run(Pages(), written, threads, [7, 1], [8, 0])
        assert result["slides"] == ("slides", 8)
        assert written == [("plain", None), ("slides", 8)]

    def test_a_right_guess_starts_a_task_at_once(self, written: list[tuple[str, Any]]) -> None:
        late = Pages({"slides": 8})
        with ThreadPoolExecutor(2) as threads:
            result = self.run(late, written, threads, [8, 0])
        assert result["slides"] == ("slides", 8)
        assert sorted(written, key=str) == [("plain", None), ("slides", 8)]
        assert late.kept["slides"] == 8

    def test_wrong_guess_restarts_a_task(self, written: list[tuple[str, Any]]) -> None:
        late = Pages({"slides": 3})
        with ThreadPoolExecutor(2) as threads:
            result = self.run(late, written, threads, [8, 0])
        assert result["slides"] == ("slides", 8)
        assert [entry for entry in written if entry[0] == "slides"] == [("slides", 3), ("slides", 8)]
        assert late.kept["slides"] == 8

    @pytest.mark.parametrize("final", [7, 8])
    def test_a_task_may_start_with_a_draft(self, written: list[tuple[str, Any]], final: int) -> None:
        with ThreadPoolExecutor(2) as threads:
            result = self.run(Pages(drafts=("slides",)), written, threads, [7, 1], [final, 0])
        assert result["slides"] == ("slides", final)
        assert [page for name, page in written if name == "slides"] == ([7] if final == 7 else [7, 8])

    def test_a_value_that_is_never_emitted_is_none(self, written: list[tuple[str, Any]]) -> None:
        with ThreadPoolExecutor(2) as threads:
            result = self.run(Pages(), written, threads)
        assert result["slides"] == ("slides", None)

    def test_nothing_is_guessed_inline(self, written: list[tuple[str, Any]]) -> None:
        result = self.run(Pages({"slides": 3}, drafts=("slides",)), written, InlineExecutor(), [7, 1], [8, 0])
        assert result["slides"] == ("slides", 8)
        assert written == [("plain", None), ("slides", 8)]
