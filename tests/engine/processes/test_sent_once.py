"""Values that go down a line once are the same objects at its other end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.engine.processes.worker_process import Receiver, Sender


@dataclass(frozen=True)
class Large:
    sent_once: ClassVar[bool] = True

    words: str


def test_a_value_goes_once() -> None:
    sender, receiver = Sender(), Receiver()
    value = Large("word " * 1000)
    first, second = sender.pack([value]), sender.pack([value, "more"])
    assert len(second) < 200 < len(first)
    there = receiver.unpack(first)[0]
    again, more = receiver.unpack(second)
    assert again is there
    assert (again, more) == (value, "more")


def test_an_equal_value_is_another() -> None:
    sender, receiver = Sender(), Receiver()
    one, other = Large("a"), Large("a")
    assert receiver.unpack(sender.pack((one, other))) == (one, other)
    first, second = receiver.unpack(sender.pack((one, other)))
    assert first is not second


def test_what_could_not_be_sent_was_never_sent() -> None:
    sender, receiver = Sender(), Receiver()
    value = Large("a")
    with pytest.raises((TypeError, AttributeError)):
        sender.pack([value, (one for one in "generator")])
    assert receiver.unpack(sender.pack([value])) == [value]


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=40))
def test_both_ends_hold_the_same_whatever_is_sent(messages: list[list[int]]) -> None:
    sender, receiver = Sender(), Receiver()
    values = [Large(str(number)) for number in range(6)]
    for numbers in messages:
        assert receiver.unpack(sender.pack([values[n] for n in numbers])) == [values[n] for n in numbers]
    held, theirs = sender._shared.values, receiver._shared.values
    assert held.keys() == theirs.keys()
    assert len(held) <= 6


def test_what_is_sent_no_more_is_let_go() -> None:
    sender, receiver = Sender(), Receiver()
    for number in range(100):
        receiver.unpack(sender.pack(Large(str(number))))
    assert len(sender._shared.values) == len(receiver._shared.values) < 20
