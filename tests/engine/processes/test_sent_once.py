"""Test that values sent once through a pipe are the same objects at the other end."""

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


def test_shared_value_is_sent_once() -> None:
    sender, receiver = Sender(), Receiver()
    value = Large("word " * 1000)
    first, second = sender.pack([value]), sender.pack([value, "more"])
    assert len(second) < 200 < len(first)
    there = receiver.unpack(first)[0]
    repeated, more = receiver.unpack(second)
    assert repeated is there
    assert (repeated, more) == (value, "more")


def test_an_equal_value_is_another() -> None:
    sender, receiver = Sender(), Receiver()
    item, other = Large("a"), Large("a")
    assert receiver.unpack(sender.pack((item, other))) == (item, other)
    first, second = receiver.unpack(sender.pack((item, other)))
    assert first is not second


def test_value_that_could_not_be_sent_is_sent_again() -> None:
    sender, receiver = Sender(), Receiver()
    value = Large("a")
    with pytest.raises((TypeError, AttributeError)):
        sender.pack([value, (item for item in "generator")])
    assert receiver.unpack(sender.pack([value])) == [value]


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=40))
def test_both_ends_keep_the_same_values(messages: list[list[int]]) -> None:
    sender, receiver = Sender(), Receiver()
    values = [Large(str(number)) for number in range(6)]
    for numbers in messages:
        assert receiver.unpack(sender.pack([values[n] for n in numbers])) == [values[n] for n in numbers]
    held, theirs = sender._shared.values, receiver._shared.values
    assert held.keys() == theirs.keys()
    assert len(held) <= 6


def test_value_no_longer_sent_is_released() -> None:
    sender, receiver = Sender(), Receiver()
    for number in range(100):
        receiver.unpack(sender.pack(Large(str(number))))
    assert len(sender._shared.values) == len(receiver._shared.values) < 20
