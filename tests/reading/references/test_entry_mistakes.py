"""Test entries that pandoc accepts although they are probably wrong."""

from __future__ import annotations

from typing import Any

import pytest

from triptych.diagnostics import Span
from triptych.reading.bibtex import (
    explain_syntax_error,
    find_excessive_expansion,
    find_missing_comma,
    report_likely_mistakes,
)


def _found(fields: str, entries: list[dict[str, Any]] | None = None, path: str = "a.bib") -> list[str]:
    data = f"@book{{key,\n  title = {{T}},\n  {fields}\n}}\n".encode()
    return [
        f"{likely_mistake.span} {likely_mistake.message}; {likely_mistake.hint}"
        for likely_mistake in report_likely_mistakes(path, data, entries or [])
    ]


@pytest.mark.parametrize(
    ("field", "meant"),
    [("yaer", "year"), ("auhtor", "author"), ("jounral", "journal"), ("Publsher", "publisher")],
)
def test_a_misspelt_field_is_reported_at_its_place(field: str, meant: str) -> None:
    assert _found(f"{field} = {{X}}") == [
        f'a.bib:3:3 unknown bibliography field "{field}"; did you mean "{meant}"?'
    ]


@pytest.mark.parametrize(
    ("kind", "meant"), [("artcle", "article"), ("Boook", "book"), ("inproceeding", "inproceedings")]
)
def test_a_misspelt_entry_type_is_reported_at_its_place(kind: str, meant: str) -> None:
    (finding,) = report_likely_mistakes("a.bib", f"\n@{kind}{{key,\n  title = {{T}},\n}}\n".encode(), [])
    assert (finding.code, finding.span) == ("CIT005", Span(path="a.bib", line=2, column=2))
    assert (finding.message, finding.hint) == (
        f'unknown bibliography entry type "{kind}"',
        f'did you mean "{meant}"?',
    )


@pytest.mark.parametrize("kind", ["article", "ARTICLE", "string", "podcast", "dataset"])
def test_known_and_uncommon_entry_types_are_accepted(kind: str) -> None:
    assert not [*report_likely_mistakes("a.bib", f"@{kind}{{key,\n  title = {{T}},\n}}\n".encode(), [])]


@pytest.mark.parametrize(
    ("text", "place", "reason", "hint"),
    [
        (
            "@book{ada 1843,\n  title = {T},\n}\n",
            (1, 7),
            'the key "ada 1843" contains a space',
            'write "ada1843", without spaces',
        ),
        (
            "@book{ada,\n  title = {T {A} {B},\n  year = 1843,\n}\n",
            (2, 3),
            'the field "title" is not closed',
            'close the field "title" with `}`',
        ),
        (
            "@book{a,\n  note = {We assume that\n  alpha = 0.5},\n}\n@book{b,\n  title = {T\n}\n@book{c,\n}\n",
            (5, 1),
            "this entry is not closed",
            "add } after the last field of the entry",
        ),
        (
            "@book{ada,\n  title = {T\n}\n@book{b,\n  title = {T},\n}\n",
            (1, 1),
            "this entry is not closed",
            "add } after the last field of the entry",
        ),
        (
            "@book{a,\n  title = {T \\{ },\n}\n@book{ada,\n  title = {T},\n",
            (4, 1),
            "this entry is not closed",
            "add } after the last field of the entry",
        ),
    ],
)
def test_the_reason_of_an_unreadable_file_is_found(
    text: str, place: tuple[int, int], reason: str, hint: str
) -> None:
    finding = explain_syntax_error("a.bib", text.encode(), Span(path="a.bib", line=1, column=place[1]))
    assert finding is not None and finding.span is not None
    assert (finding.span.line, finding.span.column) == place
    assert finding.message == f'bibliography file "a.bib" cannot be parsed: {reason}'
    assert (finding.code, finding.hint) == ("CIT002", hint)


@pytest.mark.parametrize(
    "fields", ["owner = {me},", "timestamp = {2020},", "Year = 2020,", "yearr = {1},\n  year = {2020}"]
)
def test_other_fields_are_those_of_reference_managers(fields: str) -> None:
    assert _found(fields) == []


def test_other_formats_are_not_looked_at() -> None:
    assert _found("yaer = {2020}", path="a.json") == []


@pytest.mark.parametrize(
    ("suffix", "reported"), [("Karl Brandt", True), ("Jr.", False), ("III", False), ("Jr. PhD", False)]
)
def test_authors_joined_by_commas_are_reported(suffix: str, *, reported: bool) -> None:
    entry = {"id": "key", "author": [{"family": "Ada Okoro", "suffix": suffix, "given": "Tom Hill"}]}
    assert bool(_found("", [entry])) is reported


@pytest.mark.parametrize(
    ("family", "given", "key", "reported"),
    [
        ("Kerstin Lindholm", "Pekka Aro", "lindholm2019", True),
        ("Kerstin Lindholm", "Pekka Aro", "lindholm-aro:2019", True),
        ("K. Lindholm", "P. Aro", "heat", True),
        ("Karl Brandt", "Pekka Aro", "heat", True),
        ("Łukasz Müller", "Pekka Aro", "Muller2019", True),
        ("Kerstin Lindholm", "Pekka Aro", "heat", False),
        ("García Márquez", "Gabriel José", "garcia1967", False),
        ("García Márquez", "Gabriel José", "garciamarquez1967", False),
        ("Hernández Lindholm", "Kerstin M.", "lindholm2019", False),
        ("Lindholm", "Kerstin Maria", "lindholm2019", False),
    ],
)
def test_two_authors_joined_by_a_comma_are_reported_if_certain(
    family: str, given: str, key: str, *, reported: bool
) -> None:
    other = {"id": "other", "author": [{"family": "Brandt", "given": "Karl"}]}
    entry = {"id": key, "author": [{"family": family, "given": given}]}
    data = f"@book{{{key},\n  title = {{T}}\n}}\n".encode()
    findings = list(report_likely_mistakes("a.bib", data, [other, entry]))
    assert [item.hint for item in findings] == [
        f'separate the names with "and": {family} and {given}'
    ] * reported


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@book{a,\n  title = {T}\n  year = 2019\n}\n", 'a.bib:2:14 missing comma after field "title"'),
        ("@book{a, url = {U}, title = {T}\n year = 2019}\n", 'a.bib:1:32 missing comma after field "title"'),
        ('@book{a, title = "T" year = 2019}\n', 'a.bib:1:21 missing comma after field "title"'),
        ("@book{a,\n  title = {T},\n  year . 2019\n}\n", None),
    ],
)
def test_a_missing_comma_is_reported_after_the_field(text: str, expected: str | None) -> None:
    place = text.index("year")
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    finding = find_missing_comma("a.bib", text.encode(), Span(path="a.bib", line=line, column=column))
    assert (finding is not None) is (expected is not None)
    if finding and expected:
        assert f"{finding.span}" == expected.partition(" ")[0]
        assert finding.message.endswith(expected.partition(" ")[2])


def _doubling(levels: int) -> str:
    definitions = [f"@string{{s{level} = s{level - 1} # s{level - 1}}}\n" for level in range(1, levels)]
    return '@string{s0 = "lollollol"}\n' + "".join(definitions)


def _inheriting(count: int, last: str) -> str:
    """Return a chain of entries, the last of which inherits from ``last``."""
    parents = [*(f"e{number}" for number in range(1, count)), last]
    return "".join(f"@book{{e{number}, crossref = {{{key}}}}}\n" for number, key in enumerate(parents))


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (_doubling(24), (13, 9), 'the @string "s12" expands to 98,300 characters; the limit is 50,000'),
        (
            f"@string{{j = {{{'word ' * 9_000}}}}}\n" + "@book{a, journal = j}\n" * 200,
            (112, 20),
            "abbreviations add more than 5,000,000 characters to the bibliography",
        ),
        (
            _inheriting(500, "e0"),
            (1, 7),
            'entry "e0" has circular inheritance, or inherits from more than 100 entries',
        ),
        (
            "@book{a, title = {T}}\n@book{b, xdata = {a, b}}\n",
            (2, 7),
            'entry "b" has circular inheritance, or inherits from more than 100 entries',
        ),
    ],
)
def test_exponential_growth_is_reported_before_parsing(
    text: str, place: tuple[int, int], message: str
) -> None:
    finding = find_excessive_expansion("a.bib", text.encode())
    assert finding is not None
    assert (finding.code, finding.message) == ("CIT002", message)
    assert finding.span == Span(path="a.bib", line=place[0], column=place[1])


@pytest.mark.parametrize(
    "text",
    [
        "".join(f'@string{{j{i} = "Journal {i}"}}\n@article{{a{i}, journal = j{i}}}\n' for i in range(2_000)),
        "@book{a, crossref = {p}}\n@book{b, crossref = {p}, xdata = {x, y}}\n@proceedings{p, xdata = {x}}\n",
        _inheriting(50, "none"),
        'crossref = {a}, a bare text, and "@string" in it',
    ],
)
def test_usual_abbreviations_and_parents_are_accepted(text: str) -> None:
    assert find_excessive_expansion("a.bib", text.encode()) is None
    assert find_excessive_expansion("a.json", _doubling(24).encode()) is None
