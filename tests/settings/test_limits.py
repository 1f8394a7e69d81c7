"""Test that a manifest can raise limits for trusted books, and cannot lower them."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.engine.cache import Cache
from triptych.engine.processes.limits import MEGABYTE, ResourceLimits, compute_parsing_limits
from triptych.project import Project
from triptych.reading.sections import split_section
from triptych.settings.manifest_reader import read_manifest
from triptych.settings.values import DEFAULT_LIMITS, ReadingLimits
from triptych.stages import read_project

BOOK = "book: {title: T, chapters: [a.md]}\n"


def test_the_values_are_those_of_the_manifest(make_project: MakeProject) -> None:
    text = BOOK + "limits: {section-time: 1m, section-memory: 2GB, chart-values: 20000}\n"
    manifest, _, result = read_manifest(make_project({"source/book.yaml": text}))
    assert not result
    assert manifest is not None
    assert manifest.limits == ReadingLimits(
        **{"section-time": "1m", "section-memory": "2GB", "chart-values": 20_000}
    )
    assert compute_parsing_limits([0], manifest.limits) == ResourceLimits(60, 2000 * MEGABYTE)


def test_text_has_time_by_its_length_with_a_maximum() -> None:
    hundred = compute_parsing_limits([100_000], DEFAULT_LIMITS)
    assert hundred == ResourceLimits(8 + 6, 720 * MEGABYTE)
    assert compute_parsing_limits([100_000] * 9, DEFAULT_LIMITS).seconds == pytest.approx(8 + 9 * 6)
    assert compute_parsing_limits([2_000_000], DEFAULT_LIMITS).seconds == 8 + 20


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("chart-values: 10", '"limits.chart-values" must be at least 4000'),
        (
            "svg-elements: 900000000",
            '"limits.svg-elements" must be at most 10000000',
        ),
        ("section-time: 5", '"limits.section-time" must be a duration with a unit, such as 90s, 10m or 1h'),
    ],
)
def test_limits_cannot_be_lowered_or_removed(make_project: MakeProject, written: str, message: str) -> None:
    project = make_project({"source/book.yaml": BOOK + f"limits:\n  {written}\n"})
    manifest, _, result = read_manifest(project)
    assert [str(item) for item in result] == [
        f"source/book.yaml:3:{5 + written.index(':')}: error[MAN002]: {message}"
    ]
    assert manifest is not None
    assert manifest.limits == DEFAULT_LIMITS


def test_untrusted_book_cannot_raise_limits(make_project: MakeProject) -> None:
    root = make_project({"source/book.yaml": BOOK + "limits: {chart-values: 20000}\n"}).root
    manifest, _, result = read_manifest(Project(root, environ={}, trusted=False))
    (item,) = result
    assert (item.code, str(item.span)) == ("MAN012", "source/book.yaml:2:1")
    assert manifest is not None
    assert manifest.limits == DEFAULT_LIMITS


@pytest.mark.parametrize(
    ("trusted", "hint"),
    [
        (True, "show fewer rows, or raise `table-cells:`"),
        (False, "show fewer rows, or pass `--limits trusted` and raise `table-cells:`"),
    ],
)
def test_hint_tells_whether_a_limit_can_be_raised(
    make_project: MakeProject, trusted: bool, hint: str
) -> None:
    rows = ["a" * 120, "-" * 120, *["b" * 120] * 200]
    table = "".join("|".join(row) + "\n" for row in rows)
    root = make_project({"source/book.yaml": BOOK, "source/a.md": f"# A\n\n{table}"}).root
    findings = read_project(Project(root, environ={}, trusted=trusted), Cache(None))[2]
    (problem,) = (item for item in findings if item.code == "SEC004")
    assert problem.hint == f"{hint} under `limits:` in `book.yaml`"


@pytest.mark.parametrize(
    ("book", "place", "message"),
    [
        (f"title: {'w' * 1_001}", (2, 10), '"book.title": 1,001 characters; the limit is 1,000'),
        (
            f"title: T\n  subtitle: {'w ' * 45_000}",
            (3, 13),
            '"book.subtitle": 89,999 characters; the limit is 1,000',
        ),
        (
            f"title: T\n  description: a{'*a ' * 9_000}",
            (3, 16),
            '"book.description": 27,000 characters; the limit is 10,000',
        ),
        (
            f"title: T\n  keywords: [a, {'w' * 1_001}]",
            (3, 17),
            '"book.keywords": 1,001 characters; the limit is 1,000',
        ),
        (
            f"title: T\n  author: [{{name: {'w' * 1_001}}}]",
            (3, 19),
            '"book.author.name": 1,001 characters; the limit is 1,000',
        ),
    ],
)
def test_long_text_is_rejected_at_its_position(
    make_project: MakeProject, book: str, place: tuple[int, int], message: str
) -> None:
    text = f"book:\n  {book}\n  chapters: [a.md]\n"
    _, _, result = read_manifest(make_project({"source/book.yaml": text}))
    (item,) = result
    assert (item.code, item.message, item.hint) == ("MAN002", message, "shorten the text")
    assert str(item.span) == f"source/book.yaml:{place[0]}:{place[1]}"


def test_long_chapter_text_is_rejected_at_its_position() -> None:
    head = f"---\ntitle: {'w' * 1_001}\nsummary: {'w ' * 5_001}\ntakeaways: [a, {'w' * 1_001}]\n---\n"
    findings = split_section("source/a.md", head)[1]
    assert [(item.code, str(item.span)) for item in findings] == [
        ("SEC002", f"source/a.md:{line}:{column}") for line, column in ((2, 8), (3, 10), (4, 16))
    ]
