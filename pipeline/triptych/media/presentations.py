"""Check a project's PowerPoint template before other code opens it.

A presentation is a ZIP archive of XML files (ECMA-376 Part 2), so code that opens it is exposed to ZIP bombs,
entity expansion and external references. The file is therefore first read with a ZIP reader, and with an XML
parser that resolves nothing, and rejected if it contains anything that a template does not need.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree

from triptych.media.xml_names import explain_xml_error, parse_untrusted
from triptych.ooxml.measures import (
    declares_entities,
    find_invalid_parts,
    find_invalid_value,
    is_template_part,
)
from triptych.ooxml.packages import find_source, find_wrong_types, read_relations
from triptych.ooxml.xml import TYPES, P

MOST_PARTS = 3_000
LARGEST_PART = 64 << 20  # bytes, unpacked
LARGEST_XML = 20 << 20
LARGEST_WHOLE = 256 << 20
HIGHEST_RATIO = 200  # ratio of unpacked to compressed size; XML seldom exceeds 30
_RATIO_MATTERS = 1 << 20  # bytes: smaller parts may have any ratio

_ROOT = "_rels/.rels"
_KEPT = ("slideMaster", "slideLayout", "theme", "tableStyles")  # parts that are copied into a deck unchanged
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml."
_LAYOUT = f"{_MAIN}slideLayout+xml"
_PRESENTATION, _TEMPLATE, _SHOW = (
    f"{_MAIN}{kind}.main+xml" for kind in ("presentation", "template", "slideshow")
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # compound file: a .ppt or an encrypted document ([MS-CFB])
_SAVE_AS = "if PowerPoint can open the file, save it again as .pptx or .potx; otherwise use another copy"
REPAIR = "open the file in PowerPoint to repair it, and save it as .pptx or .potx"
_REMOVE = (
    "remove macros, controls, embedded objects and program actions in PowerPoint, and save the file again"
)

# Content types and relationships of active content and of embedded objects.
_RUNS = re.compile(r"macroenabled|vbaproject|activex|oleobject|x-msdownload", re.IGNORECASE)
_RUNNING_RELATIONS = re.compile(r"/(vbaProject|wordVbaData|oleObject|control|activeXControl\w*)$")
_RUNNING_ACTIONS = re.compile(rb"ppaction://(program|macro|ole)", re.IGNORECASE)
_LINKS = re.compile(r"(https?|mailto):", re.IGNORECASE)
_UNSAFE_NAME = re.compile(r"^/|\\|:|[\x00-\x1f]|%2e|%2f|%5c|(^|/)\.\.(/|$)", re.IGNORECASE)

# The root element of [Content_Types].xml or of a .rels part, and its children with their required attributes.
_Form: TypeAlias = tuple[str, Mapping[str, tuple[str, ...]]]
_OF_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_OF_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES_LIST: _Form = (
    f"{_OF_TYPES}Types",
    {
        f"{_OF_TYPES}Default": ("Extension", "ContentType"),
        f"{_OF_TYPES}Override": ("PartName", "ContentType"),
    },
)
_RELATIONS_LIST: _Form = (
    f"{_OF_RELATIONS}Relationships",
    {f"{_OF_RELATIONS}Relationship": ("Id", "Type", "Target")},
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why a presentation is rejected, and a hint for the author."""

    message: str
    hint: str | None = None


def find_refusals(data: bytes) -> list[Refusal]:
    """Return the reasons to reject a presentation, or an empty list if it is safe."""
    if data.startswith(_OLD_OFFICE):
        return [
            Refusal("the file is encrypted, or a .ppt from before 2007", f"{_SAVE_AS}, without a password")
        ]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = list(_check_archive(archive))
            return found or list(_check_contents(archive))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        return [Refusal("the file is not a PowerPoint file, or is damaged", _SAVE_AS)]


def _check_archive(archive: zipfile.ZipFile) -> Iterator[Refusal]:
    """Yield the problems in the ZIP archive's list of parts, without unpacking the parts."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        yield Refusal(f"the file has {len(parts):,} parts; the limit is {MOST_PARTS:,}")
        return
    seen: set[str] = set()
    whole = 0
    for part in parts:
        name = part.filename
        shown = ascii(name)[1:81].rstrip("'")
        whole += part.file_size
        if _UNSAFE_NAME.search(part.orig_filename):
            yield Refusal(f'the part name "{shown}" points outside the file')
        elif name.lower() in seen:
            yield Refusal(f'the file contains the part "{shown}" twice')
        elif part.flag_bits & 1:
            yield Refusal(f'the part "{shown}" is encrypted', f"{_SAVE_AS}, without a password")
        elif part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield Refusal(f'the part "{shown}" uses an unsupported compression method', _SAVE_AS)
        elif part.file_size > (LARGEST_XML if _is_xml(name) else LARGEST_PART) or whole > LARGEST_WHOLE:
            yield Refusal(f'the part "{shown}" exceeds the size limit of a template')
            return
        elif part.file_size > max(_RATIO_MATTERS, HIGHEST_RATIO * part.compress_size):
            yield Refusal(
                f'the part "{shown}" unpacks to more than {HIGHEST_RATIO} times its compressed size'
            )
        seen.add(name.lower())
    if TYPES not in archive.namelist() or _ROOT not in archive.namelist():
        opendocument = "mimetype" in seen and "content.xml" in seen
        what = (
            "the file is OpenDocument" if opendocument else "the file is a ZIP archive, not a PowerPoint file"
        )
        yield Refusal(what, "save the presentation as .pptx or .potx")


def _check_contents(archive: zipfile.ZipFile) -> Iterator[Refusal]:
    """Yield the problems in the parts: DTDs, active content, external references and invalid structure."""
    trees: dict[str, Any] = {}
    roots: dict[str, Any] = {}
    for name in archive.namelist():
        if name.endswith("/"):
            continue
        content = archive.read(name)  # also for its checksum
        if not _is_xml(name):
            continue
        if declares_entities(content):
            yield Refusal(f'the part "{name}" declares XML entities, which are not allowed')
            return
        try:
            tree = parse_untrusted(content)
        except etree.XMLSyntaxError as error:
            yield Refusal(f'the part "{name}" is not well-formed XML: {explain_xml_error(error)}', _SAVE_AS)
            return
        if name == TYPES or name.endswith(".rels"):
            if not _is_package_list(tree, _TYPES_LIST if name == TYPES else _RELATIONS_LIST):
                yield Refusal(f'the part "{name}" is not a valid list of parts', _SAVE_AS)
                return
            trees[name] = tree
            continue
        if is_template_part(tree):
            roots[name] = tree
            if odd := find_invalid_value(tree):
                yield Refusal(f'{odd} (in the part "{name}")', _SAVE_AS)
        if _RUNNING_ACTIONS.search(content):
            yield Refusal(f'an action in the part "{name}" starts a program', _REMOVE)
    types = trees.pop(TYPES)
    yield from _check_types(types)
    names = {name.lower() for name in archive.namelist()}
    for name, tree in trees.items():
        for relation in tree.iter("{*}Relationship"):
            yield from _check_relation(name, relation, names)
    pointing = {find_source(name): read_relations(tree, find_source(name)) for name, tree in trees.items()}
    wrong = [
        (f'the part "{source}"' if source else "the file", odd)
        for source, odd in find_invalid_parts(roots, pointing)
    ]
    wrong = wrong or [
        (f'the part "{part}"', f'is a {kind} but has the content type "{content_type}"')
        for part, kind, content_type in find_wrong_types(types, pointing)
        if kind in _KEPT
    ]
    yield from (Refusal(f"{what} {odd}", _SAVE_AS) for what, odd in wrong)


def _is_package_list(tree: Any, form: _Form) -> bool:
    """Return whether a content type or relationship part has a valid root, elements and attributes."""
    root, members = form
    return bool(tree.tag == root) and all(
        item.tag in members and all(item.get(name) for name in members[item.tag])
        for item in tree.iterchildren(etree.Element)
    )


def _check_types(types: Any) -> Iterator[Refusal]:
    kinds = [str(item.get("ContentType", "")) for item in types if isinstance(item.tag, str)]
    for kind in dict.fromkeys(kinds):
        if _RUNS.search(kind):
            yield Refusal(f'the file contains macros, controls or embedded objects ("{kind}")', _REMOVE)
    if not {_PRESENTATION, _TEMPLATE, _SHOW} & set(kinds) and not any(map(_RUNS.search, kinds)):
        yield Refusal("the file is an Office document, not a presentation", _SAVE_AS)


def _check_relation(name: str, relation: Any, names: set[str]) -> Iterator[Refusal]:
    """Yield a refusal if a relationship in the part ``name`` is active content or has a disallowed target.

    Targets must be internal or hyperlinks.
    """
    kind, target = relation.get("Type", ""), relation.get("Target", "")
    source = find_source(name)
    where = f'"{source}"' if name != _ROOT else "the file"
    if _RUNNING_RELATIONS.search(kind):
        yield Refusal(f"{where} contains a macro, a control or an embedded object", _REMOVE)
    elif relation.get("TargetMode") == "External":
        if not (kind.endswith("/hyperlink") and _LINKS.match(target)):
            what = kind.rpartition("/")[2] or "part"
            hint = f"embed the {what} instead of linking to it, and save the template again"
            yield Refusal(f'{where} links to the external {what} "{target[:80]}"', hint)
    elif not target.startswith("#"):
        inner = target.partition("#")[0]
        steps = posixpath.normpath(
            posixpath.join("." if inner.startswith("/") else posixpath.dirname(source), inner.lstrip("/"))
        )
        if steps.startswith("..") or _UNSAFE_NAME.search(inner.replace("../", "").lstrip("/")):
            yield Refusal(f'{where} points outside the file: "{target[:80]}"')
        elif steps.lower() not in names:
            yield Refusal(f'{where} points to the missing part "{steps[:80]}"', _SAVE_AS)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def list_layout_names(data: bytes) -> list[str]:
    """Return the names of the slide layouts in a checked presentation, in the order of
    ``[Content_Types].xml``.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = parse_untrusted(archive.read(TYPES))
        parts = [item.get("PartName", "")[1:] for item in types if item.get("ContentType") == _LAYOUT]
        trees = (parse_untrusted(archive.read(part)) for part in parts if part in archive.namelist())
        return [str(slide.get("name", "")) for tree in trees for slide in tree.iter(f"{P}cSld")]


def convert_to_presentation(data: bytes) -> bytes:
    """Convert a checked template or slide show to a presentation by changing the content type of its main
    part.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read(TYPES).decode("utf-8-sig", "replace")
        if _PRESENTATION in types:
            return data
        turned = types.replace(_TEMPLATE, _PRESENTATION).replace(_SHOW, _PRESENTATION)
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
                for name in archive.namelist():
                    package.writestr(name, turned.encode() if name == TYPES else archive.read(name))
            return buffer.getvalue()
