"""Test reading of catalog.yaml: titles with their variants, and errors in the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalog.conftest import MakeCatalog, MakeFile, title
from triptych.catalog.titles import Catalog, read_catalog, select_titles

THREE = {**title("books/one"), **title("books/two"), **title("extra")}


def names(catalog: Catalog) -> list[str]:
    return [title.name for title in catalog.titles]


def test_folders_and_patterns_become_unique_titles_in_order(make_catalog: MakeCatalog) -> None:
    catalog = make_catalog("titles: [extra, 'books/*', '*/*']\n", {**THREE, "books/notes.txt": ""})
    assert names(catalog) == ["extra", "books/one", "books/two"]
    assert catalog.titles[1].folder == catalog.root / "books/one"


def test_title_settings_extend_those_of_the_folder(make_catalog: MakeCatalog) -> None:
    text = """
titles:
  - folder: extra
    name: special/one
    profiles: [teacher]
    formats: epub
    settings: {theme: report}
defaults: {lang: fr}
"""
    (only,) = make_catalog(text, THREE).titles
    assert (only.name, only.profiles, only.formats) == ("special/one", ("teacher",), ("epub",))
    assert only.overlay.defaults == {"lang": "fr"}
    assert only.overlay.overrides == {"theme": "report"}


def test_each_variant_of_the_matrix_is_a_title(make_catalog: MakeCatalog) -> None:
    text = "titles: [extra]\nmatrix: {profiles: [[], teacher, [teacher, long]], languages: [en, de], formats: [epub]}\n"
    files = {
        **THREE,
        **{path.replace("extra/", "extra/de/"): reported for path, reported in title("extra").items()},
    }
    catalog = make_catalog(text, files)
    assert names(catalog) == [
        "extra/en",
        "extra/en/teacher",
        "extra/en/teacher-long",
        "extra/de",
        "extra/de/teacher",
        "extra/de/teacher-long",
    ]
    english, german = catalog.titles[2], catalog.titles[3]
    assert english.profiles == ("teacher", "long")
    assert english.overlay.overrides == {"lang": "en"}
    # A translation has its own folder and sets its own language.
    assert german.folder == catalog.root / "extra/de"
    assert german.overlay.overrides == {}


def test_each_reader_has_an_edition(make_catalog: MakeCatalog) -> None:
    text = """
titles:
  - folder: extra
    merge: readers.csv
    settings: {book: {subtitle: "For {name} in {city}, {year}"}, variables: {city: Everywhere}}
"""
    rows = 'name,city,profiles,language\n"Ek, Anna",Oslo,teacher; long,\nBob,Rome,,it\n\n'
    anna, bob = make_catalog(text, {**THREE, "readers.csv": rows}).titles
    assert [anna.name, bob.name] == ["extra/ek-anna", "extra/bob"]
    assert anna.profiles == ("teacher", "long")
    assert anna.overlay.overrides == {
        "book": {"subtitle": "For Ek, Anna in Oslo, {year}"},
        "variables": {"name": "Ek, Anna", "city": "Everywhere"},
    }
    assert bob.overlay.overrides["lang"] == "it"


def test_shards_do_not_overlap_and_cover_all_titles(make_catalog: MakeCatalog) -> None:
    titles = make_catalog("titles: ['books/*', extra]\n", THREE).titles
    parts = [select_titles(titles, (), (number, 2)) for number in (1, 2)]
    assert [[item.name for item in part] for part in parts] == [["books/one", "extra"], ["books/two"]]
    assert [title.name for title in select_titles(titles, ("books/*",))] == ["books/one", "books/two"]
    assert select_titles(titles, (), (3, 9)) == [titles[2]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- one\n", "catalog.yaml:1:1: error[CAT001]: a catalogue must be a mapping with the key `titles`"),
        ("titles: [\n", "catalog.yaml:1:9: error[CAT001]"),
        ("titels: [extra]\n", 'catalog.yaml:1:1: error[MAN001]: unknown key "titels"'),
        ("titles: []\n", "catalog.yaml:1:1: error[CAT002]: the catalogue lists no titles"),
        (
            "titles: [extra, gone]\n",
            'catalog.yaml:1:17: error[CAT002]: "gone" matches no folder that contains source/book.yaml',
        ),
        (
            "titles: [x**]\n",
            'catalog.yaml:1:10: error[CAT002]: "x**" matches no folder that contains source/book.yaml',
        ),
        (f'titles: ["*/{"x" * 300}"]\n', 'catalog.yaml:1:10: error[CAT002]: "*/x'),
        ("titles: [../x]\n", 'catalog.yaml:1:10: error[CAT002]: "../x" is outside the catalogue folder'),
        ("titles: [/etc]\n", 'catalog.yaml:1:10: error[CAT002]: "/etc" is outside the catalogue folder'),
        ("titles: [link]\n", 'catalog.yaml:1:10: error[CAT002]: "link" is outside the catalogue folder'),
        ("titles: [extra, extra]\n", 'catalog.yaml:1:17: error[CAT003]: 2 titles share the name "extra"'),
        (
            "titles: [extra]\nshared: [books, gone]\n",
            'catalog.yaml:2:17: error[CAT008]: folder "gone" does not exist',
        ),
        (
            "titles: [extra]\nshared: link\n",
            'catalog.yaml:2:9: error[CAT008]: folder "link" is outside the catalogue folder',
        ),
        (
            "titles: [extra]\ntemplates: gone\n",
            'catalog.yaml:2:12: error[CAT008]: folder "gone" does not exist',
        ),
        ("titles: [{folder: extra, name: ../up}]\n", "catalog.yaml:1:32: error[MAN002]"),
        ("titles: [extra]\nlimits: {time: soon}\n", "catalog.yaml:2:16: error[MAN002]"),
        ("titles: [extra]\ndefaults:\n  thema: x\n", 'catalog.yaml:3:3: error[MAN001]: unknown key "thema"'),
        (
            "titles: [{folder: extra, merge: gone.csv}]\n",
            'catalog.yaml:1:10: error[CAT004]: CSV file "gone.csv" does not exist',
        ),
        ("titles: [{folder: extra, merge: ../x.csv}]\n", "catalog.yaml:1:10: error[CAT004]"),
        (
            "titles: [{folder: extra, merge: bad.csv}]\n",
            "bad.csv:3:1: error[CAT004]: this row has 1 cells; the header has 2",
        ),
        (
            "titles: [{folder: extra, merge: twice.csv}]\n",
            "twice.csv:1:1: error[CAT004]: each column needs a unique name",
        ),
        (
            "titles: [{folder: extra, merge: tongue.csv}]\n",
            'tongue.csv:2:1: error[CAT004]: "../x" is not a valid language tag',
        ),
        (
            "titles: [{folder: extra, merge: latin.csv}]\n",
            "latin.csv:2:2: error[CAT004]: byte 0xF6 is not valid UTF-8",
        ),
    ],
)
def test_mistake_is_reported_at_its_position(
    make_file: MakeFile, tmp_path: Path, text: str, told: str
) -> None:
    files = {
        "bad.csv": "a,b\n1,2\n3\n",
        "twice.csv": "a,a\n1,2\n",
        "tongue.csv": "name,language\nBob,../x\n",
        "latin.csv": "name\nB\xf6b\n".encode("latin-1"),
    }
    file = make_file(text, {**THREE, **files})
    (tmp_path / "elsewhere").mkdir()
    for path, content in title("").items():
        (tmp_path / "elsewhere" / path.lstrip("/")).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / "elsewhere" / path.lstrip("/")).write_text(content)
    (file.parent / "link").symlink_to(tmp_path / "elsewhere")
    _, result = read_catalog(file)
    assert any(str(finding).startswith(told) for finding in result), [str(finding) for finding in result]


def test_all_mistakes_in_a_list_are_reported_together(make_file: MakeFile) -> None:
    _, findings = read_catalog(make_file("titles: [gone, nowhere]\nmatrix: {formats: [doc]}\nextra: 1\n"))
    assert sorted(finding.code for finding in findings) == ["CAT002", "CAT002", "MAN001", "MAN002"]
