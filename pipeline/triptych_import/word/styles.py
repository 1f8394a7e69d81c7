"""Styles of a Word document that mean more to people than to pandoc, based on those that it knows.

Publishers and institutes have styles of their own for chapter titles, headings and code. Pandoc follows what
a style is based on, so a document is read with these based on Word's "heading 1" and so on, and on pandoc's
own "Source Code" and "Verbatim Char", which keep every space.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

from triptych_import.word.parts import part

_PART, _DOCUMENT = "word/styles.xml", "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
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
_DEEPEST = 6
_ELEMENTS = {"i": "Emph", "b": "Strong", "smallCaps": "SmallCaps", "strike": "Strikeout"}


def read_as_meant(data: bytes) -> tuple[bytes, dict[str, tuple[str, ...]]]:
    """A document → with its styles based on those that pandoc knows, and how the others of words look.

    The looks are pandoc's elements by the name of the style, such as ``Emph``: pandoc hands styles over
    without them. Tracked changes are accepted, since pandoc drops what was inserted into code.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root, document = part(archive, _PART), part(archive, _DOCUMENT)
        looks = dict(_looks(root)) if root is not None else {}
        changed: dict[str, bytes] = {}
        if root is not None and _rebase(root):
            changed[_PART] = etree.tostring(root)
        if document is not None and _accept(document):
            changed[_DOCUMENT] = etree.tostring(document)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
            for info in archive.infolist():
                written.writestr(info, changed.get(info.filename) or archive.read(info))
    return out.getvalue(), looks


def _accept(document: etree._Element) -> bool:
    """Put inserted runs in their places and take deleted ones out; whether there were any."""
    inserted = [mark for mark in document.iter(f"{_W}ins") if len(mark)]
    deleted = [mark for mark in document.iter(f"{_W}del") if len(mark)]
    for mark in deleted:
        if (parent := mark.getparent()) is not None:
            parent.remove(mark)
    for mark in inserted:
        parent = mark.getparent()
        if parent is not None:
            place = parent.index(mark)
            parent[place : place + 1] = list(mark)
    return bool(inserted or deleted)


def _looks(root: etree._Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    styles = {style.get(f"{_W}styleId", ""): style for style in root.iter(f"{_W}style")}
    for style in styles.values():
        if style.get(f"{_W}type") != "character":
            continue
        marks: dict[str, bool] = {}
        for ancestor in _line(style, styles):
            for name in _ELEMENTS:
                mark = ancestor.find(f"{_W}rPr/{_W}{name}")
                if mark is not None:
                    marks.setdefault(name, mark.get(f"{_W}val", "1") not in ("0", "false", "off"))
        found = tuple(element for name, element in _ELEMENTS.items() if marks.get(name))
        if found:
            yield _name(style), found


def _rebase(root: etree._Element) -> bool:
    """Base each style with a meaning on that which pandoc knows; whether there was one."""
    styles = {style.get(f"{_W}styleId", ""): style for style in root.iter(f"{_W}style")}
    wanted = dict(_meanings(styles))
    for identifier, base in wanted.items():
        style = styles[identifier]
        below = style.find(f"{_W}basedOn")
        if below is None:
            below = etree.Element(f"{_W}basedOn")
            style.insert(1, below)  # behind its name
        if style.find(f"{_W}rPr") is None:  # pandoc does not look below a style of words without one
            etree.SubElement(style, f"{_W}rPr")
        below.set(f"{_W}val", _style_called(root, base, style.get(f"{_W}type", "")))
    return bool(wanted)


def _meanings(styles: Mapping[str, etree._Element]) -> Iterator[tuple[str, str]]:
    """Ids of styles, with the name of the style that each should be based on."""
    for identifier, style in styles.items():
        line = list(_line(style, styles))
        names = [_name(ancestor) for ancestor in line]
        if any(name.startswith(("heading ", "title")) or name in (_CODE, _CODE_IN_LINE) for name in names):
            continue
        bare = re.sub(r"[\s_-]+", "", names[0]).casefold()
        if style.get(f"{_W}type") == "paragraph":
            level = next((level for ancestor in line if (level := _outline_level(ancestor))), 0)
            level = level or _level_by_name(bare)
            if level:
                yield identifier, f"heading {level}"
            elif _LISTING.fullmatch(bare):
                yield identifier, _CODE
        elif style.get(f"{_W}type") == "character" and _LITERAL.fullmatch(bare):
            yield identifier, _CODE_IN_LINE


def _line(style: etree._Element, styles: Mapping[str, etree._Element]) -> Iterator[etree._Element]:
    """A style and those that it is based on."""
    seen: set[str] = set()
    while style.get(f"{_W}styleId", "") not in seen:
        seen.add(style.get(f"{_W}styleId", ""))
        yield style
        below = style.find(f"{_W}basedOn")
        style = styles.get(below.get(f"{_W}val", ""), style) if below is not None else style


def _name(style: etree._Element) -> str:
    name = style.find(f"{_W}name")
    return name.get(f"{_W}val", "") if name is not None else ""


def _outline_level(style: etree._Element) -> int:
    """The level that Word's navigation gives a style (ISO 29500-1, 17.3.1.20), from 1; 0 for body text."""
    level = style.find(f"{_W}pPr/{_W}outlineLvl")
    value = level.get(f"{_W}val", "9") if level is not None else "9"
    return int(value) + 1 if value.isdecimal() and int(value) < _DEEPEST else 0


def _level_by_name(bare: str) -> int:
    if _TITLE.fullmatch(bare):
        return 1
    match = _LETTERED.fullmatch(bare)
    return "abcd".index(match.group(1) or match.group(2)) + 2 if match else 0


def _style_called(root: etree._Element, name: str, kind: str) -> str:
    """The id of a style by its name, which is added where there is none."""
    for style in root.iter(f"{_W}style"):
        if _name(style) == name and style.get(f"{_W}type") == kind:
            return str(style.get(f"{_W}styleId"))
    made = etree.SubElement(root, f"{_W}style")
    made.set(f"{_W}type", kind)
    made.set(f"{_W}styleId", name.title().replace(" ", ""))
    etree.SubElement(made, f"{_W}name").set(f"{_W}val", name)
    return name.title().replace(" ", "")
