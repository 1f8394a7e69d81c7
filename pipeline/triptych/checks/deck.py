"""Opens a finished ``.pptx`` again: would PowerPoint repair it, can everybody read it?

Schemas see little of what makes PowerPoint offer a repair. This looks for the rest: parts and
relationships that do not match (ECMA-376 Part 2), identifiers used twice, bodies without paragraphs;
and for what PowerPoint's accessibility checker looks for. Findings are CHK001.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from triptych.checks.alternatives import as_newest, as_oldest, problems
from triptych.diagnostics import Diagnostic
from triptych.model.nodes import LINK_SCHEMES

SMALLEST_TEXT = 11.0  # points

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_TYPES = "[Content_Types].xml"
_SCHEMES = tuple(f"{scheme}:" for scheme in sorted(LINK_SCHEMES))
_SLIDE_IDS = range(256, 2**31)


def check_deck(data: bytes) -> list[Diagnostic]:
    """Every finding of every check; an empty list for a sound deck."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            package = _Package({name: archive.read(name) for name in names}, names)
    except zipfile.BadZipFile:
        return [_finding("the file", "is not a zip archive")]
    findings: list[str] = [*_names(package), *_unreadable(package)]
    if not findings:
        findings = [finding for check in CHECKS for finding in check(package)]
    return [Diagnostic(code="CHK001", message=f"deck: {finding}") for finding in findings]


def _finding(where: str, what: str) -> Diagnostic:
    return Diagnostic(code="CHK001", message=f"deck: {where}: {what}")


@dataclass(frozen=True)
class _Relation:
    target: str
    kind: str
    external: bool


@dataclass(frozen=True)
class _Package:
    """Parts by name, with what the checks ask for again and again."""

    parts: dict[str, bytes]
    names: list[str]

    @cached_property
    def trees(self) -> dict[str, Any]:
        """Parsed parts; entities are never resolved."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        xml = (name for name in self.parts if name.endswith((".xml", ".rels")))
        return {name: etree.fromstring(self.parts[name], parser) for name in xml}

    @cached_property
    def relations(self) -> dict[str, dict[str, _Relation]]:
        """Relationships by the part they belong to, "" being the package, and by their id."""
        found = {}
        for name, tree in self.trees.items():
            if name.endswith(".rels"):
                folder, file = posixpath.split(name)
                source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
                found[source] = {item.get("Id"): _relation(source, item) for item in tree}
        return found

    def slides(self) -> Iterator[tuple[str, Any]]:
        """Slides in their order, with a name for messages."""
        relations = self.relations.get("ppt/presentation.xml", {})
        for number, identifier in enumerate(self.trees["ppt/presentation.xml"].iter(f"{_P}sldId"), 1):
            relation = relations.get(identifier.get(f"{_R}id"))
            if relation is not None and relation.target in self.trees:
                yield f"slide {number}", self.trees[relation.target]


def _relation(source: str, item: Any) -> _Relation:
    target = item.get("Target").split("#")[0]
    external = item.get("TargetMode") == "External"
    if not external:
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")
    return _Relation(target, item.get("Type"), external)


def _names(package: _Package) -> Iterator[str]:
    for name, count in Counter(name.lower() for name in package.names).items():
        if count > 1:
            yield f"{name}: the part is there {count} times, or names differ only in case"
    for needed in (_TYPES, "_rels/.rels", "ppt/presentation.xml"):
        if needed not in package.parts:
            yield f"{needed}: the part is missing"


def _unreadable(package: _Package) -> Iterator[str]:
    try:
        package.trees  # noqa: B018 - in almost all decks each part can be parsed
        return
    except etree.XMLSyntaxError:
        pass
    for name, data in package.parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
            except etree.XMLSyntaxError as error:
                yield f"{name}: not well-formed: {error.msg}"


def _content_types(package: _Package) -> Iterator[str]:
    tree = package.trees[_TYPES]
    overrides = {item.get("PartName")[1:] for item in tree if item.get("PartName")}
    defaults = {item.get("Extension").lower() for item in tree if item.get("Extension")}
    for part in sorted(overrides - package.parts.keys()):
        yield f"{part}: a content type for a part that is missing"
    for part in package.parts:
        if part != _TYPES and part not in overrides and part.rsplit(".", 1)[-1].lower() not in defaults:
            yield f"{part}: no content type"


def _relationships(package: _Package) -> Iterator[str]:
    for source, relations in package.relations.items():
        where = source or "the package"
        for identifier, relation in relations.items():
            if relation.external:
                if not relation.target.lower().startswith(_SCHEMES):
                    yield f"{where}: {identifier} points outside, to {relation.target}"
            elif relation.target not in package.parts:
                yield f"{where}: {identifier} points to {relation.target}, which is missing"
    for name, tree in package.trees.items():
        identifiers = [item.get("Id") for item in tree] if name.endswith(".rels") else []
        for identifier in sorted(key for key, count in Counter(identifiers).items() if count > 1):
            yield f"{name}: the relationship {identifier} is defined twice"
        known = package.relations.get(name, {})
        for value in tree.xpath("//@*[namespace-uri() = $uri]", uri=_R[1:-1]):
            if value and value not in known:
                element = etree.QName(value.getparent()).localname
                yield f"{name}: {element} names {value}, which is no relationship"


def _unreachable(package: _Package) -> Iterator[str]:
    reached: set[str] = set()
    waiting = [""]
    while waiting:
        for relation in package.relations.get(waiting.pop(), {}).values():
            if not relation.external and relation.target not in reached:
                reached.add(relation.target)
                waiting.append(relation.target)
    for part in package.parts:
        if part not in reached and part != _TYPES and not part.endswith(".rels"):
            yield f"{part}: nothing points to this part"


def _drawing(package: _Package) -> Iterator[str]:
    for name, tree in package.trees.items():
        for colour in tree.iter(f"{_A}srgbClr"):
            if not re.fullmatch("[0-9A-Fa-f]{6}", colour.get("val", "")):
                yield f"{name}: {colour.get('val')!r} is no colour"
        for body in tree.iter(f"{_A}txBody", f"{_P}txBody"):
            if body.find(f"{_A}p") is None:
                yield f"{name}: a text body without a paragraph"
        for cell in tree.iter(f"{_A}tc"):
            if cell.find(f"{_A}txBody") is None:
                yield f"{name}: a table cell without text body"
        for table in tree.iter(f"{_A}tbl"):
            columns = len(table.findall(f"{_A}tblGrid/{_A}gridCol"))
            if any(len(row.findall(f"{_A}tc")) != columns for row in table.findall(f"{_A}tr")):
                yield f"{name}: a table row does not have one cell for each column"
        for axis in tree.iter(f"{_C}axId"):
            if not axis.get("val", "").isdigit():
                yield f"{name}: the axis id {axis.get('val')} is no unsigned number"


def _identifiers(package: _Package) -> Iterator[str]:
    presentation = package.trees["ppt/presentation.xml"]
    slides = [item.get("id") for item in presentation.iter(f"{_P}sldId")]
    for identifier in _repeated(slides):
        yield f"presentation: the slide id {identifier} is used twice"
    for identifier in slides:
        if int(identifier) not in _SLIDE_IDS:
            yield f"presentation: the slide id {identifier} is out of range"
    layouts = [
        item.get("id")
        for tree in package.trees.values()
        for item in tree.iter(f"{_P}sldMasterId", f"{_P}sldLayoutId")
    ]
    for identifier in _repeated(layouts):
        yield f"masters: the id {identifier} is used twice"
    for name, tree in package.trees.items():
        for seen in (as_newest(tree), as_oldest(tree)) if name.startswith("ppt/slides/") else (tree,):
            yield from _repeated_shapes(name, seen)


def _repeated_shapes(name: str, tree: Any) -> Iterator[str]:
    for identifier in _repeated([item.get("id") for item in tree.iter(f"{_P}cNvPr")]):
        yield f"{name}: the shape id {identifier} is used twice"
    if name.startswith("ppt/slides/"):
        places = [(item.get("type", "obj"), item.get("idx", "0")) for item in tree.iter(f"{_P}ph")]
        for kind, index in _repeated(places):
            yield f"{name}: the placeholder {kind} {index} is filled twice"


def _repeated(values: list[Any]) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]


def _sections(package: _Package) -> Iterator[str]:
    presentation = package.trees["ppt/presentation.xml"]
    slides = [item.get("id") for item in presentation.iter(f"{_P}sldId")]
    listed = [item.get("id") for item in presentation.iter(f"{_P14}sldId")]
    for identifier in listed:
        if identifier not in slides:
            yield f"presentation: a section lists the slide {identifier}, which is missing"
    if listed and sorted(listed) != sorted(slides):
        yield "presentation: the sections do not list every slide once"


def _titles(package: _Package) -> Iterator[str]:
    seen: dict[str, str] = {}
    for where, slide in package.slides():
        kinds = {"title", "ctrTitle"}
        shapes = (
            shape
            for shape in slide.iter(f"{_P}sp")
            if (mark := shape.find(f".//{_P}ph")) is not None and mark.get("type") in kinds
        )
        title = "".join(text for shape in shapes for text in shape.itertext(f"{_A}t")).strip()
        if not title:
            yield f"{where}: no title"
        elif title in seen:
            yield f'{where}: the title "{title}" is that of {seen[title]} too'
        seen.setdefault(title, where)


def _alternative_texts(package: _Package) -> Iterator[str]:
    for where, slide in package.slides():
        for shape in slide.iter(f"{_P}pic", f"{_P}graphicFrame"):
            properties = next(shape.iter(f"{_P}cNvPr"))
            text = properties.get("descr", "").strip()
            decorative = any("decorative" in str(item.tag) for item in properties.iter())
            if not text and not decorative:
                yield f'{where}: "{properties.get("name")}" has no alternative text'
            elif re.fullmatch(r"\S+\.(png|jpe?g|svg|gif|webp)", text, re.IGNORECASE):
                yield f'{where}: the alternative text "{text}" is a file name'


def _text(package: _Package) -> Iterator[str]:
    for where, slide in package.slides():
        properties = [run.find(f"{_A}rPr") for run in slide.iter(f"{_A}r", f"{_A}fld")]
        if any(item is None or not item.get("lang") for item in properties):
            yield f"{where}: text without a language"
        sizes = [int(item.get("sz")) / 100 for item in slide.iter(f"{_A}rPr") if item.get("sz")]
        if sizes and min(sizes) < SMALLEST_TEXT:
            yield f"{where}: text of {min(sizes):g} points"


def _equations(package: _Package) -> Iterator[str]:
    for where, slide in package.slides():
        yield from (f"{where}: {problem}" for problem in dict.fromkeys(problems(slide)))


def _table_heads(package: _Package) -> Iterator[str]:
    for where, slide in package.slides():
        for table in slide.iter(f"{_A}tbl"):
            properties = table.find(f"{_A}tblPr")
            heads = {} if properties is None else properties.attrib
            if heads.get("firstRow") != "1" and heads.get("firstCol") != "1":
                yield f"{where}: a table without header cells"


CHECKS = (
    _content_types,
    _relationships,
    _unreachable,
    _drawing,
    _identifiers,
    _sections,
    _titles,
    _alternative_texts,
    _text,
    _equations,
    _table_heads,
)
