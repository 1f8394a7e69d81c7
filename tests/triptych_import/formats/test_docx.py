"""Test how the parts of a Word document are checked and read, without running pandoc."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from triptych_import.book import ImportFailedError
from triptych_import.formats import docx
from triptych_import.formats.docx import (
    can_read,
    find_comments_and_changes,
    find_lost_content,
    find_rejection_reason,
    read_language,
    set_base_styles,
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def pack(**parts: str | bytes) -> bytes:
    """Return an archive of XML parts, such as ``styles`` for ``word/styles.xml``, with their content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            wrapped = (
                content if isinstance(content, bytes) else f'<w:x xmlns:w="{W}" xmlns:a="{A}">{content}</w:x>'
            )
            archive.writestr(f"word/{name}.xml", wrapped)
    return out.getvalue()


def open_parts(**parts: str | bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(pack(**parts)))


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_word_documents_are_files_that_end_in_docx(tmp_path: Path) -> None:
    for name in ("a.docx", "B.DOCX", "c.doc"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "d.docx").mkdir()
    assert [can_read(tmp_path / name) for name in ("a.docx", "B.DOCX", "c.doc", "d.docx", "e.docx")] == [
        True, True, False, False, False
    ]  # fmt: skip


def test_a_document_has_at_most_5000_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "_MAX_PARTS", 2)
    assert find_rejection_reason(pack(a="", b="")) == ""
    assert (
        find_rejection_reason(pack(a="", b="", c="")) == "the document unpacks to more than 2 parts or 256 MB"
    )


def test_a_document_unpacks_to_at_most_256_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack(a=b"<a>1</a>", b=b"<b>1</b>")
    monkeypatch.setattr(docx, "_MAX_TOTAL_SIZE", 16)
    assert find_rejection_reason(data) == ""
    monkeypatch.setattr(docx, "_MAX_TOTAL_SIZE", 15)
    assert find_rejection_reason(data).startswith("the document unpacks to more than 5000 parts or 0 MB")


def test_an_xml_part_unpacks_to_at_most_32_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "MAX_XML_SIZE", 8)
    assert find_rejection_reason(pack(a=b"<a>1</a>")) == ""
    assert find_rejection_reason(pack(a=b"<a>12</a>")) == 'part "word/a.xml" unpacks to more than 0 MB'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"text", "the file is damaged or is not a Word document"),
        (pack(a=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), 'part "word/a.xml" declares XML entities, which are not allowed'),
        (pack(a=b"<a>"), 'part "word/a.xml" cannot be parsed: '),
        (pack(**{"n" * 100: b"<a>"}), f'part "word/{"n" * 75}" cannot be parsed: '),
    ],
)  # fmt: skip
def test_a_document_that_is_unsafe_or_damaged_is_rejected(data: bytes, reason: str) -> None:
    assert find_rejection_reason(data).startswith(reason)


def change(kind: str, text: str, **pairs: str) -> dict[str, Any]:
    attr = ["", [kind], [[key, value] for key, value in pairs.items()]]
    return {"t": "Span", "c": [attr, [{"t": "Str", "c": text}] if text else []]}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (change("insertion", "New", author="Eve"), 'tracked insertion by "Eve": "New"; accepted'),
        (change("deletion", "Old"), 'tracked deletion: "Old"; accepted, leaving out its text'),
        (change("paragraph-insertion", "", author="Eve"), 'tracked paragraph break by "Eve"; accepted'),
        (change("paragraph-deletion", ""), "tracked deletion of a paragraph break; accepted"),
        (change("comment-start", 'So "x"'), 'comment: "So ”x”"; omitted'),
        (change("insertion", "x" * 60), f'tracked insertion: "{"x" * 60}"; accepted'),
        (change("insertion", "x" * 61), f'tracked insertion: "{"x" * 59}…"; accepted'),
        (change("other", "x"), ""),
        ({"t": "Str", "c": "x"}, ""),
    ],
)
def test_comments_and_changes_are_reported(node: dict[str, Any], expected: str) -> None:
    findings = find_comments_and_changes({"blocks": [{"t": "Para", "c": [node]}]}, "a.docx")
    assert [f"{finding.message}; {finding.action}" for finding in findings] == (
        [expected] if expected else []
    )


def find_lost(text: str = "", **parts: str) -> list[str]:
    """Return the losses reported for a document of which pandoc read ``text``."""
    tree = {"blocks": [{"t": "Para", "c": [{"t": "Str", "c": text}]}], "meta": {}}
    with open_parts(**parts) as archive:
        return [
            f"{finding.message}; {finding.action}" for finding in find_lost_content(archive, tree, "a.docx")
        ]


def test_headers_and_footers_are_reported() -> None:
    texts = {"header1": run("Top  one"), "footer": run("Below"), "header2": "", "headers": run("No")}
    assert find_lost(**texts, document="") == [
        'footer "Below"; omitted, since the theme defines headers and footers',
        'header "Top one"; omitted, since the theme defines headers and footers',
    ]


def test_coloured_text_and_cells_are_counted() -> None:
    colours = "".join(
        run(text, f'<w:color w:val="{colour}"/>')
        for text, colour in (("a", "FF0000"), ("b", "00FF00"), ("", "FF0000"), ("c", "000000"), ("d", "auto"))
    )
    cells = "".join(f'<w:tcPr><w:shd w:fill="{colour}"/></w:tcPr>' for colour in ("FFFFFF", "auto", "AABBCC"))
    assert find_lost(
        "abcd", document=f"<w:p>{colours}{run('e')}</w:p>{cells}<w:tcPr/>".replace("e<", "<")
    ) == [
        "coloured text (2 times); kept without the colour",
        "table cell with a background colour; kept without the colour",
    ]


def test_drawings_that_are_not_images_are_counted() -> None:
    names = ("chart", "chart", "diagram", "picture", "wordprocessingShape")
    drawings = "".join(f'<a:graphicData uri="http://x/{name}"/>' for name in names)
    action = "omitted; insert it as an image to keep it"
    assert find_lost(document=drawings) == [
        f"chart (2 times); {action}", f"SmartArt drawing; {action}", f"shape; {action}"
    ]  # fmt: skip


def test_paragraphs_that_pandoc_did_not_read_are_reported() -> None:
    paragraphs = "".join(f"<w:p>{run(text)}</w:p>" for text in ("One, two", "Three", ""))
    notes = f"<w:p>{run('Four')}</w:p>"
    nested = f"<w:p>{run('Five')}<w:p>{run('Six')}</w:p></w:p>"
    assert find_lost("one two.", document=paragraphs + nested, footnotes=notes, endnotes=notes) == [
        f'pandoc did not read the text "{text}"; omitted' for text in ("Three", "Six", "Four", "Four")
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [('w:val="de-DE" w:eastAsia="zh-CN"', "de-DE"), ('w:eastAsia="zh-CN"', "zh-CN"), ("", "")],
)
def test_the_language_is_the_default_of_the_styles(language: str, expected: str) -> None:
    styles = (
        f"<w:docDefaults><w:rPrDefault><w:rPr><w:lang {language}/></w:rPr></w:rPrDefault></w:docDefaults>"
    )
    assert read_language(open_parts(styles=styles)) == expected
    assert read_language(open_parts(styles="<w:lang/>")) == read_language(open_parts(styles=b"<w")) == ""


def style(name: str, *, kind: str = "paragraph", base: str = "", level: str = "", marks: str = "") -> str:
    """Return a style whose id is its name without spaces."""
    inherited = f'<w:basedOn w:val="{base}"/>' if base else ""
    outline = f'<w:pPr><w:outlineLvl w:val="{level}"/></w:pPr>' if level else ""
    properties = f"<w:rPr>{marks}</w:rPr>" if marks else ""
    identifier = name.replace(" ", "")
    return (
        f'<w:style w:type="{kind}" w:styleId="{identifier}"><w:name w:val="{name}"/>{inherited}{outline}'
        f"{properties}</w:style>"
    )


def find_bases(*styles: str) -> dict[str, str]:
    """Return the names of the styles from which styles inherit after the known base styles are set."""
    data, _ = set_base_styles(pack(styles="".join(styles)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/styles.xml"))
    names = {item.get(f"{{{W}}}styleId"): item.find(f"{{{W}}}name").get(f"{{{W}}}val") for item in root}
    bases = {item.get(f"{{{W}}}styleId"): item.find(f"{{{W}}}basedOn") for item in root}
    return {names[key]: names[base.get(f"{{{W}}}val")] for key, base in bases.items() if base is not None}


@pytest.mark.parametrize(
    ("made", "base"),
    [
        (style("Ours", level="0"), "heading 1"),
        (style("Ours", level="5"), "heading 6"),
        (style("Ours", level="6"), ""),
        (style("Ours", level="9"), ""),
        (style("Ours", level="x"), ""),
        (style("Chapter Title"), "heading 1"),
        (style("Kapitelüberschrift"), "heading 1"),
        (style("Head A"), "heading 2"),
        (style("HeadingD numbered"), "heading 5"),
        (style("B-Head"), "heading 3"),
        (style("HeadE"), ""),
        (style("Code Block"), "Source Code"),
        (style("HTML Preformatted"), "Source Code"),
        (style("Codex"), ""),
        (style("Literal Bold", kind="character"), "Verbatim Char"),
        (style("Inline Code", kind="character"), "Verbatim Char"),
        (style("Code", kind="character"), "Verbatim Char"),
        (style("Literal"), ""),
        (style("Chapter Title", kind="character"), ""),
        (style("Code", kind="table"), ""),
    ],
)
def test_heading_and_code_styles_inherit_from_those_of_pandoc(made: str, base: str) -> None:
    bases = find_bases(made)
    assert list(bases.values()) == ([base] if base else [])


def test_style_that_inherits_from_a_known_one_is_unchanged() -> None:
    known = style("heading 2") + style("title")
    assert find_bases(known, style("Ours", base="heading2", level="4")) == {"Ours": "heading 2"}
    assert find_bases(known, style("Chapter Title", base="title")) == {"Chapter Title": "title"}


def test_the_level_is_inherited_and_the_base_replaced() -> None:
    first, second = style("First", level="2"), style("Second", base="First")
    assert find_bases(style("heading 3"), first, second) == {"First": "heading 3", "Second": "heading 3"}


def test_styles_that_inherit_from_each_other_end() -> None:
    assert find_bases(style("One", base="Two"), style("Two", base="One", level="0")) == {
        "One": "heading 1", "Two": "heading 1"
    }  # fmt: skip


def test_formats_of_character_styles_are_inherited_unless_switched_off() -> None:
    styles = (
        style("Base", kind="character", marks='<w:i/><w:b w:val="1"/>'),
        style("Own", kind="character", base="Base", marks='<w:b w:val="0"/><w:strike w:val="off"/>'),
        style("Small", kind="character", marks='<w:smallCaps w:val="true"/>'),
        style("None", kind="character", marks='<w:i w:val="false"/>'),
        style("Paragraph", marks="<w:i/>"),
    )
    _, formats = set_base_styles(pack(styles="".join(styles)))
    assert formats == {"Base": ("Emph", "Strong"), "Own": ("Emph",), "Small": ("SmallCaps",)}


def test_tracked_changes_are_accepted() -> None:
    text = f"<w:p>{run('a')}<w:ins>{run('b')}{run('c')}</w:ins><w:del>{run('d')}</w:del>{run('e')}</w:p>"
    data, _ = set_base_styles(pack(document=text + "<w:pPr><w:ins/></w:pPr>"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    assert "".join(root.itertext()) == "abce"
    assert len(list(root.iter(f"{{{W}}}ins"))) == 1  # the mark of an inserted paragraph break


def test_document_without_such_styles_keeps_its_parts() -> None:
    parts = {"styles": style("Normal"), "document": f"<w:p>{run('a')}</w:p>"}
    data, formats = set_base_styles(pack(**parts))
    with zipfile.ZipFile(io.BytesIO(data)) as archive, open_parts(**parts) as original:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: original.read(name) for name in original.namelist()
        }
    assert formats == {}


def test_a_document_that_is_rejected_names_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"text")
    with pytest.raises(ImportFailedError, match="the file is damaged or is not a Word document") as damaged:
        docx.read_book(path)
    assert (damaged.value.finding.code, str(damaged.value.finding.span)) == ("IMP002", "a.docx:1:1")
    monkeypatch.setattr(docx, "MAX_FILE_SIZE", 4)
    with pytest.raises(ImportFailedError, match="the file is damaged"):
        docx.read_book(path)
    monkeypatch.setattr(docx, "MAX_FILE_SIZE", 3)
    with pytest.raises(ImportFailedError, match="the document is larger than the limit of 0 MB"):
        docx.read_book(path)


@pytest.mark.parametrize(
    ("parts", "cells"),
    [
        ({"document": "<w:tc/><w:tc >a</w:tc><w:tcPr/>", "header": "<w:tc><w:p/></w:tc>"}, 3),
        ({"document": b"<x:tc/><tc></tc><tcx/>"}, 2),
        ({"document": "<w:p/>"}, 0),
    ],
)
def test_the_cells_of_all_tables_are_limited(
    tmp_path: Path, parts: dict[str, str | bytes], cells: int
) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(pack(**parts))
    docx.check_table_sizes(path, cells)
    if cells:
        message = f"the tables of the document have {cells} cells; the limit is {cells - 1}"
        with pytest.raises(ImportFailedError, match=message) as failed:
            docx.check_table_sizes(path, cells - 1)
        assert failed.value.finding.code == "IMP003"


def test_unreadable_tables_are_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"text")
    docx.check_table_sizes(path, 0)
    path.write_bytes(pack(a="<w:tc/>", b=""))
    monkeypatch.setattr(docx, "_MAX_PARTS", 1)
    docx.check_table_sizes(path, 0)
    monkeypatch.setattr(docx, "_MAX_PARTS", 2)
    with pytest.raises(ImportFailedError):
        docx.check_table_sizes(path, 0)
    monkeypatch.setattr(docx, "MAX_XML_SIZE", 8)
    docx.check_table_sizes(path, 0)
