"""Test Word documents: captions, references, styles, and messages on unsupported content."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph

from tests.conftest import tiny_png
from tests.triptych_import.conftest import Result
from triptych.diagnostics import has_errors
from triptych.engine.processes import limits
from triptych.engine.processes.programs import find_pandoc, run_program
from triptych.model.nodes import CodeBlock, Figure, Heading, Table
from triptych.model.walk import chapter_nodes, plain_text
from triptych_import import ImportFailedError, import_book, import_into_folder
from triptych_import.formats.docx import check_table_sizes


def element(name: str, text: str = "", /, **attributes: str) -> OxmlElement:
    oxml_element = OxmlElement(name)
    for key, value in attributes.items():
        oxml_element.set(qn(f"w:{key}"), value)
    oxml_element.text = text
    return oxml_element


def field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """Return a field as Word writes it: its beginning, instruction, result and end."""
    for kind, inner in (("begin", None), ("", instruction), ("separate", None), ("", shown), ("end", None)):
        run = paragraph.add_run(inner if kind == "" and inner == shown else "")
        if kind:
            run._r.append(element("w:fldChar", fldCharType=kind))
        elif inner == instruction:
            run._r.append(element("w:instrText", f" {instruction} "))


def caption(document: docx.document.Document, word: str, number: str, words: str, mark: str) -> None:
    paragraph = document.add_paragraph(style="Caption")
    paragraph._p.append(element("w:bookmarkStart", id=number, name=mark))
    paragraph.add_run(f"{word} ")
    field(paragraph, f"SEQ {word} \\* ARABIC", number)
    paragraph._p.append(element("w:bookmarkEnd", id=number))
    paragraph.add_run(words)


def changed(kind: str, words: str) -> OxmlElement:
    change = element(f"w:{kind}", id="9", author="Eve", date="2024-01-01T00:00:00Z")
    run = OxmlElement("w:r")
    run.append(element("w:delText" if kind == "del" else "w:t", words))
    change.append(run)
    return change


@pytest.fixture
def path(tmp_path: Path) -> Path:
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = "Das Buch", "Ada Byron; Bob Ray"
    document.add_heading("Eins", 1)
    document.add_picture(io.BytesIO(tiny_png(40, 30)))
    document.inline_shapes[0]._inline.docPr.set("descr", "A blue box")
    caption(document, "Abbildung", "1", "  Die Kiste", "_Ref1")
    paragraph = document.add_paragraph("Siehe ")
    field(paragraph, "REF _Ref1 \\h", "Abbildung 1")
    paragraph.add_run(" und ")
    field(paragraph, "REF _Ref2 \\h", "Tabelle 1")
    paragraph.add_run(" in Rot").font.color.rgb = RGBColor(255, 0, 0)
    caption(document, "Tabelle", "1", ": Zahlen", "_Ref2")
    table = document.add_table(2, 2)
    for cell, text in zip([cell for row in table.rows for cell in row.cells], "ab12", strict=True):
        cell.text = text
    document.styles.add_style("Mein Kasten", WD_STYLE_TYPE.PARAGRAPH)
    document.styles.add_style("Hinweis", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Im Kasten", style="Mein Kasten")
    document.add_paragraph("Ein Hinweis", style="Hinweis")
    document.add_paragraph("Ein Zitat", style="Intense Quote")
    document.sections[0].header.paragraphs[0].text = "Kopf"
    document.sections[0].footer.paragraphs[0].text = "Fuß"
    document.add_heading("Zwei", 1)
    paragraph = document.add_paragraph("Worte.")
    document.add_comment(runs=paragraph.runs, text="Stimmt das?", author="Eve", initials="E")
    paragraph._p.append(changed("ins", " Dazu."))
    paragraph._p.append(changed("del", " Fort."))
    document.save(str(tmp_path / "buch.docx"))
    return tmp_path / "buch.docx"


def test_captions_and_references_are_ours(path: Path, read_import: Callable[[Path], Result]) -> None:
    result = read_import(path)
    assert not has_errors(result.found), result.found
    text = result.text("01-eins.md")
    assert "Siehe @fig-1 und @tbl-1" in text
    nodes = list(chapter_nodes(result.book.chapters[0]))
    figure = next(node for node in nodes if isinstance(node, Figure))
    table = next(node for node in nodes if isinstance(node, Table))
    assert (figure.attr.id, plain_text(figure.caption)) == ("fig-1", "Die Kiste")
    assert (table.attr.id, plain_text(table.caption), len(table.head)) == ("tbl-1", "Zahlen", 1)
    assert "A blue box" in repr(figure)


def test_styles_are_classes(path: Path, read_import: Callable[[Path], Result]) -> None:
    text = read_import(path).text("01-eins.md")
    assert "::: mein-kasten\nIm Kasten\n:::" in text
    assert "::: callout-note\nEin Hinweis\n:::" in text
    assert "> Ein Zitat" in text
    assert "custom-style" not in text


def test_tracked_changes_are_accepted_and_omissions_reported(path: Path) -> None:
    imported = import_book(path)
    assert b"Worte. Dazu." in imported.files["source/02-zwei.md"]
    assert b"Fort" not in imported.files["source/02-zwei.md"]
    assert [f"{finding.message}; {finding.action}" for finding in imported.findings] == [
        "coloured text; kept without the colour",
        'comment by "Eve": "Stimmt das?"; omitted',
        'custom style "Mein Kasten" (1 passage); kept as class "mein-kasten"',
        'footer "Fuß"; omitted, since the theme defines headers and footers',
        'header "Kopf"; omitted, since the theme defines headers and footers',
        'tracked deletion by "Eve": "Fort."; accepted, leaving out its text',
        'tracked insertion by "Eve": "Dazu."; accepted',
    ]


def test_unread_text_is_reported(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("One", 1)
    paragraph = document.add_paragraph("Text.")
    unknown = OxmlElement("w:unknown")
    inner = OxmlElement("w:p")
    run = OxmlElement("w:r")
    run.append(element("w:t", "Words in a frame that nobody reads"))
    inner.append(run)
    unknown.append(inner)
    paragraph._p.addnext(unknown)
    document.save(str(tmp_path / "a.docx"))
    findings = [
        f"{finding.message}; {finding.action}" for finding in import_book(tmp_path / "a.docx").findings
    ]
    assert 'pandoc did not read the text "Words in a frame that nobody reads"; omitted' in findings


def test_table_of_contents_is_removed_and_reported(tmp_path: Path) -> None:
    document = docx.Document()
    document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("One\t1", style="toc 1")
    document.add_heading("One", 1)
    document.add_paragraph("Text.")
    document.save(str(tmp_path / "a.docx"))
    imported = import_book(tmp_path / "a.docx")
    assert imported.section_count == 1
    assert any(finding.message == "table of contents" for finding in imported.findings)


@pytest.fixture
def publishers(tmp_path: Path) -> Path:
    """Return a manuscript in the styles of a publisher, none of which is built into Word."""
    document = docx.Document()
    for name in ("ChapterTitle", "HeadA", "Code", "Section of ours"):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    document.styles["Section of ours"].element.get_or_add_pPr().append(element("w:outlineLvl", val="1"))
    for name in ("Literal", "Foreign"):
        document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    document.styles["Foreign"].font.italic = True
    document.add_paragraph("Eggs", style="ChapterTitle")
    document.add_paragraph("Sizes", style="HeadA")
    paragraph = document.add_paragraph("A ")
    paragraph.add_run("bon mot", style="Foreign")
    paragraph.add_run(" of ")
    paragraph.add_run("len()", style="Literal")
    for line in ("for egg in eggs:", "    boil(egg)"):
        document.add_paragraph(line, style="Code")
    document.paragraphs[-1]._p.append(changed("ins", "  # long"))
    document.add_paragraph("Colours", style="Section of ours")
    marked = document.add_paragraph("White.")
    field(marked, 'XE "colour:of eggs"', "")
    document.add_paragraph("Hens", style="ChapterTitle")
    document.add_paragraph("Cluck.")
    document.save(str(tmp_path / "eggs.docx"))
    return tmp_path / "eggs.docx"


def test_publisher_styles_become_classes(publishers: Path, read_import: Callable[[Path], Result]) -> None:
    result = read_import(publishers)
    assert [plain_text(chapter.title) for chapter in result.book.chapters] == ["Eggs", "Hens", "Index"]
    nodes = list(chapter_nodes(result.book.chapters[0]))
    headings = [plain_text(node.content) for node in nodes if isinstance(node, Heading)]
    assert headings == ["Sizes", "Colours"]
    (listing,) = [node for node in nodes if isinstance(node, CodeBlock)]
    assert listing.text == "for egg in eggs:\n    boil(egg)  # long"
    text = result.text("01-eggs.md")
    assert "A *bon mot* of `len()`" in text
    assert "\\index{colour!of eggs}" in text


def test_captions_of_documents_by_pandoc_are_kept(
    tmp_path: Path, read_import: Callable[[Path], Result]
) -> None:
    (tmp_path / "box.png").write_bytes(tiny_png(40, 30))
    document = tmp_path / "pandoc.docx"
    markdown = f"# One\n\n![The box]({tmp_path / 'box.png'})\n".encode()
    run_program([find_pandoc(), "-f", "markdown", "-o", document], markdown)
    result = read_import(document)
    figure = next(node for node in chapter_nodes(result.book.chapters[0]) if isinstance(node, Figure))
    assert plain_text(figure.caption) == "The box"


@pytest.mark.parametrize(("rows", "is_refused"), [(100, False), (101, True)])
def test_oversized_tables_are_rejected_before_parsing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, is_refused: bool
) -> None:
    document = docx.Document()
    document.add_table(rows, 4)
    document.save(tmp_path / "a.docx")
    if not is_refused:
        check_table_sizes(tmp_path / "a.docx", 400)
        return
    monkeypatch.setattr("triptych_import.formats.docx.MAX_CELLS", 400)
    monkeypatch.setattr(limits, "choose_start_method", lambda: "fork")  # a new process has other limits
    with pytest.raises(ImportFailedError) as failed:
        import_into_folder(tmp_path / "out", tmp_path / "a.docx")
    assert str(failed.value.finding).splitlines()[0] == (
        "a.docx:1:1: error[IMP003]: the tables of the document have 404 cells; the limit is 400"
    )
    assert not (tmp_path / "out").exists()
