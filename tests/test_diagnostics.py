"""Test diagnostics as values: how they are printed and sorted, and when they stop a build."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from triptych.diagnostics import (
    CODES,
    Diagnostic,
    Severity,
    Span,
    apply_severities,
    codes,
    did_you_mean,
    group_findings,
    group_key,
    has_errors,
    nearest_name,
    read_explanation,
    sort_findings,
)
from triptych.diagnostics.wording import edit_distance
from triptych.settings.manifest import Manifest
from triptych.settings.validation_errors import _map_nested_keys
from triptych.settings.values import to_yaml_key

ERROR = Diagnostic(code="REF001", message="no figure", span=Span(path="source/a.md", line=4, column=7))
WARNING = Diagnostic(code="ACC002", message="a jump", span=Span(path="source/a.md", line=2))


def test_a_finding_prints_place_severity_code_and_message() -> None:
    assert str(ERROR) == "source/a.md:4:7: error[REF001]: no figure"


def test_hint_is_on_a_separate_line() -> None:
    finding = Diagnostic(code="REF001", message="no figure", span=ERROR.span, hint='did you mean "fig-a"?')
    assert str(finding) == 'source/a.md:4:7: error[REF001]: no figure\n  hint: did you mean "fig-a"?'


def test_a_finding_without_a_place_starts_with_its_severity() -> None:
    assert str(Diagnostic(code="CHK001", message="PDF: no title")) == "error[CHK001]: PDF: no title"


def test_the_json_form_is_flat_and_complete() -> None:
    assert json.loads(json.dumps(ERROR.to_json())) == {
        "code": "REF001",
        "severity": "error",
        "message": "no figure",
        "hint": None,
        "path": "source/a.md",
        "line": 4,
        "column": 7,
    }


def test_json_of_a_finding_without_a_position_has_none() -> None:
    values = Diagnostic(code="CHK001", message="PDF: no title").to_json()
    assert (values["path"], values["line"], values["column"]) == (None, None, None)


def test_findings_are_ordered_by_file_then_line_then_column() -> None:
    places = [("b.md", 1, 1), ("a.md", 10, 1), ("a.md", 9, 2), ("a.md", 9, 1)]
    diagnostics = [
        Diagnostic(code="REF001", message="x", span=Span(path=p, line=n, column=c)) for p, n, c in places
    ]
    spans = [d.span for d in sort_findings(diagnostics)]
    assert [str(span) for span in spans] == ["a.md:9:1", "a.md:9:2", "a.md:10:1", "b.md:1:1"]


def test_findings_without_a_position_come_first() -> None:
    nowhere = Diagnostic(code="CHK001", message="PDF: no title")
    assert sort_findings([ERROR, nowhere]) == [nowhere, ERROR]


def test_duplicate_finding_is_printed_once() -> None:
    assert sort_findings([ERROR, ERROR, ERROR]) == [ERROR]


def test_errors_stop_a_build_and_warnings_do_not() -> None:
    assert has_errors([WARNING, ERROR])
    assert not has_errors([WARNING])
    assert not has_errors([])


def test_warnings_stop_a_strict_build() -> None:
    assert has_errors([WARNING], strict=True)
    assert not has_errors([], strict=True)


def test_the_severity_is_that_of_the_code() -> None:
    assert ERROR.severity is Severity.ERROR
    assert WARNING.severity is Severity.WARNING


@pytest.mark.parametrize("code", CODES)
def test_codes_are_three_letters_and_three_digits_with_a_summary(code: str) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", code)
    assert CODES[code].summary


def test_codes_are_sorted_within_their_families() -> None:
    families = list(dict.fromkeys(code[:3] for code in CODES))
    assert list(CODES) == sorted(CODES, key=lambda code: (families.index(code[:3]), code))


@pytest.mark.parametrize("code", CODES)
def test_each_code_is_explained_in_two_to_five_sentences_with_two_examples(code: str) -> None:
    text, bad, good = read_explanation(code)
    sentences = re.findall(r"[^.?!]+(?:[.?!](?!\s|$)[^.?!]*)*[.?!](?=\s|$)", text)
    assert 2 <= len(sentences) <= 5
    assert bad.strip() and good.strip() and bad != good
    assert not re.search(r"[.?!]$", CODES[code].summary)


def test_no_explanation_is_of_an_unknown_code() -> None:
    folder = Path(codes.__file__).with_name("explanations")
    assert {path.name for path in folder.iterdir()} == {f"{code}.md" for code in CODES}


def test_the_nearest_word_is_suggested() -> None:
    assert did_you_mean("fig-solr", ["fig-solar", "fig-wind"]) == 'did you mean "fig-solar"?'


TYPOS = """
variabels variables, titel title, autor author, authro author, chaptres chapters, chapers chapters, chapter chapters,
bibliograhpy bibliography, bibligraphy bibliography, langauge lang, language lang, subtitel subtitle, subtile subtitle,
publsiher publisher, descripton description, keywrods keywords, rigths rights, coverimage cover-image,
cover-imgae cover-image, cover_image cover-image, page-sise page-size, pagesize page-size,
pdf-standart pdf-standard, margns margins, outptu-file output-file, output-fil output-file,
chart-colors chart-colours, chart-colour chart-colours, tok-depth toc-depth, toc-dept toc-depth, templte template,
temaplte template, footr footer, footer-txt footer, formt format, Format format, apendices appendices,
appendicies appendices, glosary glossary, them theme, profils profiles, talsk talks, writing-mod writing-mode,
embed-font embed-fonts, spine-widht spine-width, spine spine-width, bled bleed, minuts minutes,
identifer identifier, isnb isbn, section-tiem section-time, print-servce print-service, drop-cap drop-caps
"""
NO_TYPOS = """
variation section-pieces animation watermark banner keynote paragraph website journal colophon budget weather kitchen
sponsor duration orchestra server docker plugin region output-name language-model pages width-of-line header css
colony pigeon cst
"""


def _keys() -> set[str]:
    """Return the keys of the manifest and of its nested mappings."""
    return {to_yaml_key(name) for name in Manifest.model_fields} | set(_map_nested_keys(Manifest))


@pytest.mark.parametrize("pair", [pair.strip() for pair in TYPOS.split(",")])
def test_misspelt_key_suggests_the_intended_one(pair: str) -> None:
    word, meant = pair.split()
    assert nearest_name(word, _keys()) == meant


@pytest.mark.parametrize("word", NO_TYPOS.split())
def test_an_unrelated_word_suggests_no_key(word: str) -> None:
    assert nearest_name(word, _keys()) is None


@pytest.mark.parametrize(
    ("word", "names", "nearest"),
    [
        ("growth.csv", ["data/growth.csv", "data/costs.csv"], "data/growth.csv"),
        ("images/plot.png", ["plot.png", "images/plan.png"], "plot.png"),
        ("Picture.PNG", ["picture.png"], "picture.png"),
        ("intro.md", ["introduction.md", "results.md"], "introduction.md"),
        ("cost.csv", ["results.csv", "data.csv"], None),
        ("LNT0012", ["LNT001", "LNT002", "LNT012"], "LNT012"),
        ("fig-b", ["fig-a", "fig-c"], None),
        ("x" * 100_000, ["y" * 100_000, "x" * 50_000 + "y" + "x" * 50_000], None),
    ],
)
def test_the_nearest_name_is_near_for_its_length(word: str, names: list[str], nearest: str | None) -> None:
    assert nearest_name(word, names) == nearest


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("abcd", "abcd", 0), ("abcd", "abdc", 1), ("abcd", "acd", 1), ("abcd", "axcd", 1), ("", "ab", 2),
     ("abcdef", "badcfe", 3), ("abcdefgh", "hgfedcba", 4)],
)  # fmt: skip
def test_swapped_letters_count_as_one_mistake(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other, 3) == distance


def test_nothing_is_suggested_without_a_similar_name() -> None:
    assert did_you_mean("zebra", ["fig-solar"]) is None
    assert did_you_mean("zebra", []) is None


def test_manifest_sets_the_severity_of_a_rule() -> None:
    note = Diagnostic(code="LNT017", message="a file")
    (louder,) = apply_severities([note], {"unlisted-file": Severity.ERROR})
    assert (note.severity, louder.severity) == (Severity.NOTE, Severity.ERROR)
    assert apply_severities([note, ERROR], {"unlisted-file": None}) == [ERROR]


def test_a_note_never_stops_a_build() -> None:
    assert not has_errors([Diagnostic(code="LNT017", message="a file")], strict=True)


def test_findings_that_differ_in_place_and_quoted_values_are_one_group() -> None:
    def unused(name: str, line: int) -> Diagnostic:
        return Diagnostic(code="REF002", span=Span(path="a.md", line=line), message=f'no target "{name}"')

    similar = [unused(f"x{line}", line) for line in range(1, 8)]
    other = Diagnostic(code="REF002", message="no target at all")
    first, other_entry = group_findings([similar[0], other, *similar[1:]], group_key)
    assert first == (similar[0], similar[1:3], similar[3:])
    assert other_entry == (other, (), ())


def test_findings_of_different_severity_are_not_grouped() -> None:
    note = Diagnostic(code="LNT017", message="a file")
    (error,) = apply_severities([note], {"unlisted-file": Severity.ERROR})
    assert group_key(note) != group_key(error)
