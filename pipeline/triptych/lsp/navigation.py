"""Go to definitions, find references, rename ids, and list symbols and links of documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from triptych.lsp.document import Document
from triptych.lsp.index import Place, ProjectIndex
from triptych.lsp.markdown_scan import HeadingLine, Mention, MentionKind
from triptych.project import MANIFEST
from triptych.reading.bibliography import CROSS_REFERENCE

_REQUEST_FAILED = -32803  # defined by the protocol: a valid request that cannot be carried out
_ID = re.compile(r"[^\W\d_][\w:.-]*")
_MAX_SYMBOLS = 500


class RenameError(JsonRpcException):
    """Raised if an id cannot be renamed. The message is for the author."""

    def __init__(self, message: str) -> None:
        super().__init__(message, _REQUEST_FAILED)


def find_definition(document: Document, offset: int) -> list[types.Location]:
    """Return the locations where the name at an offset is defined."""
    index = document.index
    if column := document.find_column(offset):
        source = index.get_text(column.path)
        start = source.text.split("\n", 1)[0].find(column.name) if source else -1
        end = start + len(column.name) if start >= 0 else 0
        return [document.make_location(column.path, max(start, 0), end)]
    mention = document.find_mention(offset)
    if mention is None:
        return []
    match mention.kind:
        case MentionKind.FILE:
            target = index.locate_file(mention.name, document.path)
            return [document.make_location(target, 0, 0)] if target else []
        case MentionKind.CITATION:
            places = [(path, key) for path, key in index.iter_keys() if key.name == mention.name]
        case MentionKind.TERM:
            entry = index.find_term(mention.name)
            places = [entry[:2]] if entry else []
        case MentionKind.HEADING:
            places = []
        case _:
            identifier = index.resolve_id(mention, document.path)
            places = index.find_definitions(identifier, document.path)
            if mention.file and (file := index.locate_file(mention.file, document.path)):
                places = [place for place in places if place[0] == file]
            if not places and (file := index.get_chapter_file(identifier)):
                return [document.make_location(file, *_find_title(index, file))]
    if not places and mention.kind in (MentionKind.REFERENCE, MentionKind.HEADING):
        heading_place = index.find_heading(mention, document.path)
        return (
            [document.make_location(heading_place[0], heading_place[1].start, heading_place[1].end)]
            if heading_place
            else []
        )
    return [document.make_location(path, mention.start, mention.end) for path, mention in places]


def _find_title(index: ProjectIndex, path: str) -> tuple[int, int]:
    scan = index.scan(path)
    first = next((heading for heading in scan.headings if heading.level == 1), None) if scan else None
    return (first.start, first.end) if first else (0, 0)


def find_references(document: Document, offset: int, *, with_definition: bool) -> list[types.Location]:
    """Return the locations where the name at an offset is used."""
    places = _list_uses(document, document.find_mention(offset), with_definition=with_definition)
    return [document.make_location(path, mention.start, mention.end) for path, mention in places]


def _list_uses(document: Document, mention: Mention | None, *, with_definition: bool) -> list[Place]:
    index = document.index
    if mention is None:
        return []
    sections = index.list_all_sections()
    match mention.kind:
        case MentionKind.DEFINITION | MentionKind.REFERENCE:
            identifier = index.resolve_id(mention, document.path)
            references = index.find_references(identifier, document.path)
            return (
                [*index.find_definitions(identifier, document.path), *references]
                if with_definition
                else references
            )
        case MentionKind.CITATION:
            references = index.find_mentions(sections, MentionKind.CITATION, mention.name)
            keys = [place for place in index.iter_keys() if place[1].name == mention.name]
            return [*keys, *references] if with_definition else references
        case MentionKind.TERM:
            entry = index.find_term(mention.name)
            uses = index.iter_mentions(sections, MentionKind.TERM)
            references = [place for place in uses if entry and index.find_term(place[1].name) == entry]
            return [entry[:2], *references] if with_definition and entry else references
    return []


def prepare_rename(document: Document, offset: int) -> types.Range:
    """Return the range of the id at an offset. Raise ``RenameError`` if it cannot be renamed."""
    mention = _find_renameable_id(document, offset)
    return document.make_range(mention.start, mention.end)


def rename(document: Document, offset: int, new_name: str) -> types.WorkspaceEdit:
    """Rename the id at an offset in all files. Raise ``RenameError`` if the new id is invalid or in use."""
    mention = _find_renameable_id(document, offset)
    index = document.index
    old = index.resolve_id(mention, document.path)
    new = new_name.strip().lstrip("#@")
    prefix = CROSS_REFERENCE.match(old)
    if not _ID.fullmatch(new):
        raise RenameError(f'"{new_name}" is not an id: start with a letter; use letters, digits, - _ : and .')
    if prefix and not new.startswith(prefix[0]):
        raise RenameError(
            f"the new id must start with {prefix[0]} too, since the prefix names the kind of element"
        )
    if not prefix and CROSS_REFERENCE.match(new):
        raise RenameError(f'"{new}" has the prefix of a numbered element; use another id')
    if new != old and (new in index.list_ids(document.path) or new in index.snapshot.targets):
        raise RenameError(f'id "{new}" is already in use')
    changes: dict[str, list[types.TextEdit]] = {}
    for path, place in [
        *index.find_definitions(old, document.path),
        *index.find_references(old, document.path),
    ]:
        location = document.make_location(path, place.start, place.end)
        changes.setdefault(location.uri, []).append(types.TextEdit(location.range, new))
    return types.WorkspaceEdit(changes=changes)


def _find_renameable_id(document: Document, offset: int) -> Mention:
    mention = document.find_mention(offset)
    index = document.index
    if mention is None or mention.kind not in (MentionKind.DEFINITION, MentionKind.REFERENCE):
        raise RenameError("only ids can be renamed")
    identifier = index.resolve_id(mention, document.path)
    if not index.find_definitions(identifier, document.path):
        if index.get_chapter_file(identifier):
            message = f'id "{identifier}" is derived from the file name; '
            message += f"write `id: {identifier}` in the front matter"
            raise RenameError(message)
        raise RenameError(f'id "{identifier}" is not written in any section')
    end = min(mention.end, mention.start + len(identifier))
    return Mention(mention.start, end, mention.kind, mention.name, mention.file)


# --- Symbols ---------------------------------------------------------------------------------------------


def list_document_symbols(document: Document) -> list[types.DocumentSymbol]:
    """Return the headings of a section, and the elements with ids below them."""
    scan = document.index.scan(document.path)
    if scan is None:
        return []
    end = len(document.source.text)
    definitions = {symbol.start: symbol for symbol in scan.mentions if symbol.kind is MentionKind.DEFINITION}
    in_headings = {
        start for heading in scan.headings for start in definitions if heading.start <= start <= heading.end
    }
    others = [symbol for start, symbol in definitions.items() if start not in in_headings]
    places: list[HeadingLine | Mention] = [*scan.headings, *others]
    root: list[types.DocumentSymbol] = []
    parents: list[tuple[int, list[types.DocumentSymbol]]] = [(0, root)]
    for symbol in sorted(places, key=lambda place: place.start):
        if isinstance(symbol, HeadingLine):
            while parents[-1][0] >= symbol.level:
                parents.pop()
            children: list[types.DocumentSymbol] = []
            section_end = _find_section_end(scan.headings, symbol, end)
            parents[-1][1].append(_make_heading_symbol(document, symbol, section_end, children))
            parents.append((symbol.level, children))
        else:
            parents[-1][1].append(_make_id_symbol(document, symbol))
    return root


def _find_section_end(headings: tuple[HeadingLine, ...], heading: HeadingLine, end: int) -> int:
    later = (
        following.start
        for following in headings
        if following.start > heading.start and following.level <= heading.level
    )
    return max(next(later, end + 1) - 1, heading.end)


def _make_heading_symbol(
    document: Document, heading: HeadingLine, end: int, children: list[types.DocumentSymbol]
) -> types.DocumentSymbol:
    target = document.index.snapshot.targets.get(heading.id) if heading.id else None
    return types.DocumentSymbol(
        name=heading.title or "(no title)",
        detail=target.name if target else None,
        kind=types.SymbolKind.String,
        range=document.make_range(heading.start, end),
        selection_range=document.make_range(heading.start, heading.end),
        children=children,
    )


def _make_id_symbol(document: Document, mention: Mention) -> types.DocumentSymbol:
    target = document.index.snapshot.targets.get(mention.name)
    place = document.make_range(mention.start, mention.end)
    detail = target.summary if target else None
    return types.DocumentSymbol(
        mention.name, types.SymbolKind.Object, place, place, detail=detail, children=[]
    )


def find_workspace_symbols(document: Document, query: str) -> Iterator[types.WorkspaceSymbol]:
    """Yield the headings and ids of a project whose name or caption contains all words of a query."""
    index, words = document.index, query.casefold().split()
    count = 0
    for path in index.list_all_sections():
        scan = index.scan(path)
        named_places: list[tuple[str, int, int, types.SymbolKind, str]] = []
        for heading in scan.headings if scan else ():
            named_places.append(
                (heading.title, heading.start, heading.end, types.SymbolKind.String, heading.id)
            )
        for mention in scan.mentions if scan else ():
            if mention.kind is MentionKind.DEFINITION:
                target = index.snapshot.targets.get(mention.name)
                title = target.title if target else ""
                named_places.append(
                    (mention.name, mention.start, mention.end, types.SymbolKind.Object, title)
                )
        for name, start, end, kind, container in named_places:
            text = f"{name} {container}".casefold()
            if name and count < _MAX_SYMBOLS and all(word in text for word in words):
                count += 1
                location = document.make_location(path, start, end)
                yield types.WorkspaceSymbol(
                    location=location, name=name, kind=kind, container_name=container or path
                )


def list_document_links(document: Document) -> list[types.DocumentLink]:
    """Return links to the files that a section or the manifest refers to."""
    links = []
    for mention in document.index.list_mentions(document.path):
        if mention.kind is MentionKind.FILE:
            path = document.index.locate_file(mention.name, document.path)
            if path is not None and (document.path == MANIFEST or path != document.path):
                place = document.make_range(mention.start, mention.end)
                links.append(types.DocumentLink(place, target=document.make_uri(path)))
    return links
