"""What a worker raises reaches the process that asked, whatever it holds."""

from __future__ import annotations

import threading

import pytest
from lxml import etree

from triptych.engine.processes.child import Unsendable, sendable
from triptych.engine.processes.limits import DRAWING, in_bounds
from triptych.engine.processes.pool import Companion, Pool


class Odd(Exception):
    """It holds what no other process can have."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lock = threading.Lock()


def parse() -> None:
    etree.fromstring("<a>")


def be_odd() -> None:
    raise Odd("ab")


def test_what_can_be_sent_stays() -> None:
    error = KeyError("known")
    assert sendable(error) is error


@pytest.mark.parametrize(("job", "words"), [(parse, "XMLSyntaxError: Premature end"), (be_odd, "Odd: ab")])
def test_other_exceptions_come_in_words(job, words: str) -> None:
    with Pool(1, "fork") as pool, pytest.raises(Unsendable, match=words):
        pool.submit(job).result()
    with pytest.raises(Unsendable, match=words):
        in_bounds(DRAWING, job)


def test_the_companion_tells_them_too() -> None:
    companion = Companion()
    try:
        with pytest.raises(Unsendable, match="XMLSyntaxError"):
            companion.do(parse)
    finally:
        companion.stop()
