"""Test that a small book in each format becomes a project without errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import tiny_png, write_files
from tests.triptych_import.conftest import ImportOf, Result
from triptych.diagnostics import has_errors
from triptych.engine.processes.programs import find_pandoc, run_program
from triptych.model.book import Matter
from triptych.model.nodes import Note
from triptych.model.walk import chapter_nodes, plain_text
from triptych.project import UnsafePathError
from triptych_import import ImportFailedError, ImportResult, import_book, write_project

MDBOOK = {
    "book.toml": '[book]\ntitle = "A: book"\nauthors = ["Ada", "Bob"]\nlanguage = "de"\n[preprocessor.x]\n',
    "src/SUMMARY.md": "# Summary\n\n[Preface](preface.md)\n\n- [One](one.md)\n  - [Deep](sub/deep.md)\n    - [Deeper](sub/deeper.md)\n- [Draft]()\n\n# Part two\n\n- [Two](two.md)\n\n[After](after.md)\n",
    "src/preface.md": "# Preface\n\nSee [deep](sub/deep.md), [more](sub/deep.html#the--operator) and [x](gone.md).\n",
    "src/one.md": "<a id='old'></a>\n\n# One\n\nText[^1] [l][l].\n\n[^1]: One.\n\n[l]: two.md\n\n## Same\n",
    "src/sub/deep.md": "# Deep\n\nText[^1] [l][l] and [l].\n![A picture](../img/p.png)\n\n[^1]: Two.\n\n[l]: ../one.md#same\n\n![A picture](../img/p.png)\n\n## The `?` Operator\n\n## Same\n",
    "src/sub/deeper.md": "Text\n------\n\n[up](deep.md#same) <a id='old'></a>\n\n![](https://x.org/y.png)\n",
    "src/two.md": "# Two\n\nCosts $5 and $6.\n",
    "src/after.md": "No title. ![a](../../secret.png)\n",
    "src/unlisted.md": "# Unlisted\n",
    "src/img/p.png": tiny_png(),
}


def titles(result: Result) -> list[str]:
    return [plain_text(chapter.title) for chapter in result.book.chapters]


class TestMdBook:
    def test_mdbook_is_read_without_errors(self, import_of: ImportOf) -> None:
        result = import_of(MDBOOK)
        assert not has_errors(result.found), result.found
        assert titles(result) == ["Preface", "One", "Two", "After"]
        assert result.book.metadata.title == "A: book"
        assert result.book.metadata.language == "de"
        assert [chapter.numbered for chapter in result.book.chapters] == [False, True, True, False]
        assert result.book.chapters[0].matter is Matter.FRONT
        assert result.book.chapters[2].part is not None

    def test_nested_files_are_sections_of_their_chapter(self, import_of: ImportOf) -> None:
        text = import_of(MDBOOK).text("one.md")
        assert text.startswith("# One\n")
        assert "## Deep {#sec-deep}\n" in text
        assert "### The `?` Operator {#the-operator}" in text
        assert "### Text\n" in text
        assert "![](img/p.png)" in text

    def test_links_point_to_the_imported_files(self, import_of: ImportOf) -> None:
        result = import_of(MDBOOK)
        preface = result.text("preface.md")
        assert "[deep](one.md#sec-deep), [more](one.md#the-operator) and x." in preface
        item = result.text("one.md")
        assert "[up](#same-1)" in item or "[up](#deep--same)" in item

    def test_labels_of_different_files_do_not_meet(self, import_of: ImportOf) -> None:
        text = import_of(MDBOOK).text("one.md")
        assert "Text[^deep-1] [l][l deep 1] and [l][l deep 1]." in text
        assert "[^deep-1]: Two." in text

    def test_all_that_is_not_carried_over_is_reported(self, import_of: ImportOf) -> None:
        notes = "\n".join(import_of(MDBOOK).notes)
        for words in ("book.toml:1:1: note: unsupported preprocessor", "src/unlisted.md:1:1", 'draft chapter "Draft"', "gone.md", "secret.png", 'the id "old" is defined twice', "https://x.org/y.png"):  # fmt: skip
            assert words in notes

    def test_included_files_are_not_reported_as_omitted(self, import_of: ImportOf) -> None:
        files = {
            "book.toml": '[book]\ntitle = "A"\n',
            "src/SUMMARY.md": "# Summary\n\n- [One](one.md)\n",
            "src/one.md": "# One\n\n{{#include note.md}}\n",
            "src/note.md": "Shared.\n",
            "src/draft.md": "# Draft\n",
        }
        result = import_of(files)
        notes = "\n".join(result.notes)
        assert "Shared." in result.text("one.md")
        assert "src/draft.md" in notes
        assert "src/note.md" not in notes


class TestQuarto:
    FILES = {
        "_quarto.yml": "project:\n  type: book\nbook:\n  title: Q\n  author:\n    - name: Ada\n      email: a@b.c\n  date: today\n  repo-url: x\n  chapters:\n    - index.qmd\n    - part: Results\n      chapters: [one.qmd, references.qmd]\n  appendices: [app.qmd]\nbibliography: refs.bib\nlang: fr\n",
        "index.qmd": "# Preface {.unnumbered}\n\nSee @sec-one and @fig-made. [@key]\n",
        "one.qmd": "---\ntitle: One\nformat: html\n---\n\n## Head {#sec-one}\n\n```{r}\n#| label: fig-made\nplot(1)\n```\n\n```{r, include=FALSE}\nsecret\n```\n\n{{< include _part.qmd >}}\n\n{{< video https://x.org/v >}} [app](app.qmd)\n",
        "_part.qmd": "Included.\n",
        "references.qmd": "# References {.unnumbered}\n\n::: {#refs}\n:::\n",
        "app.qmd": "# App\n\nText.\n",
        "refs.bib": "@book{key, title={T}, author={A, B}, year={2000}}\n",
    }

    def test_quarto_book_is_read_without_errors(self, import_of: ImportOf) -> None:
        result = import_of(self.FILES)
        assert not has_errors(result.found), result.found
        assert titles(result) == ["Preface", "One", "App", "Sources"]
        assert result.book.metadata.people[0].name == "Ada"
        assert result.book.chapters[-2].matter is Matter.APPENDIX

    def test_executable_code_becomes_a_listing(self, import_of: ImportOf) -> None:
        text = import_of(self.FILES).text("one.md")
        assert "```r\nplot(1)\n```" in text
        assert "secret" not in text
        assert "{{< include _part.qmd >}}" in text

    def test_findings(self, import_of: ImportOf) -> None:
        notes = "\n".join(import_of(self.FILES).notes)
        for words in ('one.qmd:3:1: note: unsupported front matter key "format"', "one.qmd:8:1: note: r code", "book.repo-url", "email", "@fig-made", "unsupported shortcode video"):  # fmt: skip
            assert words in notes


class TestBookdown:
    FILES = {
        "_bookdown.yml": "book_filename: x\n",
        "index.Rmd": "---\ntitle: B\nauthor: Ada\nsite: bookdown::bookdown_site\ndate: 2020-01-02\n---\n\n# Preface {-}\n\nSee \\@ref(one).\n",
        "02-two.Rmd": "# (APPENDIX) Appendix {-}\n\n# Two\n",
        "01-one.Rmd": "# (PART) First {-}\n\n# One {#one}\n\nText.\n",
    }

    @pytest.mark.parametrize("star", ["", "*", "\\*"])  # parts with a star have no number
    def test_bookdown_book_is_read_without_errors(self, import_of: ImportOf, star: str) -> None:
        result = import_of(
            {name: text.replace("(PART)", f"(PART{star})") for name, text in self.FILES.items()}
        )
        assert not has_errors(result.found), result.found
        assert titles(result) == ["Preface", "One", "Two"]
        assert [chapter.part.title if chapter.part else "" for chapter in result.book.chapters] == [
            "",
            "First",
            "",
        ]
        assert result.book.chapters[-1].matter is Matter.APPENDIX
        assert str(result.book.metadata.date) == "2020-01-02"


class TestFolder:
    FILES = {
        "README.md": "# My notes\n\nSee [ten](10-ten.md#a--b).\n",
        "10-ten.md": "# Ten\n\n## A & B\n",
        "2-two.md": "# Two\ntext\n- a\n",
        "3-sub/README.md": "# A part\n",
        "3-sub/a.md": "No title.\n",
    }

    def test_folder_is_read_without_errors(self, import_of: ImportOf) -> None:
        result = import_of(self.FILES)
        assert not has_errors(result.found), result.found
        assert titles(result) == ["Two", "A", "Ten"]
        assert result.book.metadata.title == "My notes"
        assert [chapter.part.title if chapter.part else "" for chapter in result.book.chapters] == [
            "",
            "A part",
            "",
        ]
        assert result.notes == ["README.md:1:1: note: the file is about the project, not a chapter; omitted"]

    def test_authors_in_any_front_matter_are_kept(self, import_of: ImportOf) -> None:
        head = "---\ntitle: One\nauthor: Ada Byron and Bob Ray\nlang: fr\n---\n"
        metadata = import_of({"README.md": "# T\n", "1.md": f"{head}Text.\n"}).book.metadata
        assert [person.name for person in metadata.people] == ["Ada Byron", "Bob Ray"]
        assert (metadata.title, metadata.language) == ("T", "fr")

    def test_url_on_the_line_after_its_label_is_recognised(self, import_of: ImportOf) -> None:
        result = import_of({"a.md": "# A\n\n[b][x]\n\n[x]:\nb.html#c\n", "b.md": "# B\n\n## C\n"})
        assert "[x]:\nb.md#c\n" in result.text("a.md")
        assert not has_errors(result.found), result.found

    def test_badges_before_the_title_are_removed(self, import_of: ImportOf) -> None:
        result = import_of({"README.md": "[![B](https://x.org/b.svg)](https://x.org)\n\n# Title\n\nText.\n"})
        assert result.text("README.md") == "# Title\n\n[B](https://x.org)\n\nText.\n"
        assert titles(result) == ["Title"]

    @pytest.mark.parametrize(
        "link",
        [
            "[![B](https://x.org/b.svg){width=20}](https://x.org)",
            "[see ![B](https://x.org/b.svg) ![C](https://x.org/c.svg)](https://x.org)",
            "[![B](https://x.org/b.svg)][x]\n\n[x]: https://x.org",
            '<a href="https://x.org"><img src="https://x.org/b.svg" alt="B"></a>',
            "[![B][b]][x]\n\n[b]: https://x.org/b?svg\n[x]: https://x.org",
        ],
    )
    def test_remote_picture_in_a_link_is_not_a_separate_link(self, import_of: ImportOf, link: str) -> None:
        result = import_of({"a.md": f"# A\n\n{link}\n"})
        text = result.text("a.md").partition("[b]:")[0]
        assert ".svg" not in text and "![" not in text and "B" in text

    def test_a_picture_elsewhere_by_its_label_is_a_link(self, import_of: ImportOf) -> None:
        result = import_of({"a.md": "# A\n\nSee ![the badge][b] here.\n\n[b]: https://x.org/b?svg\n"})
        assert "See [the badge][b] here." in result.text("a.md")
        assert not has_errors(result.found)

    def test_link_outside_the_folder_is_rejected(self, tmp_path: Path) -> None:
        write_files(tmp_path, {"secret.md": "# Secret\n", "book/a.md": "# A\n"})
        (tmp_path / "book/b.md").symlink_to(tmp_path / "secret.md")
        imported = import_book(tmp_path / "book")
        assert not any(b"Secret" in data for data in imported.files.values())
        assert [finding.path for finding in imported.findings] == ["b.md"]


class TestDocx:
    def test_level_1_headings_start_chapters(
        self, tmp_path: Path, read_import: Callable[[Path], Result]
    ) -> None:
        (tmp_path / "p.png").write_bytes(tiny_png(9, 9))
        text = "---\ntitle: My book\nauthor: [Ada, Bob]\ndate: 2024-05-06\n---\n\nBefore.[^1]\n\n# One\n\nText.[^2]\n\n[^1]: The first.\n\n[^2]: The second.\n\n![Cap](p.png)\n\n# Two\n\nSee [one](#one). $x$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
        path = tmp_path / "book.docx"
        run_program([find_pandoc(), "-f", "markdown", "-o", path, "--resource-path", tmp_path], text.encode())
        result = read_import(path)
        assert not has_errors(result.found), result.found
        assert titles(result) == ["Opening", "One", "Two"]
        assert result.book.metadata.title == "My book"
        assert [person.name for person in result.book.metadata.people] == ["Ada", "Bob"]
        assert str(result.book.metadata.date) == "2024-05-06"
        assert any(name.startswith("source/media/") for name in result.imported.files)
        notes = [
            [plain_text(n.content) for n in chapter_nodes(chapter) if isinstance(n, Note)]
            for chapter in result.book.chapters
        ]
        assert notes == [["The first."], ["The second."], []]


def test_folder_without_a_book_is_reported_with_the_expected_files(tmp_path: Path) -> None:
    with pytest.raises(ImportFailedError, match=r"book\.toml.*_quarto\.yml.*Markdown"):
        import_book(tmp_path)


def test_very_long_deck_is_limited_and_reported_once(import_of: ImportOf) -> None:
    listing = "```c\na\nb\nc\n```\n\n"
    few, many = (import_of({"README.md": f"# One\n\n{listing * count}"}) for count in (10, 230))
    assert "max-slides" not in few.text("book.yaml")
    near = import_of({"README.md": f"# One\n\n{listing * 190}"})  # some may be continued
    assert "pptx: {max-slides: 200}" in near.text("book.yaml")
    assert not [note for note in near.notes if "slides" in note]
    assert "pptx: {max-slides: 200}" in many.text("book.yaml")
    assert [note for note in many.notes if "slides" in note] == [
        "source/book.yaml:1:1: note: the deck would have about 230 slides; limited to 200 with "
        "`max-slides`, without the least important content"
    ]


def test_the_e_book_lists_all_levels_that_the_contents_of_the_source_have(import_of: ImportOf) -> None:
    lines = [f"{'  ' * level}- [L{level}](l{level}.md)\n" for level in range(4)]
    listing = "```c\na\nb\nc\n```\n\n"
    texts = {f"src/l{level}.md": f"# L{level}\n\n{listing * 45}" for level in range(4)}
    three, four = (
        import_of({"book.toml": "", "src/SUMMARY.md": "".join(lines[:count]), **texts}) for count in (3, 4)
    )
    assert "format" not in three.text("book.yaml")
    assert four.text("book.yaml").endswith(
        "format:\n  pdf: default\n  epub: {toc-depth: 4}\n  pptx: {max-slides: 200}\n"
    )


def test_book_title_has_a_typographic_apostrophe(import_of: ImportOf) -> None:
    result = import_of({"book.toml": '[book]\ntitle = "A User\'s Guide"\n', "src/SUMMARY.md": "- [A](a.md)\n", "src/a.md": "# A\n"})  # fmt: skip
    assert result.book.metadata.title == "A User’s Guide"
    assert "output-file: a-users-guide\n" in result.text("book.yaml")


class TestPandoc:
    FILES = {
        "metadata.yml": "---\ntitle: Tides\nauthor: Ada\nlang: fr\n---\n",
        "chapters/one.md": "# One {#sec:one}\n\n![A box](images/box.png){#fig:box}\n\nSee [@fig:box].\n",
        "images/box.png": tiny_png(),
    }

    def test_metadata_file_and_images_of_the_working_directory_are_used(self, import_of: ImportOf) -> None:
        result = import_of(self.FILES)
        assert not has_errors(result.found), result.found
        metadata = result.book.metadata
        assert (metadata.title, metadata.people[0].name, metadata.language) == ("Tides", "Ada", "fr")
        assert "![A box](../images/box.png){#fig-box}" in result.text("chapters/one.md")


@pytest.mark.parametrize(
    ("files", "message", "place"),
    [
        (
            {"_quarto.yml": "project: {type: book}\nbook: {title: T, chapters: [gone.qmd, none.qmd]}\n"},
            'no readable chapters found in this Quarto source: chapter file "gone.qmd" is missing or not UTF-8',
            "_quarto.yml:1:1",
        ),
        (
            {"_quarto.yml": "project: {type: book}\nbook: {title: T}\n"},
            "no readable chapters found in this Quarto source",
            ".:1:1",
        ),
    ],
)
def test_a_book_without_chapters_is_refused_with_the_first_reason(
    tmp_path: Path, files: dict[str, str], message: str, place: str
) -> None:
    with pytest.raises(ImportFailedError) as failed:
        import_book(write_files(tmp_path, files))
    finding = failed.value.finding
    assert (finding.code, finding.message, str(finding.span)) == ("IMP001", message, place)


def test_no_file_is_written_outside_the_folder_of_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write_project(ImportResult("Word", {"source/a/b.md": b"x"}, 1, ()), project)
    assert (project / "source/a/b.md").read_bytes() == b"x"
    with pytest.raises(UnsafePathError, match=r'path "source/../../c.md" is outside the project folder'):
        write_project(ImportResult("Word", {"source/../../c.md": b"x"}, 1, ()), project)
    (project / "file").write_bytes(b"")
    with pytest.raises(OSError) as failed:
        write_project(ImportResult("Word", {"file/d.md": b"x"}, 1, ()), project)
    assert str(failed.value.filename).startswith(str(project / "file"))


@pytest.mark.parametrize(
    ("folders", "imported"),
    [
        (("book",), "book"),
        (("book", "_other", ".git"), "book"),
        (("book", "other"), ""),
        (("_book",), ""),
    ],
)
def test_a_book_in_a_single_subfolder_is_found(
    tmp_path: Path, folders: tuple[str, ...], imported: str
) -> None:
    files = {
        f"{folder}/{name}": text
        for folder in folders
        for name, text in (
            ("_quarto.yml", "project: {type: book}\nbook: {title: T, chapters: [a.qmd]}\n"),
            ("a.qmd", "# A\n\nText.\n"),
        )
    }
    write_files(tmp_path, files)
    if not imported:
        with pytest.raises(ImportFailedError, match="no importable book found"):
            import_book(tmp_path)
        return
    result = import_book(tmp_path)
    assert result.format_name == "Quarto"
    assert f'the folder "{imported}" is a Quarto book; only this folder was imported' in str(
        result.findings[0]
    )
