"""Test that exceptions of workers reach the parent process, even if they cannot be pickled."""

from __future__ import annotations

import threading

import pytest
from lxml import etree

from triptych.engine.processes.limits import DRAWING_LIMITS, run_with_limits
from triptych.engine.processes.pool import BackgroundWorker, Pool
from triptych.engine.processes.worker_process import UnpicklableError, make_picklable


class Odd(Exception):
    """An exception with a value that cannot be pickled."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lock = threading.Lock()


def parse() -> None:
    etree.fromstring("<a>")


def be_odd() -> None:
    raise Odd("ab")


def test_picklable_exceptions_are_unchanged() -> None:
    error = KeyError("known")
    assert make_picklable(error) is error


@pytest.mark.parametrize(("job", "words"), [(parse, "XMLSyntaxError: Premature end"), (be_odd, "Odd: ab")])
def test_other_exceptions_are_sent_as_text(job, words: str) -> None:
    with Pool(1, "fork") as pool, pytest.raises(UnpicklableError, match=words):
        pool.submit(job).result()
    with pytest.raises(UnpicklableError, match=words):
        run_with_limits(DRAWING_LIMITS, job)


def test_companion_process_sends_exceptions_too() -> None:
    companion = BackgroundWorker()
    try:
        with pytest.raises(UnpicklableError, match="XMLSyntaxError"):
            companion.run_job(parse)
    finally:
        companion.stop()
