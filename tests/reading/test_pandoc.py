"""Test converting Markdown with pandoc: many texts at once, without one delaying the others."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from triptych.engine.cache import Cache
from triptych.engine.processes import limits, programs
from triptych.engine.processes.limits import ResourceLimits
from triptych.engine.processes.programs import ProgramError, ProgramLimitError
from triptych.reading import pandoc as texts_module
from triptych.reading.filters import LuaFilters
from triptych.reading.pandoc import (
    BODY,
    ParsedText,
    TextGroup,
    UnparsableTextError,
    _check_text,
    read_bibliography_metadata,
    read_citations,
    read_markdown,
)
from triptych.settings.values import DEFAULT_LIMITS, ReadingLimits

ENDLESS = "[" * 60 + "\n"  # pandoc tries each of them as a link, and each of the others inside it


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
def test_exhausting_text_is_reported_at_its_paragraph_and_others_are_read(tmp_path: Path) -> None:
    texts = ["First.\n", f"One.\n\nTwo\nlines.\n\n{ENDLESS}\nThree.\n", "Last.\n"]
    first, second, last = read_markdown(texts, Cache(tmp_path))
    assert isinstance(first, ParsedText) and isinstance(last, ParsedText)
    assert isinstance(second, UnparsableTextError)
    assert (second.line, str(second)) == (6, "reading the text from here on takes too much time or memory")
    assert len(list((tmp_path / "ast").iterdir())) == 2  # a faster machine may read the other


@pytest.mark.e2e
@pytest.mark.usefixtures("impatient")
def test_terminated_pandoc_leaves_no_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setitem(programs.ENVIRONMENT, "TMPDIR", str(scratch))
    read_markdown([ENDLESS], Cache(tmp_path))
    assert not list(scratch.iterdir())


def test_many_slow_texts_do_not_multiply_the_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seconds: list[float] = []
    empty = b'ok\t{"blocks": [], "meta": {"remarks": {"c": "[]"}}}\n'

    def run_driver(driver: Path, filters: LuaFilters, texts: Sequence[str], bounds: ResourceLimits) -> bytes:
        if "slow" in "".join(texts):
            seconds.append(bounds.seconds)
            result = next(i for i, text in enumerate(texts) if "slow" in text)
            raise ProgramLimitError("pandoc", "", empty * result)
        return empty * len(texts)

    monkeypatch.setattr(texts_module, "_run_driver", run_driver)
    monkeypatch.setattr(texts_module, "count_processors", lambda: 1)
    texts = [word * length for length, word in zip(range(9, 0, -1), ["good", "slow"] * 5, strict=False)]
    markdown = read_markdown(texts, Cache(tmp_path))
    assert [isinstance(item, UnparsableTextError) for item in markdown] == [False, True, False, *[True] * 6]
    assert "takes too much time" in str(markdown[1])
    assert {str(item) for item in markdown[3:]} == {
        "the section was not read: other sections used up the time or memory limit"
    }
    assert sum(seconds) < 8 + limits.SEARCH_SECONDS + 9


@pytest.mark.e2e
@pytest.mark.usefixtures("impatient")
def test_failed_text_is_not_retried_in_the_same_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, texts = Cache(tmp_path), TextGroup("a.md", {"title": "A *title*", BODY: ENDLESS}, lambda *_: [])
    read_citations([texts], cache, DEFAULT_LIMITS)
    assert [finding.code for finding in texts.findings] == ["SEC004"]
    requested: list[str] = []
    monkeypatch.setattr(
        texts_module,
        "read_markdown",
        lambda texts, *rest: requested.extend(texts) or read_markdown(texts, *rest),
    )
    trees = texts.read_trees(cache)
    assert requested == ["A *title*", ""]
    assert trees[BODY]["c"] == []
    assert trees["title"]["c"]


def test_words_are_measured_once() -> None:
    before = time.process_time()
    assert _check_text(("w" * 20_000 + " ") * 90, DEFAULT_LIMITS) is None
    assert time.process_time() - before < 5
    assert getattr(_check_text("One\n" + "w" * 20_001, DEFAULT_LIMITS), "line", 0) == 2


def test_word_limit_depends_on_the_element_limit(tmp_path: Path) -> None:
    text = "word\n" * 160_001
    (result,) = read_markdown([text], Cache(tmp_path))
    assert isinstance(result, UnparsableTextError)
    assert (result.line, str(result)) == (
        160_001,
        "the section exceeds the limit of 160,000 words at this line",
    )
    assert _check_text(text, ReadingLimits(**{"section-elements": 30_000})) is None
    assert _check_text(text[:-5], DEFAULT_LIMITS) is None


def test_lone_surrogate_is_reported_at_its_line(tmp_path: Path) -> None:
    first, second = read_markdown(["One.\n\nTwo \ud800.\n", "Three.\n"], Cache(tmp_path))
    assert isinstance(first, UnparsableTextError) and isinstance(second, ParsedText)
    assert (first.line, str(first)) == (3, "U+D800 is half of a surrogate pair, not a character")


def test_excessively_long_section_is_rejected(tmp_path: Path) -> None:
    (long,) = read_markdown(["word " * 400_001], Cache(tmp_path))
    assert isinstance(long, UnparsableTextError)
    assert str(long) == "the section has 2,000,005 characters; the limit is 2,000,000"


@pytest.mark.parametrize(
    ("text", "line"), [("w" * 20_001, 3), ("*" * 30_000 + "a", 3), ("w" * 20_000, 0), ("\u5b57" * 30_000, 0)]
)
def test_excessively_long_word_is_rejected(tmp_path: Path, text: str, line: int) -> None:
    (result,) = read_markdown([f"One.\n\n{text} end\n"], Cache(tmp_path))
    assert (result.line if isinstance(result, UnparsableTextError) else 0) == line


def test_embedded_picture_is_not_a_word(tmp_path: Path) -> None:
    (result,) = read_markdown([f"![A](data:image/png;base64,{'A' * 30_000})\n"], Cache(tmp_path))
    assert isinstance(result, ParsedText)


def test_pathological_sources_are_rejected() -> None:
    def book(depth: int) -> bytes:
        return b"@book{a, title = {" + b"\\emph{" * depth + b"a" + b"}" * depth + b"}}"

    assert read_bibliography_metadata(book(20), "biblatex")
    for depth in (200, 500):
        with pytest.raises(ProgramError, match="markup is nested too deeply"):
            read_bibliography_metadata(book(depth), "biblatex")
