"""Import Word documents, parsed by pandoc. Each top-level heading begins a chapter."""

from __future__ import annotations

import io
import json
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from triptych.diagnostics import Span
from triptych.engine.processes.limits import WORD_LIMITS, report_position
from triptych.engine.processes.programs import ProgramError, run_pandoc
from triptych.media.xml_parsing import explain_xml_error, parse_untrusted_xml
from triptych.ooxml.validation import declares_entities
from triptych.project import MAX_FILE_SIZE, to_text
from triptych_import.book import Draft, ImportFailedError, ImportFinding, Metadata, SourceBook
from triptych_import.chapters import split_chapters
from triptych_import.formats.docx_tree import collect_text, convert_tree, walk_tree
from triptych_import.project import parse_date

SOURCE_DESCRIPTION = "a Word document (*.docx)"
_CORE_PROPERTIES_PART = "docProps/core.xml"
_FORMAT = "markdown-simple_tables-multiline_tables-raw_attribute"


def can_read(path: Path) -> bool:
    """Return whether a file is a Word document."""
    return path.is_file() and path.suffix.lower() == ".docx"


def read_book(path: Path) -> SourceBook:
    """Read the book from a Word document."""
    report_position(path.name)
    too_large = path.stat().st_size > MAX_FILE_SIZE
    data = b"" if too_large else path.read_bytes()
    limit = f"the document is larger than the limit of {MAX_FILE_SIZE >> 20} MB"
    reason = limit if too_large else find_rejection_reason(data)
    if not reason:
        try:
            return _convert_document(path, data)
        except ProgramError as failure:
            reason = " ".join(str(failure).split())[:300]
    hint = "fix the problem in Word and save the document again"
    raise ImportFailedError("IMP002", Span(path=path.name), reason, hint)


def _convert_document(path: Path, data: bytes) -> SourceBook:
    rebased, formats = set_base_styles(data)
    read_tree = _parse_document(rebased)
    tree, findings = convert_tree(read_tree, path.name, formats)
    findings += find_comments_and_changes(_parse_document(data, "--track-changes=all"), path.name)
    # Footnotes are written after the block that refers to them, so that they stay in its chapter.
    options = ["-f", "json", "-t", _FORMAT, "--wrap=none", "--reference-location=block"]
    text = run_pandoc(["--sandbox", *options], json.dumps(tree).encode(), WORD_LIMITS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {
            info.filename.removeprefix("word/"): archive.read(info)  # the paths that pandoc gives to images
            for info in archive.infolist()
            if info.filename.startswith("word/media/") and info.file_size <= MAX_PART_SIZE
        }
        properties = _read_properties(archive)
        findings += find_lost_content(archive, read_tree, path.name)
        properties.setdefault("language", read_language(archive))
    parts = split_chapters(Draft.from_text(path.name, text.decode("utf-8")), opening_title="Opening")
    if not parts.chapter_level:
        message = "no chapter headings found"
        findings.append(ImportFinding(path=path.name, message=message, action="imported as one chapter"))
    metadata = _read_metadata(tree.get("meta", {}), properties, path)
    return SourceBook(metadata=metadata, sections=parts.sections, files=files, findings=tuple(findings))


def _parse_document(data: bytes, *options: str) -> Any:
    return json.loads(
        run_pandoc(["--sandbox", "-f", "docx+styles", "-t", "json", *options], data, WORD_LIMITS)
    )


def _read_properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """Map the names of the document's properties to their values."""
    root = read_xml_part(archive, _CORE_PROPERTIES_PART)
    if root is None:
        return {}
    properties = {
        etree.QName(node).localname: (node.text or "").strip() for node in root if isinstance(node.tag, str)
    }
    return {name: text for name, text in properties.items() if text}


def _read_metadata(meta: dict[str, Any], properties: dict[str, str], path: Path) -> Metadata:
    """Return the metadata in the document's title block, or else in its properties."""

    def read_words(value: Any) -> str:
        if value["t"] == "MetaList":
            return "; ".join(read_words(item) for item in value["c"])
        blocks = value["c"] if value["t"] == "MetaBlocks" else [{"t": "Plain", "c": value["c"]}]
        document = json.dumps({"pandoc-api-version": [1, 23], "meta": {}, "blocks": blocks}).encode()
        options = ["--sandbox", "-f", "json", "-t", "plain", "--wrap=none"]
        return run_pandoc(options, document, WORD_LIMITS).decode().strip()

    keys = ("title", "subtitle", "author", "date")
    block = {key: read_words(meta[key]) for key in keys if key in meta}
    authors = re.split(r"\s*;\s*", block.get("author") or properties.get("creator", ""))
    stem = to_text(path.stem).replace("-", " ").replace("_", " ")
    return Metadata(
        title=block.get("title") or properties.get("title") or stem,
        subtitle=block.get("subtitle", ""),
        authors=tuple(name for name in authors if name),
        date=parse_date(block.get("date", "")) or parse_date(properties.get("created", "")[:10]),
        language=properties.get("language", ""),
        description=properties.get("description", ""),
    )


MAX_PART_SIZE = 64 << 20  # bytes, unpacked
MAX_XML_SIZE = 32 << 20
_MAX_TOTAL_SIZE = 256 << 20
_MAX_PARTS = 5_000
MAX_CELLS = 40_000  # of all tables in a document
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?tc[\s/>]")
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError
)  # fmt: skip
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLACK = ("auto", "000000", "")
_DRAWINGS = {
    "chart": "chart", "diagram": "SmartArt drawing", "wordprocessingShape": "shape",
    "wordprocessingGroup": "group of shapes", "wordprocessingCanvas": "drawing canvas",
}  # fmt: skip
_CHANGES = {
    "insertion": ("tracked insertion", "accepted"),
    "deletion": ("tracked deletion", "accepted, leaving out its text"),
    "paragraph-insertion": ("tracked paragraph break", "accepted"),
    "paragraph-deletion": ("tracked deletion of a paragraph break", "accepted"),
    "comment-start": ("comment", "omitted"),
}
_MAX_QUOTED_LENGTH = 60


def find_rejection_reason(data: bytes) -> str:
    """Return why pandoc must not read a document, or "" if the document is within the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return next(_find_rejection_reasons(archive), "")
    except _DAMAGES:
        return "the file is damaged or is not a Word document"


def check_table_sizes(path: Path, limit: int) -> None:
    """Raise ``ImportFailedError`` if the tables of a document have more than ``limit`` cells."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if _unpacks_too_large(parts):
                return
            texts = (
                archive.read(info)
                for info in parts
                if info.filename.lower().endswith(".xml") and info.file_size <= MAX_XML_SIZE
            )
            cells = sum(len(_CELL.findall(text)) for text in texts)
    except _DAMAGES:
        return  # ``find_rejection_reason`` reports this
    if cells > limit:
        message = f"the tables of the document have {cells:,} cells; the limit is {limit:,}"
        hint = "split the document, or use `--limits trusted` for a large document of your own"
        raise ImportFailedError("IMP003", Span(path=path.name), message, hint)


def _unpacks_too_large(parts: Sequence[zipfile.ZipInfo]) -> bool:
    return len(parts) > _MAX_PARTS or sum(info.file_size for info in parts) > _MAX_TOTAL_SIZE


def _find_rejection_reasons(archive: zipfile.ZipFile) -> Iterator[str]:
    parts = archive.infolist()
    if _unpacks_too_large(parts):
        yield f"the document unpacks to more than {_MAX_PARTS} parts or {_MAX_TOTAL_SIZE >> 20} MB"
        return
    for info in parts:
        if not info.filename.lower().endswith((".xml", ".rels")):
            continue
        if info.file_size > MAX_XML_SIZE:
            yield f'part "{info.filename[:80]}" unpacks to more than {MAX_XML_SIZE >> 20} MB'
            return
        content = archive.read(info)
        if declares_entities(content):
            yield f'part "{info.filename[:80]}" declares XML entities, which are not allowed'
        try:
            parse_untrusted_xml(content)
        except etree.XMLSyntaxError as error:
            yield f'part "{info.filename[:80]}" cannot be parsed: {explain_xml_error(error)}'


def read_xml_part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """Return the root element of an XML part in a document, or None if it is missing or malformed."""
    if name not in archive.namelist():
        return None
    try:
        return parse_untrusted_xml(archive.read(name))
    except etree.XMLSyntaxError:
        return None


def find_comments_and_changes(tree: dict[str, Any], name: str) -> Iterator[ImportFinding]:
    """Yield a finding for each comment and tracked change.

    ``tree`` is pandoc's tree with ``--track-changes=all``.
    """
    for node in walk_tree(tree["blocks"]):
        (_, classes, pairs), inner = node["c"] if node.get("t") == "Span" else (("", (), ()), ())
        kind = next((kind for kind in _CHANGES if kind in classes), None)
        if kind is None:
            continue
        author = next((value for key, value in pairs if key == "author"), "")
        words = _shorten_text(collect_text(inner))
        message, action = _CHANGES[kind]
        message = f'{message} by "{author}"' if author else message
        yield ImportFinding(path=name, message=f'{message}: "{words}"' if words else message, action=action)


def find_lost_content(archive: zipfile.ZipFile, tree: dict[str, Any], name: str) -> Iterator[ImportFinding]:
    """Yield findings for headers, footers, colours, drawings, and text missing from pandoc's tree."""
    for file in sorted(archive.namelist()):
        kind = re.fullmatch(r"word/(header|footer)\d*\.xml", file)
        if words := _read_text(read_xml_part(archive, file)) if kind else "":
            message = f'{kind.group(1) if kind else ""} "{_shorten_text(words)}"'
            action = "omitted, since the theme defines headers and footers"
            yield ImportFinding(path=name, message=message, action=action)
    document = read_xml_part(archive, "word/document.xml")
    if document is None:
        return
    counts: Counter[str] = Counter()
    for run in document.iter(f"{_W}r"):
        colour = run.find(f"{_W}rPr/{_W}color")
        is_coloured = colour is not None and colour.get(f"{_W}val", "") not in _BLACK
        counts["coloured text"] += is_coloured and bool(_read_text(run))
    for cell in document.iter(f"{_W}tcPr"):
        shade = cell.find(f"{_W}shd")
        is_shaded = shade is not None and shade.get(f"{_W}fill", "auto") not in ("auto", "FFFFFF", "")
        counts["table cell with a background colour"] += is_shaded
    colours = set(counts)
    for data in document.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"):
        if drawing := _DRAWINGS.get(posixpath.basename(data.get("uri", ""))):
            counts[drawing] += 1
    for kind_of_content, count in counts.items():
        if count:
            message = kind_of_content if count == 1 else f"{kind_of_content} ({count} times)"
            is_colour = kind_of_content in colours
            action = "kept without the colour" if is_colour else "omitted; insert it as an image to keep it"
            yield ImportFinding(path=name, message=message, action=action)
    yield from _find_missing_text(archive, document, tree, name)


def read_language(archive: zipfile.ZipFile) -> str:
    """Return the default language of a document, or "" if it is unknown."""
    styles = read_xml_part(archive, "word/styles.xml")
    language_element = styles.find(f"{_W}docDefaults//{_W}lang") if styles is not None else None
    if language_element is None:
        return ""
    return str(language_element.get(f"{_W}val") or language_element.get(f"{_W}eastAsia") or "")


def _find_missing_text(
    archive: zipfile.ZipFile, document: etree._Element, tree: dict[str, Any], name: str
) -> Iterator[ImportFinding]:
    """Yield a finding for each paragraph whose text is missing from pandoc's tree."""
    text_read = _normalise_words(collect_text([tree["blocks"], *tree.get("meta", {}).values()]))
    notes = (read_xml_part(archive, f"word/{kind}notes.xml") for kind in ("foot", "end"))
    for source in (document, *(part for part in notes if part is not None)):
        for paragraph in source.iter(f"{_W}p"):
            words = _read_text(paragraph)
            if words and _normalise_words(words) not in text_read and paragraph.find(f".//{_W}p") is None:
                message = f'pandoc did not read the text "{_shorten_text(words)}"'
                yield ImportFinding(path=name, message=message, action="omitted")


def _read_text(node: etree._Element | None) -> str:
    """Return the text of an XML part or a paragraph, without deleted text."""
    if node is None:
        return ""
    return " ".join("".join(text.text or "" for text in node.iter(f"{_W}t")).split())


def _normalise_words(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _shorten_text(text: str) -> str:
    text = " ".join(text.split()).replace('"', "”")
    return text if len(text) <= _MAX_QUOTED_LENGTH else text[: _MAX_QUOTED_LENGTH - 1] + "…"


_STYLES_PART, _DOCUMENT_PART = "word/styles.xml", "word/document.xml"
_CODE, _CODE_IN_LINE = "Source Code", "Verbatim Char"
_TITLE = re.compile(r"chapter(?:title|name)|kapitel(?:titel|überschrift)")
_LETTERED = re.compile(r"head(?:ing)?([a-d])(?:number(?:ed)?|exercise)?|([a-d])-?head(?:ing)?")
_LISTING = re.compile(
    r"code(?:block|wide|text|annotated|paragraph|listing|sample|example)?|program(?:listing|code)?|source(?:text)?"
    r"|(?:html)?preformatted(?:text)?|quellcode|listing(?:code)?|macrotext|console|terminal"
)
_LITERAL = re.compile(
    r"literal\w*|(?:inline|html)code|code(?:intext|char|inline|zchn)?|codecharacter|sourcetext|teletype|computercode"
)
_MAX_DEPTH = 6
_ELEMENTS = {"i": "Emph", "b": "Strong", "smallCaps": "SmallCaps", "strike": "Strikeout"}


def set_base_styles(data: bytes) -> tuple[bytes, dict[str, tuple[str, ...]]]:
    """Make styles inherit from styles supported by pandoc, and accept tracked changes.

    Return the document, and a mapping from character styles to pandoc elements such as ``Emph``, since pandoc
    ignores their formatting. Pandoc would drop insertions in code if changes were not accepted.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root, document = read_xml_part(archive, _STYLES_PART), read_xml_part(archive, _DOCUMENT_PART)
        formats = dict(_find_character_formats(root)) if root is not None else {}
        changed_parts: dict[str, bytes] = {}
        if root is not None and _set_known_base_styles(root):
            changed_parts[_STYLES_PART] = etree.tostring(root)
        if document is not None and _accept_changes(document):
            changed_parts[_DOCUMENT_PART] = etree.tostring(document)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive_out:
            for info in archive.infolist():
                archive_out.writestr(info, changed_parts.get(info.filename) or archive.read(info))
    return out.getvalue(), formats


def _accept_changes(document: etree._Element) -> bool:
    """Accept tracked insertions and deletions; return whether there were any."""
    changes = [mark for mark in document.iter(f"{_W}del", f"{_W}ins") if len(mark)]
    for mark in changes:
        if (parent := mark.getparent()) is not None:
            index = parent.index(mark)
            parent[index : index + 1] = list(mark) if mark.tag == f"{_W}ins" else []
    return bool(changes)


def _find_character_formats(root: etree._Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    styles = {style.get(f"{_W}styleId", ""): style for style in root.iter(f"{_W}style")}
    for style in styles.values():
        if style.get(f"{_W}type") != "character":
            continue
        marks: dict[str, bool] = {}
        for ancestor in _list_ancestors(style, styles):
            for name in _ELEMENTS:
                mark = ancestor.find(f"{_W}rPr/{_W}{name}")
                if mark is not None:
                    marks.setdefault(name, mark.get(f"{_W}val", "1") not in ("0", "false", "off"))
        formats = tuple(element for name, element in _ELEMENTS.items() if marks.get(name))
        if formats:
            yield _get_style_name(style), formats


def _set_known_base_styles(root: etree._Element) -> bool:
    """Make heading and code styles inherit from pandoc's styles; return whether there are any."""
    styles = {style.get(f"{_W}styleId", ""): style for style in root.iter(f"{_W}style")}
    base_styles = dict(_find_base_styles(styles))
    for identifier, base in base_styles.items():
        style = styles[identifier]
        below = style.find(f"{_W}basedOn")
        if below is None:
            below = etree.Element(f"{_W}basedOn")
            style.insert(1, below)  # after the element with the style's name
        if style.find(f"{_W}rPr") is None:  # pandoc ignores the base of a character style without ``rPr``
            etree.SubElement(style, f"{_W}rPr")
        below.set(f"{_W}val", _find_or_add_style(root, base, style.get(f"{_W}type", "")))
    return bool(base_styles)


def _find_base_styles(styles: Mapping[str, etree._Element]) -> Iterator[tuple[str, str]]:
    """Yield the id of each style for headings or code, and the name of pandoc's style to inherit from."""
    for identifier, style in styles.items():
        line = list(_list_ancestors(style, styles))
        names = [_get_style_name(ancestor) for ancestor in line]
        if any(name.startswith(("heading ", "title")) or name in (_CODE, _CODE_IN_LINE) for name in names):
            continue
        folded_name = re.sub(r"[\s_-]+", "", names[0]).casefold()
        if style.get(f"{_W}type") == "paragraph":
            level = next((level for ancestor in line if (level := _get_outline_level(ancestor))), 0)
            level = level or _guess_heading_level(folded_name)
            if level:
                yield identifier, f"heading {level}"
            elif _LISTING.fullmatch(folded_name):
                yield identifier, _CODE
        elif style.get(f"{_W}type") == "character" and _LITERAL.fullmatch(folded_name):
            yield identifier, _CODE_IN_LINE


def _list_ancestors(style: etree._Element, styles: Mapping[str, etree._Element]) -> Iterator[etree._Element]:
    """Yield a style and all styles that it inherits from, directly or indirectly."""
    seen: set[str] = set()
    while style.get(f"{_W}styleId", "") not in seen:
        seen.add(style.get(f"{_W}styleId", ""))
        yield style
        below = style.find(f"{_W}basedOn")
        style = styles.get(below.get(f"{_W}val", ""), style) if below is not None else style


def _get_style_name(style: etree._Element) -> str:
    name = style.find(f"{_W}name")
    return name.get(f"{_W}val", "") if name is not None else ""


def _get_outline_level(style: etree._Element) -> int:
    """Return the outline level of a style (ISO 29500-1, 17.3.1.20), counted from 1, or 0 for body text."""
    level = style.find(f"{_W}pPr/{_W}outlineLvl")
    value = level.get(f"{_W}val", "9") if level is not None else "9"
    return int(value) + 1 if value.isdecimal() and int(value) < _MAX_DEPTH else 0


def _guess_heading_level(style_name: str) -> int:
    if _TITLE.fullmatch(style_name):
        return 1
    match = _LETTERED.fullmatch(style_name)
    return "abcd".index(match.group(1) or match.group(2)) + 2 if match else 0


def _find_or_add_style(root: etree._Element, name: str, kind: str) -> str:
    """Return the id of the style with this name and type; add the style if it is missing."""
    for style in root.iter(f"{_W}style"):
        if _get_style_name(style) == name and style.get(f"{_W}type") == kind:
            return str(style.get(f"{_W}styleId"))
    style_element = etree.SubElement(root, f"{_W}style")
    style_element.set(f"{_W}type", kind)
    style_element.set(f"{_W}styleId", name.title().replace(" ", ""))
    etree.SubElement(style_element, f"{_W}name").set(f"{_W}val", name)
    return name.title().replace(" ", "")
