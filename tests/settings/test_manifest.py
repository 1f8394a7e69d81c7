"""Test book.yaml: the keys of a Quarto book, their defaults, and the position of each error."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest

from tests.conftest import MakeProject
from triptych.diagnostics import Diagnostic
from triptych.settings.book import PartEntry
from triptych.settings.manifest import Manifest
from triptych.settings.manifest_reader import read_manifest
from triptych.settings.pdf_options import get_paper_size
from triptych.settings.values import SourcePositions, make_slug
from triptych.yaml_text import to_plain_values

FULL = """\
book:
  title: The title
  subtitle: The subtitle
  author:
    - name: Ada Lovelace
      file-as: Lovelace, Ada
    - name: Charles Babbage
      role: edt
  date: 2026-03-31
  description: What it is about
  keywords: [one, two]
  rights: CC BY 4.0
  publisher: A press
  identifier: urn:isbn:9780000000002
  cover-image: cover.png
  chapters:
    - preface.md
    - part: Part one
      chapters: [one.md, two.md]
  appendices: [tables.md]
lang: en-GB
output-file: the-book
bibliography: [a.bib, b.bib]
csl: apa.csl
jinja: true
format:
  pdf:
    page-size: a5
  epub:
    embed-fonts: false
  pptx:
    footer: A footer
"""

BOOK = "book:\n  title: A book\n  chapters: [section.md]\n"


@pytest.fixture
def read(make_project: MakeProject):
    def read_text(text: str, *profiles: str) -> tuple[Manifest | None, list[Diagnostic]]:
        manifest, _, result = read_manifest(make_project({"source/book.yaml": text}), profiles)
        return manifest, result

    return read_text


@pytest.fixture
def good(read):
    def read_good(text: str) -> Manifest:
        manifest, result = read(text)
        assert not result, result
        return manifest

    return read_good


def printed(found: list[Diagnostic]) -> list[str]:
    return [f"{finding.span}: {finding.code}" for finding in found]


class TestKeys:
    def test_all_keys_of_a_quarto_book_are_read(self, good) -> None:
        manifest = good(FULL)
        book = manifest.book
        assert (book.title, book.subtitle) == ("The title", "The subtitle")
        assert [(p.name, p.role, p.file_as) for p in book.author] == [
            ("Ada Lovelace", "aut", "Lovelace, Ada"),
            ("Charles Babbage", "edt", ""),
        ]
        assert book.date == dt.date(2026, 3, 31)
        assert book.keywords == ("one", "two")
        assert (book.rights, book.publisher) == ("CC BY 4.0", "A press")
        assert (book.identifier, book.cover_image) == ("urn:isbn:9780000000002", "cover.png")
        assert book.chapters == ("preface.md", PartEntry(part="Part one", chapters=("one.md", "two.md")))
        assert book.appendices == ("tables.md",)
        assert (manifest.language, manifest.stem) == ("en-GB", "the-book")
        assert (manifest.bibliography, manifest.csl, manifest.jinja) == (("a.bib", "b.bib"), "apa.csl", True)

    def test_options_of_each_format_are_read(self, good) -> None:
        options = good(FULL).format
        assert options.pdf.page_size == get_paper_size("a5")
        assert options.epub.embed_fonts is False
        assert options.pptx.footer == "A footer"

    @pytest.mark.parametrize(
        "author", ["author: Ada", "authors: Ada", "author: [Ada]", "authors:\n    - name: Ada"]
    )
    def test_author_has_several_notations(self, good, author: str) -> None:
        manifest = good(f"book:\n  title: A book\n  {author}\n  chapters: [section.md]\n")
        assert [person.name for person in manifest.book.author] == ["Ada"]

    def test_a_single_keyword_or_bibliography_needs_no_list(self, good) -> None:
        manifest = good("book:\n  title: A\n  keywords: one\n  chapters: [a.md]\nbibliography: a.bib\n")
        assert manifest.book.keywords == ("one",)
        assert manifest.bibliography == ("a.bib",)

    def test_bookshop_metadata_is_read(self, good) -> None:
        book = good(
            "book:\n  title: A\n  isbn: 3-16-148410-X\n  source: URN:ISBN:0-306-40615-2\n"
            "  series: {name: Engines, number: 2.1}\n"
            "  subjects: [Steam, {name: Trains, authority: THEMA, term: WGF}]\n  chapters: [a.md]\n"
        ).book
        assert (book.isbn, book.source) == ("9783161484100", "urn:isbn:9780306406157")
        assert (book.series.name, book.series.number) == ("Engines", "2.1")
        assert [(subject.name, subject.authority, subject.term) for subject in book.subjects] == [
            ("Steam", "", ""),
            ("Trains", "THEMA", "WGF"),
        ]

    def test_series_or_subject_needs_only_its_name(self, good) -> None:
        book = good("book:\n  title: A\n  series: Engines\n  subject: Steam\n  chapters: [a.md]\n").book
        assert (book.series.name, book.series.number) == ("Engines", "")
        assert [subject.name for subject in book.subjects] == ["Steam"]

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("isbn: 9783161484101", "not a valid ISBN: the check digit does not match"),
            ("identifier: urn:isbn:12", "not a valid ISBN: an ISBN has 10 digits, or 13"),
            ("series: {name: Engines, number: two}", "must be a number such as 3 or 2.1"),
            ("subjects: [{name: Trains, term: WGF}]", "authority and term must be set together"),
            (f"author: [{'A, ' * 81}]", '"book.author": 81 entries; the limit is 80'),
            (f"keywords: [{'A, ' * 1001}]", '"book.keywords": 1,001 entries; the limit is 200'),
        ],
    )
    def test_metadata_rejected_by_bookshops_is_an_error(self, read, line: str, message: str) -> None:
        _, result = read(f"book:\n  title: A\n  {line}\n  chapters: [a.md]\n")
        (problem,) = result
        assert (problem.code, problem.span.line) == ("MAN002", 3)
        assert message in problem.message

    def test_language_may_be_under_book_too(self, good) -> None:
        manifest = good("book:\n  title: A\n  lang: fr\n  chapters: [a.md]\nlang: de\n")
        assert manifest.language == "fr"


class TestDefaults:
    def test_a_title_and_chapters_are_enough(self, good) -> None:
        manifest = good(BOOK)
        assert manifest.formats == ("pdf", "epub", "pptx")
        assert (manifest.language, manifest.jinja, manifest.csl) == ("en", False, "")
        assert manifest.format.pdf.page_size is None  # the theme's
        assert manifest.theme == "house"
        assert manifest.book.author == ()

    def test_only_enabled_formats_are_built_in_order(self, good) -> None:
        assert good(BOOK + "format:\n  pptx: default\n  pdf: default\n").formats == ("pdf", "pptx")

    @pytest.mark.parametrize("value", ["default", "", "true", "{}"])
    def test_format_without_options_uses_defaults(self, good, value: str) -> None:
        assert good(BOOK + f"format:\n  epub: {value}\n").format.epub.embed_fonts is True

    def test_outputs_are_named_after_the_title(self, good) -> None:
        assert good("book:\n  title: China’s lead, 2026\n  chapters: [a.md]\n").stem == "chinas-lead-2026"

    def test_title_without_ascii_letters_has_a_plain_file_name(self, good) -> None:
        assert good("book:\n  title: 中国\n  chapters: [a.md]\n").stem == "book"

    @pytest.mark.parametrize("key", ["bibliography", "format", "lang", "csl"])
    def test_empty_key_counts_as_missing(self, read, key: str) -> None:
        manifest, result = read(BOOK + f"{key}:\n")
        assert printed(result) == []
        assert manifest == read(BOOK)[0]

    @pytest.mark.parametrize("key", ["subtitle", "author", "keywords", "description", "date", "appendices"])
    def test_empty_book_key_counts_as_missing(self, read, key: str) -> None:
        manifest, result = read(BOOK + f"  {key}:\n")
        assert printed(result) == []
        assert manifest == read(BOOK)[0]


class TestYaml:
    @pytest.mark.parametrize("title", ["1984", "3.14", "2001 nights"])
    def test_a_title_that_looks_like_a_number_is_text(self, good, title: str) -> None:
        assert good(f"book:\n  title: {title}\n  chapters: [a.md]\n").book.title == title

    @pytest.mark.parametrize("title", ["007", "1.10", "1e3"])
    def test_title_keeps_its_digits(self, good, title: str) -> None:
        assert good(f"book:\n  title: {title}\n  chapters: [a.md]\n").book.title == title

    @pytest.mark.parametrize("title", ["2026-01-31", "true"])
    def test_title_of_another_yaml_type_is_text(self, good, title: str) -> None:
        assert good(f"book:\n  title: {title}\n  chapters: [a.md]\n").book.title == title

    @pytest.mark.parametrize("language", ["no", "yes", "on"])
    def test_norwegian_is_not_a_boolean(self, good, language: str) -> None:
        assert good(BOOK + f"lang: {language}\n").language == language

    def test_a_duplicate_key_is_an_error_at_its_second_place(self, read) -> None:
        manifest, result = read("book:\n  title: A\n  title: B\n  chapters: [a.md]\n")
        assert manifest is None
        assert printed(result) == ["source/book.yaml:3:3: MAN004"]

    def test_a_tag_never_makes_an_object(self, read) -> None:
        _, result = read("book: !!python/object/apply:os.system [exit]\n")
        assert result

    def test_a_second_document_is_an_error(self, read) -> None:
        assert printed(read(BOOK + "---\nlang: de\n")[1]) == ["source/book.yaml:4:1: MAN004"]

    @pytest.mark.parametrize("text", ["", "just text", "[]", "42", "null"])
    def test_file_that_is_not_a_mapping_is_rejected(self, read, text: str) -> None:
        manifest, result = read(text)
        assert manifest is None
        assert printed(result) == ["source/book.yaml:1:1: MAN004"]

    @pytest.mark.parametrize("text", ["book: \0", "book: \x07", "\ufffe"])
    def test_a_control_character_is_reported(self, read, text: str) -> None:
        manifest, findings = read(text)
        assert manifest is None
        assert [finding.code for finding in findings] == ["MAN004"]

    def test_aliased_values_are_read(self, good) -> None:
        manifest = good("book:\n  title: &t A book\n  description: *t\n  chapters: [a.md]\n")
        assert manifest.book.description == "A book"

    def test_billions_of_aliases_are_rejected_or_harmless(self, read) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 4)]
        manifest, findings = read("\n".join(lines) + "\n" + BOOK)
        assert manifest is not None
        assert {finding.code for finding in findings} == {"MAN001"}


class TestMistakes:
    def test_all_mistakes_are_reported_in_one_run(self, read) -> None:
        text = """\
book:
  title: A book
  subtitel: Two
  date: someday
  author:
    - name: Ada
      role: writer
  chapters: [section.md]
formats: [pdf]
format:
  pdf:
    page-size: a3
  docx: default
"""
        manifest, result = read(text)
        assert manifest is not None
        assert sorted(printed(result)) == [
            "source/book.yaml:12:16: MAN002",
            "source/book.yaml:13:3: MAN001",
            "source/book.yaml:3:3: MAN001",
            "source/book.yaml:4:9: MAN006",
            "source/book.yaml:7:13: MAN002",
            "source/book.yaml:9:1: MAN001",
        ]

    def test_valid_keys_are_kept_next_to_invalid_ones(self, read) -> None:
        manifest, _ = read("book:\n  title: A book\n  nonsense: 1\n  chapters: [a.md, b.md]\nlang: [de]\n")
        assert manifest.book.chapters == ("a.md", "b.md")
        assert manifest.language == "en"

    def test_invalid_chapter_keeps_the_others(self, read) -> None:
        manifest, result = read("book:\n  title: A book\n  chapters:\n    - a.md\n    - [b.md]\n    - c.md\n")
        assert manifest.book.chapters == ("a.md", "c.md")
        assert {str(finding.span) for finding in result} == {"source/book.yaml:5:7"}

    def test_invalid_part_key_is_reported_at_its_position(self, read) -> None:
        text = (
            "book:\n  title: A\n  chapters:\n    - part: One\n      chapter: [a.md]\n      chapters: [a.md]\n"
        )
        _, result = read(text)
        assert printed(result) == ["source/book.yaml:5:7: MAN001"]

    def test_a_manifest_without_title_still_names_its_other_mistakes(self, read) -> None:
        _, findings = read("book:\n  chapters: [a.md]\nlangs: en\n")
        assert sorted(finding.code for finding in findings) == ["MAN001", "MAN005"]

    def test_one_mistake_has_one_finding(self, read) -> None:
        _, result = read("book:\n  title: A book\n  chapters: section.md\n")
        assert len(result) == 1, result

    @pytest.mark.parametrize("date", ["2026-02-30", "2026-13-01", "spring", "[2026]", "31.01.2026"])
    def test_invalid_date_is_reported(self, read, date: str) -> None:
        manifest, result = read(f"book:\n  title: A\n  date: {date}\n  chapters: [a.md]\n")
        assert printed(result) == ["source/book.yaml:3:9: MAN006"]
        assert manifest.book.date is None

    @pytest.mark.parametrize(
        ("date", "hint"),
        [
            ("2026-11-31", "correct the day: November has 30 days"),
            ("2026-02-30", "correct the day: February 2026 has 28 days"),
            ("2026-13-05", "swap month and day: write 2026-05-13"),
            ("2026-13-32", "write the date as YYYY-MM-DD, for example 2026-03-31; months are 01 to 12"),
            ("31.01.2026", "write 2026-01-31"),
            ("03.04.2026", "write 2026-04-03"),
            ("1/31/2026", "write 2026-01-31"),
            ("03/04/2026", "write 2026-04-03 or 2026-03-04"),
            ("2026/1/5", "write 2026-01-05"),
            ("0000-01-01", "write the date as YYYY-MM-DD, for example 2026-03-31; months are 01 to 12"),
            ("31 January 2026", "write the date as YYYY-MM-DD, for example 2026-03-31"),
            ("1-2-3", "write the date as YYYY-MM-DD, for example 2026-03-31"),
        ],
    )
    def test_invalid_date_suggests_the_intended_one(self, read, date: str, hint: str) -> None:
        _, (finding,) = read(f"book:\n  title: A\n  date: {date}\n  chapters: [a.md]\n")
        assert (finding.code, finding.hint) == ("MAN006", hint)

    @pytest.mark.parametrize("date", ["2026", "1700000000", "12.5", "0"])
    def test_number_is_not_a_date(self, read, date: str) -> None:
        _, findings = read(f"book:\n  title: A\n  date: {date}\n  chapters: [a.md]\n")
        assert [finding.code for finding in findings] == ["MAN006"]

    @pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "a b", "a\\\\b", "a" * 201])
    def test_an_output_name_is_a_plain_file_name(self, read, name: str) -> None:
        _, result = read(BOOK + f'output-file: "{name}"\n')
        assert printed(result) == ["source/book.yaml:4:14: MAN002"]

    def test_long_title_has_a_valid_file_name(self, read) -> None:
        manifest, _ = read(f"book:\n  title: {'word ' * 90}\n  chapters: [a.md]\n")
        assert manifest.get_file_name("pdf") == "-".join(["word"] * 40) + ".pdf"

    def test_missing_manifest_has_a_hint_to_create_one(self, make_project: MakeProject) -> None:
        manifest, _, findings = read_manifest(make_project({"README.md": ""}))
        assert manifest is None
        assert [finding.code for finding in findings] == ["MAN003"]
        assert "triptych new" in (findings[0].hint or "")

    def test_key_with_nested_lines_is_moved_with_them(self, read) -> None:
        _, findings = read("book:\n  title: A\nchapters:\n  - a.md\n")
        assert findings[0].hint == "move this key and the lines under it under `book:`"

    @pytest.mark.parametrize("lines", ["    a.md\n    b.md", "    a.md"])
    def test_a_list_without_its_hyphens_has_a_hint(self, read, lines: str) -> None:
        _, findings = read(f"book:\n  title: A\n  chapters:\n{lines}\n")
        assert findings[0].message == '"book.chapters" must be a list, not text'
        assert findings[0].hint.startswith("put each item on its own line")

    def test_underscores_for_hyphens_are_named(self, read) -> None:
        _, findings = read(BOOK + "output_fil: x\n")
        assert findings[0].hint == 'did you mean "output-file"?'

    @pytest.mark.parametrize(
        ("text", "near"),
        [
            (BOOK + "format: {pdf: {bled: 3mm}}\n", "bleed"),
            (BOOK + "format: {pdf: {margins: {innner: 20mm}}}\n", "inner"),
            (BOOK + "format: {pptx: {footr: A}}\n", "footer"),
            (BOOK + "data: {decimals: comma}\n", "decimal"),
            ("book: {title: A, author: [{name: B, rolle: aut}], chapters: [a.md]}\n", "role"),
            ("book: {title: A, chapters: [{part: B, chapter: [a.md]}]}\n", "chapters"),
        ],
    )
    def test_keys_are_validated_at_their_depth(self, read, text: str, near: str) -> None:
        _, findings = read(text)
        assert f'did you mean "{near}"?' in [finding.hint for finding in findings]


class TestPositions:
    def test_the_place_of_a_list_item_is_its_first_character(self, make_project: MakeProject) -> None:
        project = make_project(
            {"source/book.yaml": "book:\n  title: A\n  chapters:\n    - a.md\n    - b.md\n"}
        )
        _, positions, _ = read_manifest(project)
        assert str(positions.find(("book", "chapters", 1))) == "source/book.yaml:5:7"

    def test_missing_position_is_that_of_its_parent(self, make_project: MakeProject) -> None:
        _, positions, _ = read_manifest(make_project({"source/book.yaml": BOOK}))
        assert str(positions.find(("book", "chapters", 7))) == "source/book.yaml:3:13"

    def test_without_a_tree_every_place_is_the_first_line(self) -> None:
        assert str(SourcePositions(None).find(("book", "title"))) == "source/book.yaml:1:1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("China’s lead", "chinas-lead"),
        ("  A -- B  ", "a-b"),
        ("Éclair", "eclair"),
        ("Cómo ser", "como-ser"),
        ("Straße", "strasse"),
        ("中国", ""),
        ("", ""),
    ],
)
def test_slugs_are_ascii_words_joined_by_hyphens(text: str, expected: str) -> None:
    assert make_slug(text) == expected


def test_plain_turns_keys_into_text() -> None:
    assert to_plain_values({1: [{2: "x"}]}) == {"1": [{"2": "x"}]}


@pytest.mark.parametrize("key", ["bibliography", "csl", "lang"])
def test_a_mapping_in_the_place_of_text_is_an_error(read, key: str) -> None:
    manifest, findings = read(f"{BOOK}{key}: {{a: b}}\n")
    assert [finding.code for finding in findings] == ["MAN002"]
    assert manifest is not None


def test_invalid_manifest_does_not_affect_the_next(read) -> None:
    first, second = read("lang: en\n")[1], read("lang: en\n")[1]
    assert [d.message for d in first] == ['required key "book" is missing']
    assert second == first


@pytest.mark.parametrize(
    ("lines", "nearest"),
    [
        ("colours: {China: accent1}", "chart-colours"),
        ("format: {pdf: {standard: pdf/x-4}}", "pdf-standard"),
        ("format: {pdf: {spine: 9mm}}", "spine-width"),
        ("format: {epub: {writing: vertical-rl}}", "writing-mode"),
        ("format: {pptx: {fonts: none}}", "embed-fonts"),
        ("book: {image: a.png}", "cover-image"),
    ],
)
def test_partial_key_suggests_the_whole_key(read, lines: str, nearest: str) -> None:
    book = "" if lines.startswith("book") else "book: {title: A book, chapters: [a.md]}\n"
    _, findings = read(f"{book}{lines}\n")
    (hint,) = [item.hint for item in findings if item.code == "MAN001"]
    assert hint == f'did you mean "{nearest}"?'


@pytest.mark.parametrize("key", ["output_file", "cover_image"])
def test_keys_have_hyphens(read, key: str) -> None:
    _, findings = read(f"{BOOK}{key}: a\n")
    assert [finding.code for finding in findings] == ["MAN001"]


@pytest.mark.parametrize("profiles", ["[[a]]", "{a: b}", "a"])
def test_profiles_are_names_or_mappings(read, profiles: str) -> None:
    _, findings = read(f"{BOOK}profiles: {profiles}\n")
    assert {finding.code for finding in findings} == {"MAN002"}


@pytest.mark.parametrize("empty", ["", '""'])
def test_empty_value_in_a_profile_removes_the_common_one(read, empty: str) -> None:
    common = f"{BOOK}  keywords: [a]\ncsl: a.csl\nformat: {{epub: {{image-dpi: 99}}, pptx: default, pdf: {{lof: yes}}}}\n"
    profile = f"""profiles:
  1:
    csl: {empty}
    book: {{keywords: {empty}}}
    format: {{epub: {{image-dpi: {empty}}}, pptx: {empty}, pdf: {empty}}}
"""
    manifest, result = read(common + profile, "1")
    assert (manifest.csl, manifest.book.keywords, result) == ("", (), [])
    assert manifest.format.epub.image_dpi == 300
    assert manifest.format.pptx is not None
    assert manifest.format.pdf.lof


VARIANTS = """output-file: p
profiles:
  internal: {theme: report}
  draft: {}
  "für innen/2": {}
  zh: {output-file: p-zh}
  ja: {output-file: p-ja}
  amazon: {format: {epub: {store: kindle}}}
"""


@pytest.mark.parametrize(
    ("profiles", "name"),
    [
        ("", "p.epub"),
        ("internal", "p-internal.epub"),
        ("internal draft", "p-internal-draft.epub"),
        ("draft internal", "p-draft-internal.epub"),
        ("draft draft", "p-draft.epub"),
        ("zh", "p-zh.epub"),
        ("zh draft", "p-zh-draft.epub"),
        ("draft zh", "p-zh-draft.epub"),
        ("zh ja", "p-ja-zh.epub"),
        ("kindle", "p-kindle.epub"),
        ("zh kindle", "p-zh-kindle.epub"),
        ("internal kindle", "p-internal-kindle.epub"),
        ("amazon", "p-amazon-kindle.epub"),
    ],
)
def test_files_of_a_profile_have_its_name_unless_set(read, profiles: str, name: str) -> None:
    manifest, result = read(BOOK + VARIANTS, *profiles.split())
    assert (manifest.get_file_name("epub"), result) == (name, [])


TALKS = "talk: {minutes: 30, pace: 120}\ntalks:\n  board: {minutes: 10, chapters: [a]}\n"


def test_named_talk_replaces_the_default_and_builds_only_its_deck(manifest_of_talk) -> None:
    manifest, result = manifest_of_talk(TALKS, "board")
    assert result == []
    assert (manifest.talk.minutes, manifest.talk.pace, manifest.talk_chapters) == (10, 120, ("a",))
    assert (manifest.formats, manifest.get_file_name("pptx")) == (("pptx",), "p-board.pptx")


def test_default_talk_has_no_name(manifest_of_talk) -> None:
    manifest, _ = manifest_of_talk(TALKS, "")
    assert (manifest.talk.minutes, manifest.talk_chapters, manifest.get_file_name("pptx")) == (
        30,
        (),
        "p.pptx",
    )


@pytest.mark.parametrize(
    ("lines", "talk", "code", "hint"),
    [
        (TALKS, "bord", "MAN007", 'did you mean "board"?'),
        (
            TALKS,
            "conference",
            "MAN007",
            "leave out `--talk`, or define the talk under `talks:` in `book.yaml`",
        ),
        ("", "board", "MAN007", "leave out `--talk`, or define the talk under `talks:` in `book.yaml`"),
        (
            "talks:\n  board: {minutes: 10}\n  staff: {minutes: 9}\n",
            "conference",
            "MAN007",
            "use one of the talks board or staff",
        ),
        ("talk: {minuts: 30}\n", "", "MAN001", 'did you mean "minutes"?'),
        ("talks:\n  board: {minutes: 10, chapter: [a]}\n", "", "MAN001", 'did you mean "chapters"?'),
    ],
)
def test_misspelt_talk_keys_are_rejected(manifest_of_talk, lines, talk, code, hint) -> None:
    _, (finding,) = manifest_of_talk(lines, talk)
    assert (finding.code, finding.hint) == (code, hint)


def test_script_is_built_with_the_book_and_deck_options(read) -> None:
    manifest, _ = read(BOOK + "format: {pdf: default, pptx: {notes: full}}\noutput-file: p\n", "script")
    assert manifest.get_file_name("pdf") == "p-script.pdf"
    assert (manifest.formats, manifest.deck_options.notes) == (("pdf",), "full")


@pytest.fixture
def manifest_of_talk(make_project: MakeProject):
    def make(lines: str, talk: str):
        text = "book: {title: P, chapters: [a.md]}\nlang: en\noutput-file: p\nformat: {pdf: default, pptx: default}\n"
        manifest, _, result = read_manifest(make_project({"source/book.yaml": text + lines}), (), talk)
        return manifest, result

    return make


def test_handout_is_built_with_the_book(read) -> None:
    manifest, _ = read(BOOK + VARIANTS, "handout")
    assert manifest.get_file_name("pdf") == "p-handout.pdf"
    manifest, _ = read(BOOK + VARIANTS, "draft", "handout")
    assert manifest.get_file_name("pdf") == "p-draft-handout.pdf"


def test_a_profile_of_any_name_names_a_file_in_the_same_folder(read) -> None:
    manifest, _ = read(BOOK + VARIANTS, "für innen/2")
    assert manifest.get_file_name("pdf") == "p-für-innen-2.pdf"


def test_a_profile_changes_no_identifier(read) -> None:
    """Test that a profile does not change the identifier of the book, which is derived from the stem."""
    assert read(BOOK + VARIANTS, "internal")[0].stem == read(BOOK + VARIANTS)[0].stem


def test_manifest_can_be_pickled(read) -> None:
    manifest, _ = read(BOOK + VARIANTS, "internal")
    assert pickle.loads(pickle.dumps(manifest)).get_file_name("pdf") == "p-internal.pdf"


PRINT_PROFILE = """profiles:
  large:
    theme: large-print
  print:
    format:
      pdf: {bleed: 3, crop-marks: true}
format: {pdf: {page-size: a5}}
"""


@pytest.mark.parametrize("profile", [(), ("print",), ("large",), ("print", "large")])
def test_each_profile_is_validated_at_its_position(read, profile) -> None:
    _, result = read(BOOK + PRINT_PROFILE, *profile)
    (finding,) = result
    assert (str(finding.span), finding.hint) == ("source/book.yaml:9:20", "add the unit: `3mm`")


def test_a_mistake_of_the_manifest_is_not_repeated_for_each_profile(read) -> None:
    _, findings = read(BOOK + PRINT_PROFILE.replace("bleed: 3,", "").replace("a5", "a5 portrait"))
    assert [(str(item.span), item.hint) for item in findings] == [
        ("source/book.yaml:10:27", "write `page-size: a5`")
    ]


def test_a_mistake_that_a_profile_overrides_is_reported_once(read) -> None:
    text = "profiles: {small: {format: {pdf: {page-size: a5}}}}\nformat: {pdf: {page-size: a3}}\n"
    assert [str(item.span) for item in read(BOOK + text)[1]] == ["source/book.yaml:5:27"]


def test_list_in_a_profile_has_its_positions(read) -> None:
    profile = "profiles:\n  short:\n    book:\n      chapters: [{part: One}]\n"
    _, (finding,) = read(BOOK + profile)
    assert (finding.code, finding.span.line) == ("MAN005", 7)


@pytest.mark.parametrize(
    ("first", "hint"),
    [
        (
            "  print:\n",
            'indent `format:` so that it belongs to the profile "print", or rename the profile',
        ),
        ("", "rename the profile"),
    ],
)
def test_section_outdented_below_a_profile_is_not_a_profile(read, first: str, hint: str) -> None:
    _, (finding,) = read(f"{BOOK}profiles:\n{first}  format:\n    pdf: {{bleed: 3mm}}\n")
    assert finding.message == '"format" cannot be used as a profile name: it is a top-level key'
    assert (finding.span.column, finding.hint) == (3, hint)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("A5 portrait", "write `page-size: a5`"),
        ("US Letter", "write `page-size: letter`"),
        ("148 x 200 mm", "write `page-size: {width: 148mm, height: 200mm}`"),
        ("5.5in × 8.5in", "write `page-size: {width: 5.5in, height: 8.5in}`"),
    ],
)
def test_the_hint_of_a_page_size_can_be_followed(read, written: str, hint: str) -> None:
    _, (finding,) = read(f'{BOOK}format: {{pdf: {{page-size: "{written}"}}}}\n')
    assert finding.hint == hint
    assert not read(f"{BOOK}format: {{pdf: {{{hint.split('`')[1]}}}}}\n")[1]


@pytest.mark.parametrize(
    "key", ["book: {title: A, chapters: [a.md], isbn: ISBN}", "format: {pdf: {isbn: ISBN}}"]
)
def test_wrong_check_digit_has_a_hint(read, key: str) -> None:
    text = key if key.startswith("book") else BOOK + key
    _, (finding,) = read(text.replace("ISBN", "978-3-16-184410-0"))
    assert "the check digit does not match" in finding.message
    assert finding.hint.startswith("check the ISBN against")


@pytest.mark.parametrize(
    ("value", "line"),
    [("“1.2”", 4), ("„1.2“", 4), ("‘don’t’", 4), ("«1.2»", 4), ("'“1.2”'", None), ("“a” and “b”", None)],
)
def test_typographic_quotes_around_a_value_are_reported(read, value: str, line: int | None) -> None:
    _, findings = read(f"{BOOK}variables: {{version: {value}}}\n")
    assert [(item.code, item.span.line, item.span.column) for item in findings] == [("LNT041", 4, 22)] * (
        line is not None
    )


def test_quoted_value_with_a_colon_gets_straight_quotes(read) -> None:
    _, (finding,) = read(BOOK.replace("A book", "“Heat: a report”"))
    assert finding.hint == 'write title: "Heat: a report"'


@pytest.mark.parametrize("values", [{"profiles": ("gone",)}, {"talk": "gone"}])
def test_unknown_profile_on_the_command_line_has_no_position(make_project, values) -> None:
    _, _, (finding,) = read_manifest(make_project({"source/book.yaml": BOOK}), **values)
    assert (finding.code, finding.span) == ("MAN007", None)


@pytest.mark.parametrize(
    ("again", "hint"),
    [
        (
            "format: {pdf: {lof: true}}",
            "merge this `format:` into the first one (2 lines above)",
        ),
        ("format: default", "delete one of the two `format:` entries"),
    ],
)
def test_duplicate_sections_should_be_merged(read, again: str, hint: str) -> None:
    _, (finding,) = read(f"{BOOK}format:\n  epub: default\n{again}\n")
    assert (finding.span.line, finding.hint) == (6, hint)
