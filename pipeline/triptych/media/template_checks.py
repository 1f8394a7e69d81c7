"""Check a project's PowerPoint template before other code opens it.

A presentation is a ZIP archive of XML files (ECMA-376 Part 2), so code that opens it is exposed to ZIP bombs,
entity expansion and external references. The file is therefore first read with a ZIP reader, and with an XML
parser that does not resolve anything. It is rejected if it contains anything that a template does not need.
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

from triptych.media.xml_parsing import explain_xml_error, parse_untrusted_xml
from triptych.ooxml.packages import find_mismatched_types, find_source_part, read_relationships
from triptych.ooxml.validation import (
    declares_entities,
    find_invalid_parts,
    find_invalid_value,
    is_template_part,
)
from triptych.ooxml.xml import EMU_PER_POINT, TYPES, P

MAX_PARTS = 3_000
MAX_PART_SIZE = 64 << 20  # bytes, unpacked
MAX_XML_SIZE = 20 << 20
MAX_TOTAL_SIZE = 256 << 20
MAX_COMPRESSION_RATIO = 200  # maximum ratio of unpacked to compressed size; XML seldom exceeds 30
_MIN_SIZE_FOR_RATIO = 1 << 20  # bytes; the ratio of smaller parts is not limited

_ROOT_RELATIONSHIPS = "_rels/.rels"
# Parts that are copied into a deck unchanged.
_COPIED_PART_TYPES = "slideMaster", "slideLayout", "theme", "tableStyles"
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml."
_LAYOUT = f"{_MAIN}slideLayout+xml"
_PRESENTATION, _TEMPLATE, _SLIDE_SHOW = (
    f"{_MAIN}{kind}.main+xml" for kind in ("presentation", "template", "slideshow")
)
_COMPOUND_FILE_SIGNATURE = b"\xd0\xcf\x11\xe0"  # compound file: a .ppt or an encrypted document ([MS-CFB])
_SAVE_HINT = "if PowerPoint can open the file, save it again as .pptx or .potx; otherwise use another copy"
REPAIR_HINT = "open the file in PowerPoint to repair it, and save it as .pptx or .potx"
_REMOVE_HINT = (
    "remove macros, controls, embedded objects and program actions in PowerPoint, and save the file again"
)

# Content types and relationships of active content and embedded objects.
_ACTIVE_CONTENT = re.compile(r"macroenabled|vbaproject|activex|oleobject|x-msdownload", re.IGNORECASE)
_ACTIVE_RELATIONSHIP = re.compile(r"/(vbaProject|wordVbaData|oleObject|control|activeXControl\w*)$")
_PROGRAM_ACTION = re.compile(rb"ppaction://(program|macro|ole)", re.IGNORECASE)
_HYPERLINK_SCHEME = re.compile(r"(https?|mailto):", re.IGNORECASE)
_UNSAFE_NAME = re.compile(r"^/|\\|:|[\x00-\x1f]|%2e|%2f|%5c|(^|/)\.\.(/|$)", re.IGNORECASE)

# The root element of [Content_Types].xml or a .rels part, and its child elements with their required
# attributes.
_PackageListSchema: TypeAlias = tuple[str, Mapping[str, tuple[str, ...]]]
_CONTENT_TYPES_NAMESPACE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONSHIPS_NAMESPACE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_CONTENT_TYPE_LIST: _PackageListSchema = (
    f"{_CONTENT_TYPES_NAMESPACE}Types",
    {
        f"{_CONTENT_TYPES_NAMESPACE}Default": ("Extension", "ContentType"),
        f"{_CONTENT_TYPES_NAMESPACE}Override": ("PartName", "ContentType"),
    },
)
_RELATIONSHIP_LIST: _PackageListSchema = (
    f"{_RELATIONSHIPS_NAMESPACE}Relationships",
    {f"{_RELATIONSHIPS_NAMESPACE}Relationship": ("Id", "Type", "Target")},
)


@dataclass(frozen=True, slots=True)
class RejectionReason:
    """The reason why a presentation is rejected, and a hint for the author."""

    message: str
    hint: str | None = None


def find_rejection_reasons(data: bytes) -> list[RejectionReason]:
    """Return the reasons to reject a presentation, or an empty list if it is safe."""
    if data.startswith(_COMPOUND_FILE_SIGNATURE):
        return [
            RejectionReason(
                "the file is encrypted, or a .ppt from before 2007", f"{_SAVE_HINT}, without a password"
            )
        ]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            reasons = list(_check_archive(archive))
            return reasons or list(_check_contents(archive))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        return [RejectionReason("the file is not a PowerPoint file, or is damaged", _SAVE_HINT)]


def _check_archive(archive: zipfile.ZipFile) -> Iterator[RejectionReason]:
    """Yield the problems in a ZIP archive's list of parts, without unpacking the parts."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        yield RejectionReason(f"the file has {len(parts):,} parts; the limit is {MAX_PARTS:,}")
        return
    seen: set[str] = set()
    total_size = 0
    for part in parts:
        name = part.filename
        quoted_name = ascii(name)[1:81].rstrip("'")
        total_size += part.file_size
        if _UNSAFE_NAME.search(part.orig_filename):
            yield RejectionReason(f'the part name "{quoted_name}" points outside the file')
        elif name.lower() in seen:
            yield RejectionReason(f'the file contains the part "{quoted_name}" twice')
        elif part.flag_bits & 1:
            yield RejectionReason(
                f'the part "{quoted_name}" is encrypted', f"{_SAVE_HINT}, without a password"
            )
        elif part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield RejectionReason(
                f'the part "{quoted_name}" uses an unsupported compression method', _SAVE_HINT
            )
        elif (
            part.file_size > (MAX_XML_SIZE if _is_xml_name(name) else MAX_PART_SIZE)
            or total_size > MAX_TOTAL_SIZE
        ):
            yield RejectionReason(f'the part "{quoted_name}" exceeds the size limit of a template')
            return
        elif part.file_size > max(_MIN_SIZE_FOR_RATIO, MAX_COMPRESSION_RATIO * part.compress_size):
            yield RejectionReason(
                f'the part "{quoted_name}" unpacks to more than {MAX_COMPRESSION_RATIO} times '
                "its compressed size"
            )
        seen.add(name.lower())
    if TYPES not in archive.namelist() or _ROOT_RELATIONSHIPS not in archive.namelist():
        opendocument = "mimetype" in seen and "content.xml" in seen
        problem = (
            "the file is OpenDocument" if opendocument else "the file is a ZIP archive, not a PowerPoint file"
        )
        yield RejectionReason(problem, "save the presentation as .pptx or .potx")


def _check_contents(archive: zipfile.ZipFile) -> Iterator[RejectionReason]:
    """Yield the problems in the parts: DTDs, active content, external references, invalid structure."""
    trees: dict[str, Any] = {}
    roots: dict[str, Any] = {}
    for name in archive.namelist():
        if name.endswith("/"):
            continue
        content = archive.read(name)  # this also verifies its checksum
        if not _is_xml_name(name):
            continue
        if declares_entities(content):
            yield RejectionReason(f'the part "{name}" declares XML entities, which are not allowed')
            return
        try:
            tree = parse_untrusted_xml(content)
        except etree.XMLSyntaxError as error:
            yield RejectionReason(
                f'the part "{name}" is not well-formed XML: {explain_xml_error(error)}', _SAVE_HINT
            )
            return
        if name == TYPES or name.endswith(".rels"):
            if not _is_valid_package_list(tree, _CONTENT_TYPE_LIST if name == TYPES else _RELATIONSHIP_LIST):
                yield RejectionReason(f'the part "{name}" is not a valid list of parts', _SAVE_HINT)
                return
            trees[name] = tree
            continue
        if is_template_part(tree):
            roots[name] = tree
            if invalid_value := find_invalid_value(tree):
                yield RejectionReason(f'{invalid_value} (in the part "{name}")', _SAVE_HINT)
        if _PROGRAM_ACTION.search(content):
            yield RejectionReason(f'an action in the part "{name}" starts a program', _REMOVE_HINT)
    types = trees.pop(TYPES)
    yield from _check_content_types(types)
    names = {name.lower() for name in archive.namelist()}
    for name, tree in trees.items():
        for relation in tree.iter("{*}Relationship"):
            yield from _check_relationship(name, relation, names)
    pointing = {
        find_source_part(name): read_relationships(tree, find_source_part(name))
        for name, tree in trees.items()
    }
    invalid_parts = [
        (f'the part "{source}"' if source else "the file", invalid_value)
        for source, invalid_value in find_invalid_parts(roots, pointing)
    ]
    invalid_parts = invalid_parts or [
        (f'the part "{part}"', f'is a {kind} but has the content type "{content_type}"')
        for part, kind, content_type in find_mismatched_types(types, pointing)
        if kind in _COPIED_PART_TYPES
    ]
    yield from (
        RejectionReason(f"{subject} {invalid_value}", _SAVE_HINT) for subject, invalid_value in invalid_parts
    )


def _is_valid_package_list(tree: Any, schema: _PackageListSchema) -> bool:
    """Return whether a content types or relationships part has valid elements and attributes."""
    root, members = schema
    return bool(tree.tag == root) and all(
        item.tag in members and all(item.get(name) for name in members[item.tag])
        for item in tree.iterchildren(etree.Element)
    )


def _check_content_types(types: Any) -> Iterator[RejectionReason]:
    kinds = [str(item.get("ContentType", "")) for item in types if isinstance(item.tag, str)]
    for kind in dict.fromkeys(kinds):
        if _ACTIVE_CONTENT.search(kind):
            yield RejectionReason(
                f'the file contains macros, controls or embedded objects ("{kind}")', _REMOVE_HINT
            )
    if not {_PRESENTATION, _TEMPLATE, _SLIDE_SHOW} & set(kinds) and not any(
        map(_ACTIVE_CONTENT.search, kinds)
    ):
        yield RejectionReason("the file is an Office document, not a presentation", _SAVE_HINT)


def _check_relationship(name: str, relationship: Any, names: set[str]) -> Iterator[RejectionReason]:
    """Yield a reason if a relationship of the part ``name`` is active content or has a forbidden target.

    Targets must be internal or hyperlinks.
    """
    kind, target = relationship.get("Type", ""), relationship.get("Target", "")
    source = find_source_part(name)
    source_name = f'"{source}"' if name != _ROOT_RELATIONSHIPS else "the file"
    if _ACTIVE_RELATIONSHIP.search(kind):
        yield RejectionReason(
            f"{source_name} contains a macro, a control or an embedded object", _REMOVE_HINT
        )
    elif relationship.get("TargetMode") == "External":
        if not (kind.endswith("/hyperlink") and _HYPERLINK_SCHEME.match(target)):
            part_kind = kind.rpartition("/")[2] or "part"
            hint = f"embed the {part_kind} instead of linking to it, and save the template again"
            yield RejectionReason(f'{source_name} links to the external {part_kind} "{target[:80]}"', hint)
    elif not target.startswith("#"):
        inner = target.partition("#")[0]
        steps = posixpath.normpath(
            posixpath.join("." if inner.startswith("/") else posixpath.dirname(source), inner.lstrip("/"))
        )
        if steps.startswith("..") or _UNSAFE_NAME.search(inner.replace("../", "").lstrip("/")):
            yield RejectionReason(f'{source_name} points outside the file: "{target[:80]}"')
        elif steps.lower() not in names:
            yield RejectionReason(f'{source_name} points to the missing part "{steps[:80]}"', _SAVE_HINT)


def _is_xml_name(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def list_layout_names(data: bytes) -> list[str]:
    """Return the names of a checked presentation's layouts, in the order of ``[Content_Types].xml``."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = parse_untrusted_xml(archive.read(TYPES))
        parts = [item.get("PartName", "")[1:] for item in types if item.get("ContentType") == _LAYOUT]
        trees = (parse_untrusted_xml(archive.read(part)) for part in parts if part in archive.namelist())
        return [str(slide.get("name", "")) for tree in trees for slide in tree.iter(f"{P}cSld")]


def read_slide_size(data: bytes) -> tuple[float, float]:
    """Return the width and height in points of a checked presentation's slides."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = read_relationships(parse_untrusted_xml(archive.read(_ROOT_RELATIONSHIPS)), "")
        main = next(item.target for item in relations.values() if item.type.endswith("/officeDocument"))
        size = next(parse_untrusted_xml(archive.read(main)).iter(f"{P}sldSz"))
    return int(size.attrib["cx"]) / EMU_PER_POINT, int(size.attrib["cy"]) / EMU_PER_POINT


def convert_to_presentation(data: bytes) -> bytes:
    """Convert a checked template or slide show to a presentation, by changing its main content type."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read(TYPES).decode("utf-8-sig", "replace")
        if _PRESENTATION in types:
            return data
        presentation_types = types.replace(_TEMPLATE, _PRESENTATION).replace(_SLIDE_SHOW, _PRESENTATION)
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
                for name in archive.namelist():
                    package.writestr(
                        name, presentation_types.encode() if name == TYPES else archive.read(name)
                    )
            return buffer.getvalue()
