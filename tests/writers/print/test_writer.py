"""Test that PDFs contain the resources of the book, that errors are reported, and that PDFs are valid."""

from __future__ import annotations

import base64
import io
import logging
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from tests.conftest import MakeProject, tiny_png
from tests.writers.epub.conftest import EVERYTHING, Write, write_output
from tests.writers.print.quires import METADATA
from triptych.checks.pdf import check_pdf
from triptych.checks.pdf.examination import examine_pdf
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.model.book import Book
from triptych.model.nodes import Picture
from triptych.reading.syntax.inlines import DEEPEST
from triptych.stages import read_project
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import load_theme
from triptych.writers.print.page_grid import PAGES
from triptych.writers.print.writer import replace_unprintable_characters, report_logged_error


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r", "")
    finally:
        document.close()


def pictures_of(data: bytes) -> list[tuple[int, int]]:
    """Return width and height of all pictures in a PDF, wherever they are used."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        return [(int(image.Width), int(image.Height)) for image in images]


def fonts_of(data: bytes) -> set[str]:
    """Return the names of all fonts in a PDF."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {
            str(o.BaseFont) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/BaseFont" in o
        }


@pytest.fixture
def records() -> Iterator[list[str]]:
    """Record all messages of WeasyPrint from WARNING on, with a filter since handlers may be removed."""
    text: list[str] = []

    def hear(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            text.append(record.getMessage())
        return True

    logger = logging.getLogger("weasyprint")
    logger.addFilter(hear)
    yield text
    logger.removeFilter(hear)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a picture outside the project, with a unique size."""
    (tmp_path / "secret.png").write_bytes(tiny_png(7, 13))
    return tmp_path / "secret.png"


def address_of(secret: Path, kind: str) -> str:
    """Return a URL that refers to a file outside the project, in one of several ways."""
    up = "../" * 30
    return {
        "file": f"file://{secret}",
        "absolute": str(secret),
        "upwards": up + str(secret)[1:],
        "project": f"project:{secret}",
        "project upwards": f"project:{up}{str(secret)[1:]}",
        "font": f"font:{secret}",
        "font upwards": f"font:{up}{str(secret)[1:]}",
        "http": "http://127.0.0.1:9/secret.png",
        "data": "data:image/png;base64," + base64.b64encode(secret.read_bytes()).decode(),
    }[kind]


class TestTemplatesOfAProject:
    """Test templates of a project, which are as little trusted as its text."""

    PLACES = {
        "image": '<img src="{}" alt="A"/>',
        "object": '<object data="{}">A</object>',
        "background": "<style>body {{ background: url('{}') }}</style>",
        "content": "<style>.x::before {{ content: url('{}') }}</style><p class='x'>x</p>",
        "import": "<style>@import '{}';</style>",
        "attachment": '<p><a rel="attachment" href="{}">A</a></p>',
    }

    # Where pictures are referenced, and URLs that are errors when the templates are read.
    READ = ("image", "background", "content")
    REFUSED = {"absolute": "SEC005", "upwards": "SEC005", "http": "IMG002"}

    @pytest.mark.parametrize("kind", REFUSED)
    def test_such_a_picture_is_an_error_at_its_place(
        self, make_project: MakeProject, shared_cache: Cache, secret: Path, kind: str
    ) -> None:
        page = self.PLACES["image"].format(address_of(secret, kind))
        files = {
            "source/book.yaml": "book:\n  title: T\n  chapters: [a.md]\nlang: en\n",
            "source/a.md": "# A\n",
            "templates/print/title-page.xhtml.j2": page,
        }
        _, _, (finding,) = read_project(make_project(files), shared_cache)
        assert (finding.code, str(finding.span)) == (
            self.REFUSED[kind],
            "templates/print/title-page.xhtml.j2:1:11",
        )

    @pytest.mark.parametrize(
        "kind",
        ["file", "absolute", "upwards", "project", "project upwards", "font", "font upwards", "http", "data"],
    )
    def test_local_files_do_not_get_into_the_pdf(self, write: Write, secret: Path, kind: str) -> None:
        """Test that no outside file gets into the PDF; this book has no other picture or attachment."""
        address = address_of(secret, kind)
        places = [
            place for name, place in self.PLACES.items() if kind not in self.REFUSED or name not in self.READ
        ]
        page = "<section>" + "".join(place.format(address) for place in places) + "</section>"
        data, findings = write("pdf", files={"templates/print/title-page.xhtml.j2": page})
        assert pictures_of(data) == []
        assert {finding.code for finding in findings} == {"PDF001"}
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert not any(bytes(file.get_file().read_bytes()) for file in pdf.attachments.values())

    def test_a_picture_of_the_project_may_be_used(self, write: Write) -> None:
        page = '<section><img src="project:source/dot.png" alt="A"/></section>'
        data, result = write("pdf", files={"templates/print/title-page.xhtml.j2": page})
        assert not result
        assert pictures_of(data) == [(1, 1)]


class TestNamesOfFiles:
    """Test that file names with special characters work in URLs."""

    @pytest.mark.parametrize(
        "name",
        ["my picture.png", "größe.png", "图.png", "a%20b.png", "a#b.png", "a?b.png", "a&b.png", "a+b.png"],
    )
    def test_pictures(self, write: Write, name: str) -> None:
        output = name.replace("%", "%25")
        data, result = write("pdf", f"![A](<{output}>)\n", files={f"source/{name}": tiny_png(3, 3)})
        assert [str(finding) for finding in result] == []
        assert pictures_of(data) == [(3, 3)]

    @pytest.mark.parametrize(("section", "chart"), [("größe.md", ""), ("a b.md", ""), ("a.md", "#fig-größe")])
    def test_charts(self, write: Write, section: str, chart: str) -> None:
        text = f'::: {{{chart} .chart data=data.csv x=x y=y type=line fig-alt="X"}}\nX\n:::\n'
        _, result = write("pdf", book=f"  chapters: ['{section}']\n", files={f"source/{section}": text})
        assert [str(finding) for finding in result] == []


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Diagnostic]]:
    """Return the PDF of a section with every construct. Tests must not change it."""
    return write_output("pdf", tmp_path_factory.mktemp("everything"), EVERYTHING)


class TestEveryConstruct:
    def test_engine_logs_nothing(self, tmp_path: Path, records: list[str]) -> None:
        _, result = write_output("pdf", tmp_path, EVERYTHING)
        assert ([str(finding) for finding in result], records) == ([], [])

    def test_check_finds_nothing(self, everything: tuple[bytes, list[Diagnostic]]) -> None:
        assert check_pdf(everything[0]) == []

    def test_title_author_and_date_are_in_the_document(
        self, everything: tuple[bytes, list[Diagnostic]]
    ) -> None:
        with pikepdf.open(io.BytesIO(everything[0])) as pdf:
            assert str(pdf.docinfo["/Title"]) == "Every construct: of them all"
            assert str(pdf.docinfo["/Author"]) == "Ada Lovelace"
            assert str(pdf.docinfo["/CreationDate"]).startswith("D:20240506")
            assert str(pdf.Root["/Lang"]) == "en"

    def test_the_outline_has_the_chapter_and_its_sections(
        self, everything: tuple[bytes, list[Diagnostic]]
    ) -> None:
        with pikepdf.open(io.BytesIO(everything[0])) as pdf, pdf.open_outline() as outline:
            chapters = {item.title: [child.title for child in item.children] for item in outline.root}
        (sections,) = [children for title, children in chapters.items() if "A section" in title]
        assert any("Two & more" in title for title in sections)

    def test_each_footnote_appears_once(self, everything: tuple[bytes, list[Diagnostic]]) -> None:
        words = text_of(everything[0])
        assert [
            words.count(note) for note in ("The note.", "Its second paragraph", "With code.", "Here.")
        ] == [
            1,
            1,
            1,
            1,
        ]

    def test_deck_only_content_is_omitted(self, everything: tuple[bytes, list[Diagnostic]]) -> None:
        assert not {"Nothing here.", "Nor here."} & set(text_of(everything[0]).split("\n"))

    def test_output_has_the_same_bytes_again(
        self, tmp_path: Path, everything: tuple[bytes, list[Diagnostic]]
    ) -> None:
        assert write_output("pdf", tmp_path, EVERYTHING)[0] == everything[0]


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [("6x9", 432, 648), ("a5", 419.53, 595.28), ("a4", 595.28, 841.89), ("letter", 612, 792)],
)
def test_pages_have_the_requested_size(write: Write, size: str, width: float, height: float) -> None:
    data, result = write("pdf", more=f"format:\n  pdf:\n    page-size: {size}\n")
    assert not result
    with pikepdf.open(io.BytesIO(data)) as pdf:
        boxes = {tuple(round(float(edge), 1) for edge in page.mediabox) for page in pdf.pages}
    assert boxes == {(0, 0, round(width, 1), round(height, 1))}


def test_each_size_of_the_manifest_has_a_grid() -> None:
    assert set(PAGES) == {"6x9", "a5", "a4", "letter"}


@pytest.mark.parametrize("markdown", ["", "## A\n", "^[Only a note]\n", "* * *\n", "<!-- nothing -->\n"])
def test_nearly_empty_section_is_laid_out(write: Write, markdown: str) -> None:
    data, result = write("pdf", markdown)
    assert not result
    assert check_pdf(data) == []


def test_missing_glyph_is_printed_as_a_replacement_character(write: Write) -> None:
    data, result = write("pdf", "## Say ꦗꦮ\n\nSay ꦗ ꦮ, see [there](#say-ꦗꦮ) and `ꦗ`.\n")
    assert not result
    assert check_pdf(data) == []
    assert "Say \ufffd \ufffd, see there and \ufffd." in text_of(data)


def test_a_note_within_a_note_is_printed_once(write: Write) -> None:
    data, _ = write("pdf", "Text^[Outer^[Middle^[Inner words.]]].\n")
    assert text_of(data).count("Inner words.") == 1


def test_addresses_and_the_title_keep_their_characters() -> None:
    page = '<head><title>ꦗ</title></head><body id="ꦗ"><a href="#ꦗ">{}</a></body>'
    assert replace_unprintable_characters(page.format("ꦗ a"), load_theme()) == page.format("\ufffd a")


def test_line_may_break_between_many_replacement_characters() -> None:
    shown = replace_unprintable_characters("<body><p>" + "ꦗ" * 50 + "</p></body>", load_theme())
    assert [len(word) for word in shown[len("<body><p>") : -len("</p></body>")].split("\u200b")] == [
        20,
        20,
        10,
    ]


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-Hans", "“直接”使用，*强调*与**粗体**：骨。"),
        ("ja", "「直接」使い、*強調*と**太字**：骨。"),
        ("ko", "한국어 *강조* **굵은** 문장."),
        ("ar", "نص عربي *مؤكد* و**غامق**."),
        ("th", "ภาษาไทย *เน้น* **หนา** กำลัง"),
        ("hi", "हिन्दी *ज़ोर* **मोटा** क्षमता"),
    ],
)
def test_each_script_has_its_fonts(write: Write, language: str, text: str) -> None:
    data, result = write("pdf", f"{text} `code 中`\n\n$x \\text{{中}}$\n", more=f"lang: {language}\n")
    assert not result
    assert check_pdf(data) == []
    assert "\ufffd" not in text_of(data)
    fonts = fonts_of(data)
    script = load_theme().find_script(language)
    assert script is not None
    assert any(script.serif.replace(" ", "-") in name for name in fonts)


def test_continued_table_label_is_in_its_script(write: Write) -> None:
    rows = "".join(f"| {n} | 一 |\n" for n in range(60))
    data, result = write("pdf", f"| 年 | 数 |\n|---|---|\n{rows}\n: 表 {{#tbl-a}}\n", more="lang: ja\n")
    assert not result
    assert "続" in text_of(data)


def test_han_characters_have_the_forms_of_their_language(write: Write) -> None:
    data, _ = write("pdf", "[骨]{lang=zh} [骨]{lang=ja} [骨]{lang=zh-TW} 骨\n")
    fonts = " ".join(fonts_of(data))
    assert all(name in fonts for name in ("Noto-Serif-SC", "Noto-Serif-JP", "Noto-Serif-TC"))


def test_a_book_from_the_right_is_bound_on_the_right(write: Write) -> None:
    with pikepdf.open(io.BytesIO(write("pdf", "نص عربي\n", more="lang: ar\n")[0])) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"
    with pikepdf.open(io.BytesIO(write("pdf", "Text\n")[0])) as pdf:
        assert "/Direction" not in pdf.Root.ViewerPreferences


@pytest.mark.parametrize("language", ["en", "ar"])
def test_versos_are_headed_by_the_book(write: Write, language: str) -> None:
    text = "\n\n".join(["Word " * 200] * 3)
    data, _ = write("pdf", text + "\n", more=f"lang: {language}\n")
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    (first, *_) = (number for number, page in enumerate(pages) if "Word" in page)
    assert "book" in pages[first + 1]


def test_no_glyph_is_without_text(write: Write) -> None:
    data, _ = write("pdf", "หนังสือกำลัง क्षमता बिजली\n")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        maps = [
            f.ToUnicode.read_bytes()
            for f in pdf.objects
            if isinstance(f, pikepdf.Dictionary) and "/ToUnicode" in f
        ]
    assert maps and not any(b"<>" in text for text in maps)
    assert "क्षमता" in text_of(data)


def test_side_note_is_drawn_after_its_text(write: Write, tmp_path: Path) -> None:
    """Test that a side note is drawn after its text, since readers without tags use the drawing order."""
    data, _ = write("pdf", "First.\n\nSecond [Beside it.]{.aside} goes on.\n")
    (tmp_path / "a.pdf").write_bytes(data)
    shown = subprocess.run(["pdftotext", "-raw", "a.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    assert re.search(r"Second\s+goes on\..*Beside it\.", shown.stdout.decode(), re.DOTALL)


def test_pictures_without_words_do_not_stop_the_pdf(write: Write) -> None:
    data, findings = write(
        "pdf", "In a line ![](dot.png){.decorative} and ![](dot.png).\n\n![](dot.png){.decorative}\n"
    )
    assert [finding.code for finding in findings] == []
    assert check_pdf(data) == []


def test_a_drawing_may_hold_a_picture(write: Write) -> None:
    held = base64.b64encode(tiny_png(3, 5)).decode()
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
        f'<image width="9" height="9" xlink:href="data:image/png;base64,{held[:20]}\n{held[20:]}"/></svg>'
    )
    data, result = write("pdf", '![](d.svg){fig-alt="A"}\n', files={"source/d.svg": drawing})
    assert (result, pictures_of(data)) == ([], [(3, 5)])


def test_places_have_names_in_an_order_that_all_readers_share(write: Write) -> None:
    data, _ = write("pdf", "## Zum Schluss\n\nText\n\n## まとめ\n\nText\n\n## Übung\n\nText\n")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        names = list(pdf.Root.Names.Dests.Names)[::2]
    assert {"まとめ", "übung", "zum-schluss"} <= {str(name) for name in names}
    assert names == sorted(names, key=bytes) == sorted(names, key=str)
    assert check_pdf(data) == []


def test_control_characters_do_not_stop_the_pdf(write: Write) -> None:
    data, findings = write("pdf", "It\x92s \x01 so.\n")
    assert [finding.code for finding in findings] == []
    assert "It\ufffds" in text_of(data)


def test_press_file_omits_interactive_features(write: Write) -> None:
    options = "format:\n  pdf: {colour: cmyk, pdf-standard: pdf/x-4, bleed: 3mm, crop-marks: true}\n"
    data, result = write("pdf", "See [there](https://example.org/).\n", more=options)
    assert (result, check_pdf(data), examine_pdf(data).findings) == ([], [], ())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.pdf_version == "1.6"
        (intent,) = pdf.Root.OutputIntents
        assert (intent.S, int(intent.DestOutputProfile.N)) == ("/GTS_PDFX", 4)
        for page in pdf.pages:
            trim, bleed, media = page.trimbox, page.obj.BleedBox, page.mediabox
            assert float(trim[0]) > float(bleed[0]) > float(media[0])
            assert "/Annots" not in page.obj
        with pdf.open_metadata() as metadata:
            assert "PDF/X-4" in str(metadata) and "pdfuaid" not in str(metadata)


def test_engine_failure_is_reported_with_its_section(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise RecursionError

    monkeypatch.setattr("triptych.writers.print.typesetting.paint_pages", fail)
    data, findings = write("pdf", "Text\n")
    assert data == b""
    assert {(problem.code, problem.message) for problem in findings} == {
        ("PDF003", "page layout failed in this block: the content is nested too deeply")
    }
    assert any(problem.span and problem.span.path.endswith(".md") for problem in findings)


@pytest.mark.parametrize(
    "text", ["- " * DEEPEST + "deep\n", "> - " * (DEEPEST // 2) + "deep\n", "a^[b" * DEEPEST + "]" * DEEPEST]
)
def test_the_engine_lays_out_whatever_the_limit_of_nesting_allows(write: Write, text: str) -> None:
    data, result = write("pdf", f"A sentence.\n\n{text}\n")
    assert (data[:5], result) == (b"%PDF-", [])


def test_where_the_engine_fails_the_block_is_named(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from triptych.writers.print import typesetting

    paint = typesetting.paint_pages

    def fail(pages: Sequence[Any], *arguments: object) -> object:
        if any("Deep" in getattr(box, "text", "") for page in pages for box in page._page_box.descendants()):
            raise StopIteration
        return paint(pages, *arguments)

    monkeypatch.setattr(typesetting, "paint_pages", fail)
    data, (problem,) = write("pdf", "One.\n\nTwo.\n\n> > Deep.\n\nThree.\n")
    assert (data, problem.code) == (b"", "PDF003")
    assert problem.span is not None and problem.span.line == 5


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (
            "book.css.j2",
            "{% include 'built-in/print/book.css.j2' %}\n"
            + "p:not(" * 300
            + "a"
            + ")" * 300
            + " { color: red }",
        ),
        ("title-page.xhtml.j2", "<div>" * 2_000 + "</div>" * 2_000),
    ],
)
def test_a_template_with_which_the_engine_fails_is_named(write: Write, template: str, text: str) -> None:
    path = f"templates/print/{template}"
    data, findings = write("pdf", "One.\n", files={path: text})
    assert (data, {(item.code, str(item.span)) for item in findings}) == (b"", {("PDF003", f"{path}:1:1")})


@pytest.mark.parametrize(
    ("language", "markdown", "line"),
    [
        ("en", "Text.", "EB Garamond, Work Sans: SIL Open Font License 1.1."),
        ("en", "`code`", "EB Garamond, Work Sans, JetBrains Mono: SIL Open Font License 1.1."),
        ("zh", "文", "EB Garamond，Work Sans，Noto Serif SC，Noto Sans CJK SC：SIL Open Font License 1.1。"),
    ],
)
def test_the_imprint_names_the_families_in_use(write: Write, language: str, markdown: str, line: str) -> None:
    book = "  chapters: [section.md]\n  publisher: Press\n  date: 2026-01-31\n"
    data, _ = write("pdf", markdown + "\n", book=book, more=f"lang: {language}\n")
    with pypdfium2.PdfDocument(data) as document:
        words = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    assert line.replace(" ", "") in words
    assert {"en": "Press,31January2026", "zh": "Press，2026年1月31日"}[language] in words


PEOPLE = (
    "  author:\n    - Ada Lovelace\n    - {name: Charles Babbage, role: edt}\n    - {name: Mary Somerville, role: edt}\n"
    "    - {name: Luigi Menabrea, role: trl}\n    - {name: Sophia Frend, role: cov}\n    - {name: George Airy, role: rev}\n"
    "  chapters: [section.md]\n"
)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            "Edited by Charles Babbage, Mary Somerville|Translated by Luigi Menabrea|Cover design by Sophia Frend"
            "|With contributions by George Airy",
        ),
        ("de", "Herausgegeben von Charles Babbage, Mary Somerville|Umschlag von Sophia Frend"),
        ("zh", "编者：Charles Babbage、Mary Somerville|封面设计：Sophia Frend"),
    ],
)
def test_each_person_has_their_role(write: Write, language: str, lines: str) -> None:
    data, _ = write("pdf", book=PEOPLE, more=f"lang: {language}\n")
    text = text_of(data)
    assert all(re.sub(r"\s", "", line) in re.sub(r"\s", "", text) for line in lines.split("|"))
    assert text.index("Ada Lovelace") < text.index("Charles Babbage") < text.index("Sophia Frend")


def test_book_without_an_author_starts_with_its_editor(write: Write) -> None:
    book = "  author: {name: Charles Babbage, role: edt}\n  chapters: [section.md]\n"
    data, _ = write("pdf", book=book)
    assert "A book\nEdited by Charles Babbage" in text_of(data).replace("\r", "")


def test_a_picture_that_cannot_be_painted_is_named_by_its_file() -> None:
    picture = Picture(path="source/a.svg", media_type="image/svg+xml", width=9, height=9)
    book = Book(metadata=METADATA, chapters=())
    message = "Failed to render SVG image picture:77ab: too far"
    problem = report_logged_error(message, {picture: "77ab"}, book, load_page_templates())
    assert str(problem) == (
        "source/a.svg:1:1: error[PDF001]: Failed to render SVG image source/a.svg: too far"
    )
    assert report_logged_error("No such font", {}, book, load_page_templates()).span is None


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("Failed to load image at 'http://e': ValueError: http://e is not a file of the book", "http://e"),
        (
            "Failed to load stylesheet at http://e/x: ValueError: http://e/x is not a file of the book",
            "http://e/x",
        ),
        ("columns are nested in more than 2 levels", "columns are nested"),
    ],
)
def test_an_error_that_a_template_causes_is_reported_at_its_line(
    tmp_path: Path, message: str, named: str
) -> None:
    (tmp_path / "print").mkdir()
    (tmp_path / "print/title-page.xhtml.j2").write_text(
        '<p/>\n<link href="http://e/x"/><p style="columns: 2"/>\n'
    )
    finding = report_logged_error(
        message, {}, Book(metadata=METADATA, chapters=()), load_page_templates(tmp_path)
    )
    assert finding.span is not None and str(finding.span) == "templates/print/title-page.xhtml.j2:2:1"
    assert named in finding.message and "ValueError" not in finding.message and finding.hint
