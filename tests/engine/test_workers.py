"""Jobs in this process or in others: the same results, the same failures."""

from __future__ import annotations

import os

import pytest

from triptych.engine.workers import Inline, default_jobs, workers


def square(number: int) -> int:
    return number * number


def fail(message: str) -> None:
    raise ValueError(message)


def process() -> int:
    return os.getpid()


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_come_back(jobs: int) -> None:
    with workers(jobs) as executor:
        futures = [executor.submit(square, number) for number in range(5)]
        assert [future.result() for future in futures] == [0, 1, 4, 9, 16]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failure_comes_back_where_the_result_is_asked_for(jobs: int) -> None:
    with workers(jobs) as executor:
        future = executor.submit(fail, "no such thing")
        with pytest.raises(ValueError, match="no such thing"):
            future.result()
        assert executor.submit(square, 3).result() == 9


@pytest.mark.parametrize("jobs", [-1, 0, 1])
def test_one_job_needs_no_other_process(jobs: int) -> None:
    with workers(jobs) as executor:
        assert isinstance(executor, Inline)
        assert executor.submit(process).result() == os.getpid()


def test_more_jobs_are_done_in_other_processes() -> None:
    with workers(2) as executor:
        assert executor.submit(process).result() != os.getpid()


def test_inline_jobs_take_names_and_are_done_when_they_come_back() -> None:
    future = Inline().submit(int, "11", base=2)
    assert future.done()
    assert future.result() == 3


def test_inline_jobs_are_not_deaf_to_an_interrupt() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Inline().submit(interrupt)


def test_at_least_one_processor_may_be_used() -> None:
    assert default_jobs() >= 1
