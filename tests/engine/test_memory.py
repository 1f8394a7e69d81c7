"""Test which results are kept in memory from one build to the next, and which are computed again."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.engine.memory import NO_MEMORY, ImpliedInput, Memory, TrackedMapping
from triptych.engine.processes.pool import Pool
from triptych.engine.processes.worker_process import Receiver, Sender


@dataclass(frozen=True)
class Page:
    words: str


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def memory() -> Memory:
    return Memory()


def test_same_value_is_computed_once_and_an_equal_one_again(memory: Memory, calls: list[str]) -> None:
    def shout(page: Page, mark: str) -> str:
        calls.append(page.words)
        return page.words.upper() + mark

    page = Page("one")
    assert [memory.call(shout, page, mark) for mark in "!!?!"] == ["ONE!", "ONE!", "ONE?", "ONE!"]
    assert calls == ["one", "one"]
    assert memory.call(shout, Page("one"), "!") == "ONE!"
    assert len(calls) == 3


def test_another_function_of_the_same_value_is_another_result(memory: Memory) -> None:
    page = Page("one")
    assert memory.call(str, page) != memory.call(id, page)


def test_keyword_arguments_are_rejected(memory: Memory) -> None:
    with pytest.raises(TypeError):
        memory.call(dict, (), one=1)  # type: ignore[call-arg]


def test_bytes_are_identified_by_value_and_not_stored(memory: Memory, calls: list[str]) -> None:
    def size(data: bytes) -> int:
        calls.append("size")
        return len(data)

    data = b"a file of some length"
    holders = sys.getrefcount(data)
    sizes = [memory.call(size, file) for file in (data, bytes(bytearray(data)), b"another")]
    assert sizes == [21, 21, 7]
    assert len(calls) == 2
    assert sys.getrefcount(data) == holders


def test_disabled_memory_stores_nothing(calls: list[str]) -> None:
    def shout(page: Page) -> str:
        calls.append(page.words)
        return page.words.upper()

    page, other = Page("one"), Page("one")
    assert [NO_MEMORY.call(shout, page), NO_MEMORY.call(shout, page)] == ["ONE", "ONE"]
    assert len(calls) == 2
    assert NO_MEMORY.intern("page", page) is page
    assert NO_MEMORY.intern("page", other) is other
    NO_MEMORY.put("name", page)
    assert NO_MEMORY.get("name") is None


def test_only_entries_looked_up_in_a_table_count(memory: Memory, calls: list[str]) -> None:
    def numbered(page: Page, numbers: Mapping[str, int]) -> str:
        calls.append(page.words)
        return f"{page.words} {numbers.get(page.words, 0)}" if numbers else page.words

    page = Page("one")
    assert memory.call(numbered, page, {"one": 1, "two": 2}) == "one 1"
    assert memory.call(numbered, page, {"one": 1, "three": 3}) == "one 1"
    assert calls == ["one"]
    assert memory.call(numbered, page, {"one": 4}) == "one 4"
    assert memory.call(numbered, page, {"two": 2}) == "one 0"
    assert memory.call(numbered, page, {}) == "one"
    assert len(calls) == 4


def test_iterated_table_depends_on_all_entries(memory: Memory) -> None:
    def listed(page: Page, numbers: Mapping[str, int]) -> str:
        return page.words + ",".join(numbers)

    page = Page("of ")
    assert memory.call(listed, page, {"a": 1}) == "of a"
    assert memory.call(listed, page, {"a": 1, "b": 2}) == "of a,b"


def test_implied_inputs_are_not_compared(memory: Memory, calls: list[str]) -> None:
    def total(page: Page, tools: ImpliedInput[list[int]]) -> int:
        calls.append(page.words)
        return sum(tools.value)

    page = Page("one")
    assert memory.call(total, page, ImpliedInput([1, 2])) == memory.call(total, page, ImpliedInput([7])) == 3
    assert calls == ["one"]


def test_unused_results_are_dropped_after_some_builds(memory: Memory, calls: list[str]) -> None:
    def shout(page: Page) -> str:
        calls.append(page.words)
        return page.words.upper()

    used, unused = Page("used"), Page("unused")
    memory.call(shout, used)
    memory.call(shout, unused)
    for _ in range(6):
        memory.begin_build()
        memory.call(shout, used)
    memory.call(shout, unused)
    assert calls == ["used", "unused", "unused"]


def test_a_cleared_memory_is_empty(memory: Memory, calls: list[str]) -> None:
    def shout(page: Page) -> str:
        calls.append(page.words)
        return page.words.upper()

    page = Page("one")
    memory.put("name", memory.intern("page", page))
    memory.call(shout, page)
    memory.clear()
    assert memory.call(shout, page) == "ONE"
    assert len(calls) == 2
    assert memory.get("name") is None
    assert memory.intern("page", other := Page("one")) is other


def test_equal_value_is_replaced_by_the_earlier_one(memory: Memory) -> None:
    first = memory.intern("page", Page("one"))
    assert memory.intern("page", Page("one")) is first
    assert memory.intern("another", Page("one")) is not first
    changed = memory.intern("page", Page("two"))
    assert changed == Page("two")
    assert memory.intern("page", Page("two")) is changed


def test_numbers_of_different_types_are_distinct(memory: Memory) -> None:
    memory.intern("zero", (0.0,), "0.0")
    assert str(memory.intern("zero", (-0.0,), "-0.0")) == "(-0.0,)"
    assert str(memory.intern("zero", (0.0,), "-0.0")) == "(-0.0,)"


@given(
    tables=st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2)), min_size=1, max_size=6),
    wanted=st.lists(st.sampled_from("abcd"), max_size=3),
)
def test_table_with_equal_answers_has_the_same_result(
    tables: list[dict[str, int]], wanted: list[str]
) -> None:
    def read(table: Mapping[str, int]) -> list[int | None]:
        return [table.get(name) if name in table else None for name in wanted]

    for table in tables:
        tracked = TrackedMapping(table)
        result = read(tracked)
        for other in tables:
            assert not tracked.has_same_results(other) or read(other) == result


class TestOtherProcesses:
    def test_pickled_memory_is_empty(self, memory: Memory) -> None:
        assert pickle.loads(pickle.dumps(memory)) is NO_MEMORY

    def test_a_sent_memory_becomes_that_of_the_receiver(self, memory: Memory) -> None:
        sender, own = Sender(), Memory()
        receiver = Receiver(own)
        (received,) = receiver.unpack(sender.pack((memory,)))
        assert received is own

    def test_receiver_starts_a_build_with_each_of_the_sender(self, memory: Memory) -> None:
        sender, own = Sender(), Memory()
        receiver = Receiver(own)
        for _ in range(9):
            receiver.unpack(sender.pack(memory))
        assert own.build_number == 0
        memory.begin_build()
        memory.begin_build()  # without a job in this process
        receiver.unpack(sender.pack(memory))
        receiver.unpack(sender.pack(memory))
        assert own.build_number == 1

    @pytest.mark.parametrize("has_memory", [True, False])
    def test_workers_keep_results_if_the_session_does(self, memory: Memory, has_memory: bool) -> None:
        with Pool(1, "fork", has_memory=has_memory) as pool:
            pool.submit(_put, memory, "name").result(60)
            assert pool.submit(_get, memory, "name").result(60) == (1 if has_memory else None)
        assert memory.get("name") is None


def _put(memory: Memory, name: str) -> None:
    memory.put(name, 1)


def _get(memory: Memory, name: str) -> object:
    return memory.get(name)
