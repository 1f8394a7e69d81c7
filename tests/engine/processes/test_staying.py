"""What a process that stays remembers, and what it asks for again."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.engine.processes import staying
from triptych.engine.processes.staying import Implied, LookedUp, begin_build, recalled, same, stay


@dataclass(frozen=True)
class Page:
    words: str


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def a_process_that_stays() -> Iterator[None]:
    stay()
    yield
    staying.forget()
    gc.unfreeze()


def test_garbage_is_collected_in_a_lull() -> None:
    class Knot:
        def __init__(self) -> None:
            self.own = self

    gone = weakref.ref(Knot())
    assert not gc.isenabled()
    assert gone() is not None
    staying.rest()
    assert gone() is None
    assert gc.get_freeze_count()
    lasting = [Knot()]
    staying.rest()
    gone = weakref.ref(lasting.pop())
    for _ in range(16):
        staying.rest()
    assert gone() is None
    staying.forget()
    assert gc.isenabled()


def test_the_same_value_is_asked_once_and_an_equal_one_again(asked: list[str]) -> None:
    @recalled
    def shout(page: Page, mark: str) -> str:
        asked.append(page.words)
        return page.words.upper() + mark

    page = Page("one")
    assert [shout(page, "!"), shout(page, "!"), shout(page, "?"), shout(page, "!")] == [
        "ONE!",
        "ONE!",
        "ONE?",
        "ONE!",
    ]
    assert asked == ["one", "one"]
    assert shout(Page("one"), "!") == "ONE!"
    assert len(asked) == 3


def test_bytes_are_known_by_what_they_say_and_are_not_kept(asked: list[str]) -> None:
    @recalled
    def size(data: bytes) -> int:
        asked.append("size")
        return len(data)

    data = b"a file of some length"
    holders = sys.getrefcount(data)
    assert [size(data), size(bytes(bytearray(data))), size(b"another")] == [21, 21, 7]
    assert len(asked) == 2
    assert sys.getrefcount(data) == holders


def test_a_build_by_itself_remembers_nothing(asked: list[str]) -> None:
    staying.forget()

    @recalled
    def shout(page: Page) -> str:
        asked.append(page.words)
        return page.words.upper()

    page = Page("one")
    assert (shout(page), shout(page)) == ("ONE", "ONE")
    assert len(asked) == 2
    assert same("page", page) is page
    assert same("page", other := Page("one")) is other


def test_only_what_was_looked_up_in_a_table_counts(asked: list[str]) -> None:
    @recalled
    def numbered(page: Page, numbers: Mapping[str, int]) -> str:
        asked.append(page.words)
        return f"{page.words} {numbers.get(page.words, 0)}" if numbers else page.words

    page = Page("one")
    assert numbered(page, {"one": 1, "two": 2}) == "one 1"
    assert numbered(page, {"one": 1, "three": 3}) == "one 1"
    assert asked == ["one"]
    assert numbered(page, {"one": 4}) == "one 4"
    assert numbered(page, {"two": 2}) == "one 0"
    assert numbered(page, {}) == "one"
    assert len(asked) == 4


def test_who_walks_through_a_table_sees_all_of_it(asked: list[str]) -> None:
    @recalled
    def listed(page: Page, numbers: Mapping[str, int]) -> str:
        asked.append(page.words)
        return page.words + ",".join(numbers)

    page = Page("of ")
    assert listed(page, {"a": 1}) == "of a"
    assert listed(page, {"a": 1, "b": 2}) == "of a,b"


def test_what_the_other_inputs_imply_is_not_compared(asked: list[str]) -> None:
    @recalled
    def made(page: Page, tools: Implied[list[int]]) -> int:
        asked.append(page.words)
        return sum(tools.value)

    page = Page("one")
    assert made(page, Implied([1, 2])) == made(page, Implied([7])) == 3
    assert asked == ["one"]


def test_what_nobody_asks_for_is_forgotten_after_some_builds(asked: list[str]) -> None:
    @recalled
    def shout(page: Page) -> str:
        asked.append(page.words)
        return page.words.upper()

    kept, left = Page("kept"), Page("left")
    shout(kept), shout(left)
    for _ in range(6):
        begin_build()
        shout(kept)
    shout(left)
    assert asked == ["kept", "left", "left"]


def test_another_program_begins_anew(asked: list[str]) -> None:
    @recalled
    def shout(page: Page) -> str:
        asked.append(page.words)
        return page.words.upper()

    page = Page("one")
    shout(page)
    staying.forget_results()
    shout(page)
    assert len(asked) == 2
    assert staying.stays()
    staying.forget()
    staying.forget_results()
    assert not staying.stays()


def test_a_value_that_says_the_same_is_that_of_the_build_before() -> None:
    first = same("page", Page("one"))
    assert same("page", Page("one")) is first
    assert same("another", Page("one")) is not first
    changed = same("page", Page("two"))
    assert changed == Page("two")
    assert same("page", Page("two")) is changed


def test_numbers_that_are_written_otherwise_are_not_the_same() -> None:
    same("zero", (0.0,), "0.0")
    assert str(same("zero", (-0.0,), "-0.0")) == "(-0.0,)"
    assert str(same("zero", (0.0,), "-0.0")) == "(-0.0,)"


@given(
    tables=st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2)), min_size=1, max_size=6),
    wanted=st.lists(st.sampled_from("abcd"), max_size=3),
)
def test_a_table_that_says_as_much_gives_the_same(tables: list[dict[str, int]], wanted: list[str]) -> None:
    def read(table: Mapping[str, int]) -> list[int | None]:
        return [table.get(name) if name in table else None for name in wanted]

    for table in tables:
        noted = LookedUp(table)
        made = read(noted)
        for other in tables:
            assert not noted.says_as_much(other) or read(other) == made
