"""Markdown through pandoc: many texts, and none of them at the cost of the others."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from triptych.engine.cache import Cache
from triptych.engine.processes import limits, programs
from triptych.engine.processes.limits import ResourceLimits
from triptych.engine.processes.programs import ProgramFailed, ProgramLimitExceeded
from triptych.reading import pandoc as texts_module
from triptych.reading.pandoc import (
    BODY,
    ParsedText,
    TextGroup,
    UnreadableText,
    _check_text,
    read_bibliography_metadata,
    read_citations,
    read_markdown,
)
from triptych.settings.values import DEFAULT_LIMITS, ReadingLimits

ENDLESS = "[" * 60 + "\n"  # pandoc tries each of them as a link, and in it each of the others


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        limits,
        "compute_parsing_limits",
        lambda size, allowed: limits.ResourceLimits(2, 800 * limits.MEGABYTE),
    )
    monkeypatch.setattr(
        limits, "compute_search_limits", lambda size: limits.ResourceLimits(1, 800 * limits.MEGABYTE)
    )


@pytest.mark.e2e
@pytest.mark.usefixtures("impatient")
def test_a_text_without_end_is_told_at_its_paragraph_and_the_others_are_read(tmp_path: Path) -> None:
    texts = ["First.\n", f"One.\n\nTwo\nlines.\n\n{ENDLESS}\nThree.\n", "Last.\n"]
    first, second, last = read_markdown(texts, Cache(tmp_path))
    assert isinstance(first, ParsedText) and isinstance(last, ParsedText)
    assert isinstance(second, UnreadableText)
    assert (second.line, str(second)) == (6, "reading the text from here on takes too much time or memory")
    assert len(list((tmp_path / "ast").iterdir())) == 2  # a quicker machine may read the other


@pytest.mark.e2e
@pytest.mark.usefixtures("impatient")
def test_a_pandoc_that_is_ended_leaves_nothing_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setitem(programs.ENVIRONMENT, "TMPDIR", str(scratch))
    read_markdown([ENDLESS], Cache(tmp_path))
    assert not list(scratch.iterdir())


def test_many_slow_texts_do_not_take_many_times_as_long(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seconds: list[float] = []
    empty = b'ok\t{"blocks": [], "meta": {"remarks": {"c": "[]"}}}\n'

    def run_driver(driver: Path, texts: Sequence[str], bounds: ResourceLimits) -> bytes:
        if "slow" in "".join(texts):
            seconds.append(bounds.seconds)
            done = next(i for i, text in enumerate(texts) if "slow" in text)
            raise ProgramLimitExceeded("pandoc", "", empty * done)
        return empty * len(texts)

    monkeypatch.setattr(texts_module, "_run_driver", run_driver)
    monkeypatch.setattr(texts_module, "count_processors", lambda: 1)
    texts = [word * length for length, word in zip(range(9, 0, -1), ["good", "slow"] * 5, strict=False)]
    found = read_markdown(texts, Cache(tmp_path))
    assert [isinstance(one, UnreadableText) for one in found] == [False, True, False, *[True] * 6]
    assert "takes too much time" in str(found[1])
    assert {str(one) for one in found[3:]} == {
        "the section was not read, since other sections took too much time or memory"
    }
    assert sum(seconds) < 8 + limits.SEARCH_SECONDS + 9


@pytest.mark.e2e
@pytest.mark.usefixtures("impatient")
def test_what_was_not_read_is_not_tried_again_in_the_same_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, texts = Cache(tmp_path), TextGroup("a.md", {"title": "A *title*", BODY: ENDLESS}, lambda *_: [])
    read_citations([texts], cache, DEFAULT_LIMITS)
    assert [finding.code for finding in texts.found] == ["SEC004"]
    asked: list[str] = []
    monkeypatch.setattr(
        texts_module, "read_markdown", lambda texts, *rest: asked.extend(texts) or read_markdown(texts, *rest)
    )
    trees = texts.read_trees(cache)
    assert asked == ["A *title*", ""]
    assert trees[BODY]["c"] == []
    assert trees["title"]["c"]


def test_words_are_measured_once() -> None:
    before = time.process_time()
    assert _check_text(("w" * 20_000 + " ") * 90, DEFAULT_LIMITS) is None
    assert time.process_time() - before < 5
    assert getattr(_check_text("One\n" + "w" * 20_001, DEFAULT_LIMITS), "line", 0) == 2


def test_a_section_has_words_by_the_pieces_that_it_may_have(tmp_path: Path) -> None:
    text = "word\n" * 160_001
    (read,) = read_markdown([text], Cache(tmp_path))
    assert isinstance(read, UnreadableText)
    assert (read.line, str(read)) == (
        160_001,
        "the section exceeds the limit of 160,000 words at this line",
    )
    assert _check_text(text, ReadingLimits(**{"section-elements": 30_000})) is None
    assert _check_text(text[:-5], DEFAULT_LIMITS) is None


def test_half_a_character_is_told_at_its_line(tmp_path: Path) -> None:
    first, second = read_markdown(["One.\n\nTwo \ud800.\n", "Three.\n"], Cache(tmp_path))
    assert isinstance(first, UnreadableText) and isinstance(second, ParsedText)
    assert (first.line, str(first)) == (3, "U+D800 is half of a surrogate pair, not a character")


def test_a_section_as_long_as_a_shelf_of_books_is_refused(tmp_path: Path) -> None:
    (long,) = read_markdown(["word " * 400_001], Cache(tmp_path))
    assert isinstance(long, UnreadableText)
    assert str(long) == "the section has 2,000,005 characters; the limit is 2,000,000"


@pytest.mark.parametrize(
    ("text", "line"), [("w" * 20_001, 3), ("*" * 30_000 + "a", 3), ("w" * 20_000, 0), ("\u5b57" * 30_000, 0)]
)
def test_a_word_of_many_pages_is_refused(tmp_path: Path, text: str, line: int) -> None:
    (read,) = read_markdown([f"One.\n\n{text} end\n"], Cache(tmp_path))
    assert (read.line if isinstance(read, UnreadableText) else 0) == line


def test_a_picture_in_its_place_is_no_word(tmp_path: Path) -> None:
    (read,) = read_markdown([f"![A](data:image/png;base64,{'A' * 30_000})\n"], Cache(tmp_path))
    assert isinstance(read, ParsedText)


def test_sources_that_no_program_could_follow_are_refused() -> None:
    def book(depth: int) -> bytes:
        return b"@book{a, title = {" + b"\\emph{" * depth + b"a" + b"}" * depth + b"}}"

    assert read_bibliography_metadata(book(20), "biblatex")
    for depth in (200, 500):
        with pytest.raises(ProgramFailed, match="markup is nested too deeply"):
            read_bibliography_metadata(book(depth), "biblatex")
