"""Test that endless work is stopped."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from triptych.engine.processes.limits import TimeLimitExceededError, limit_time


def test_slow_function_is_stopped_and_the_alarm_restored() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TimeLimitExceededError, match=r"0\.01 s"), limit_time(0.01):
        while True:
            time.sleep(0.001)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_fast_function_is_not_interrupted() -> None:
    with limit_time(60):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_other_threads_have_all_the_time() -> None:
    result: list[bool] = []

    def work() -> None:
        with limit_time(0.001):
            time.sleep(0.01)
            result.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert result == [True]
