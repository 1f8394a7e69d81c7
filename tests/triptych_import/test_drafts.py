"""Test that drafts keep the line numbers of their source file through edits."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft, Edit

TEXT = "one\ntwo\nthree\nfour\n"


def edit_text(*edits: tuple[str, str]) -> Draft:
    """Return the draft of ``TEXT`` in which each old text is replaced by a new one."""
    rows = [(TEXT.index(old), old, new) for old, new in edits]
    return Draft.from_text("a.md", TEXT).apply_edits(
        [Edit(start, start + len(old), new) for start, old, new in rows]
    )


@pytest.mark.parametrize(
    ("old", "new", "text", "lines"),
    [
        ("two", "2", "one\n2\nthree\nfour\n", (1, 2, 3, 4, 5)),
        ("two", "a\nb\nc", "one\na\nb\nc\nthree\nfour\n", (1, 2, 2, 2, 3, 4, 5)),
        ("two\n", "a\nb\n", "one\na\nb\nthree\nfour\n", (1, 2, 2, 3, 4, 5)),
        ("two\n", "", "one\nthree\nfour\n", (1, 3, 4, 5)),
        ("one\ntwo\n", "", "three\nfour\n", (3, 4, 5)),
        ("one\ntwo\nthree", "1", "1\nfour\n", (1, 4, 5)),
        ("two\nthree\n", "x", "one\nxfour\n", (1, 2, 5)),
        ("two\nthree\n", "x\n", "one\nx\nfour\n", (1, 2, 4, 5)),
        ("wo", "", "one\nt\nthree\nfour\n", (1, 2, 3, 4, 5)),
    ],
)
def test_each_line_has_its_source_line_number(old: str, new: str, text: str, lines: tuple[int, ...]) -> None:
    draft = edit_text((old, new))
    assert (draft.text, draft.lines) == (text, lines)


def test_edits_are_applied_in_the_order_of_the_text() -> None:
    draft = edit_text(("four\n", "4\n4\n"), ("one\n", ""), ("three", "3"))
    assert (draft.text, draft.lines) == ("two\n3\n4\n4\n", (2, 3, 4, 4, 5))


def test_of_overlapping_edits_only_the_first_is_applied() -> None:
    assert edit_text(("ne\ntw", "-"), ("two", "2"), ("o\nthree", "3")).text == "o-3\nfour\n"


def test_edit_may_start_where_another_ends() -> None:
    assert edit_text(("two", "2"), ("\nthree", "3")).text == "one\n23\nfour\n"


def test_a_finding_has_the_position_in_the_source_file() -> None:
    draft = edit_text(("one\ntwo\n", "x"))
    assert [draft.make_finding(draft.text.index(word), "m", "a").location for word in ("x", "three", "four", "our")] == [
        "a.md:1:1", "a.md:1:2", "a.md:4:1", "a.md:4:2"
    ]  # fmt: skip


def test_extract_has_the_lines_of_its_text() -> None:
    draft = Draft.from_text("a.md", TEXT)
    part = draft.extract(TEXT.index("wo"), TEXT.index("our"))
    assert (part.text, part.lines) == ("wo\nthree\nf", (2, 3, 4))
    assert draft.extract(TEXT.index("two"), TEXT.index("three")).lines == (2, 3)
    assert part.make_finding(part.text.index("f"), "m", "a").location == "a.md:4:1"
