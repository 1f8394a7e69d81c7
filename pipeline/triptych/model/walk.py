"""Walk and rewrite the tree of nodes. No other module needs to know the fields with child nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from triptych.model import nodes
from triptych.model.book import Book, Chapter
from triptych.model.nodes import NO_ATTR, Attr, Block, Inline

N = TypeVar("N")


# The fields with child nodes, in reading order. The prefix of a reference is excluded, since it is copied
# into the content when the reference is resolved.
CHILD_FIELDS: dict[type, tuple[str, ...]] = {
    nodes.Styled: ("content",),
    nodes.Quoted: ("content",),
    nodes.Phrase: ("content",),
    nodes.Link: ("content",),
    nodes.Note: ("content",),
    nodes.Citation: ("content",),
    nodes.Reference: ("content",),
    nodes.IndexMark: ("path",),
    nodes.IndexTerm: ("content",),
    nodes.Paragraph: ("content",),
    nodes.Heading: ("content",),
    nodes.ListItem: ("content",),
    nodes.BulletList: ("items",),
    nodes.OrderedList: ("items",),
    nodes.Definition: ("term", "meanings"),
    nodes.DefinitionList: ("items",),
    nodes.CodeBlock: ("caption",),
    nodes.Equation: ("rows",),
    nodes.BlockQuote: ("content", "attribution"),
    nodes.Verse: ("lines",),
    nodes.Cell: ("content", "note"),
    nodes.Row: ("cells",),
    nodes.Table: ("caption", "note", "source", "head", "body", "foot"),
    nodes.Figure: ("images", "panels", "caption", "note", "source", "description"),
    nodes.Chart: ("caption", "note", "source", "description"),
    nodes.Callout: ("title", "content"),
    nodes.Theorem: ("title", "content"),
    nodes.Aside: ("content",),
    nodes.Group: ("content",),
    nodes.Source: ("content",),
    nodes.ReferenceList: ("sources",),
    nodes.IndexCrossReference: ("content",),
    nodes.IndexEntry: ("content", "see", "see_also", "children"),
    nodes.IndexGroup: ("entries",),
    nodes.IndexList: ("groups",),
    nodes.Slide: ("title", "background", "content"),
    nodes.SpeakerNotes: ("content",),
}


_BACKWARDS = {kind: names[::-1] for kind, names in CHILD_FIELDS.items()}


def children(node: object) -> Iterator[Any]:
    """Yield a node's direct children, in reading order."""
    for name in CHILD_FIELDS.get(type(node), ()):
        yield from _flatten(getattr(node, name))


def _flatten(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for item in value:
            yield from _flatten(item)
    else:
        yield value


def walk(node: object) -> Iterator[Any]:
    """Yield a node and all its descendants, in reading order."""
    yield from walk_all((node,))


def walk_all(*groups: tuple[Any, ...]) -> Iterator[Any]:
    """Yield all nodes of these tuples and their descendants, in reading order."""
    # A stack instead of recursion for speed, since books are walked often. The next item is at the end.
    waiting: list[Any] = [groups]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            waiting += item[::-1]
        else:
            yield item
            waiting += [getattr(item, name) for name in _BACKWARDS.get(type(item), ())]


def chapter_nodes(chapter: Chapter, *kinds: type) -> Iterator[Any]:
    """Yield a chapter's nodes: its opening image, title, summary and takeaways, then its blocks.

    If ``kinds`` are given, yield only nodes of these types, which skips most of the tree.
    """
    groups = (chapter.image, chapter.title, chapter.summary, chapter.takeaways, chapter.blocks)
    yield from find_nodes(groups, *kinds) if kinds else walk_all(*groups)


def find_nodes(groups: tuple[Any, ...], *kinds: type) -> Iterator[Any]:
    """Yield all nodes of the types ``kinds`` in nested tuples of nodes, in reading order.

    ``Attr`` among the ``kinds`` selects every node with an id, classes or attributes.
    """
    wanted_bits = _combine_bits(kinds)
    waiting: list[Any] = [groups]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            if len(item) <= _MIN_CACHED_LENGTH or _get_group_kind_bits(item) & wanted_bits:
                waiting += item[::-1]
        elif get_kind_bits(item) & wanted_bits:
            if isinstance(item, kinds) or (Attr in kinds and _has_attr(item)):
                yield item
            waiting += [getattr(item, name) for name in _BACKWARDS.get(type(item), ())]


# A bit for each node type, and one for attributes.
_BIT: dict[type, int] = {}
_MAX_CACHED_TREES = 400_000  # cached trees
_KINDS: dict[int, tuple[Any, int]] = {}  # keyed by ``id()``; keeping the tree prevents reuse of its id
_MIN_CACHED_LENGTH = 8  # nodes; caching the bits of shorter tuples does not save time


def get_kind_bits(node: Any) -> int:
    """Return a bit set of the node types in a tree. The bit of ``Attr`` is set if a node has attributes.

    The result is cached, since most passes look for few node types in a tree that rarely changes.
    """
    kind = type(node)
    names = CHILD_FIELDS.get(kind)
    if names and (cached_bits := _KINDS.get(id(node))) and cached_bits[0] is node:
        return cached_bits[1]
    bits = _BIT.get(kind) or _get_bit(kind)
    if kind is not nodes.Text and _has_attr(node):
        bits |= _get_bit(Attr)
    if names:
        for name in names:
            bits |= _get_group_kind_bits(getattr(node, name))
        _store_bits(node, bits)
    return bits


def _get_group_kind_bits(group: tuple[Any, ...]) -> int:
    is_large = len(group) > _MIN_CACHED_LENGTH
    if is_large and (cached_bits := _KINDS.get(id(group))) and cached_bits[0] is group:
        return cached_bits[1]
    bits = 0
    for item in group:
        bits |= _get_group_kind_bits(item) if isinstance(item, tuple) else get_kind_bits(item)
    if is_large:
        _store_bits(group, bits)
    return bits


def _store_bits(tree: Any, bits: int) -> None:
    if len(_KINDS) > _MAX_CACHED_TREES:
        _KINDS.clear()
    _KINDS[id(tree)] = tree, bits


def _get_bit(kind: type) -> int:
    return _BIT.setdefault(kind, 1 << len(_BIT))


def _combine_bits(kinds: Iterable[type]) -> int:
    bits = 0
    for kind in kinds:
        bits |= _get_bit(kind)
    return bits


def _has_attr(node: Any) -> bool:
    attr = get_attr(node)
    return bool(attr.id or attr.classes or attr.pairs)


def book_nodes(book: Book, *kinds: type) -> Iterator[Any]:
    """Yield the nodes of all chapters in order, restricted to the types ``kinds`` if any are given."""
    return (node for chapter in book.chapters for node in chapter_nodes(chapter, *kinds))


def get_attr(node: Any) -> Attr:
    """Return a node's ``Attr``, or an empty one if its type has none."""
    attr: Attr = getattr(node, "attr", NO_ATTR)
    return attr


def collect_ids(nodes: Iterable[Any]) -> set[str]:
    """Return the ids of ``nodes``, without the ids of their children."""
    return {attr.id for attr in map(get_attr, nodes) if attr.id}


def find_slide_node_ids(chapter: Chapter) -> frozenset[int]:
    """Return the ``id()`` of each node on slides written by the author, which the book's outline omits."""
    slides = chapter_nodes(chapter, nodes.Slide)
    return frozenset(id(node) for slide in slides for node in walk(slide))


def rewrite(node: N, change: Callable[[Any], Any], kind_mask: int = 0) -> N:
    """Apply ``change`` to each node of a tree, children first. Unchanged nodes are shared.

    ``change`` returns the node itself, a replacement, or a tuple of replacements. If ``kind_mask``, a bit set
    of node types, is not 0, subtrees without these types are skipped.
    """
    if kind_mask and not get_kind_bits(node) & kind_mask:
        return node
    if names := CHILD_FIELDS.get(type(node)):
        updates = {}
        for name in names:
            old = getattr(node, name)
            new = rewrite_all(old, change, kind_mask)
            if new is not old:
                updates[name] = new
        if updates:
            node = replace(node, **updates)  # type: ignore[type-var]
    result: N = change(node)
    return result


def rewrite_all(group: tuple[Any, ...], change: Callable[[Any], Any], kind_mask: int = 0) -> tuple[Any, ...]:
    """Apply ``change`` to a tuple of nodes, which may be nested.

    If no node changes, return the same tuple.
    """
    if kind_mask and len(group) > _MIN_CACHED_LENGTH and not _get_group_kind_bits(group) & kind_mask:
        return group
    out: list[Any] | None = None  # created at the first change, since most tuples do not change
    for place, item in enumerate(group):
        nested = isinstance(item, tuple)
        new: Any = rewrite_all(item, change, kind_mask) if nested else rewrite(item, change, kind_mask)
        if out is None:
            if new is item:
                continue
            out = list(group[:place])
        if isinstance(new, tuple) and not nested:
            out.extend(new)
        else:
            out.append(new)
    return group if out is None else tuple(out)


def rewrite_chapter(chapter: Chapter, change: Callable[[Any], Any], *kinds: type) -> Chapter:
    """Apply ``change`` to a chapter's opening image, title, summary, takeaways and blocks.

    ``kinds`` are the node types that ``change`` may replace; it must return all others unchanged.
    """
    wanted_bits = _combine_bits(kinds)
    old = {name: getattr(chapter, name) for name in _PARTS}
    new: dict[str, Any] = {name: rewrite_all(group, change, wanted_bits) for name, group in old.items()}
    return replace(chapter, **new) if any(new[name] is not old[name] for name in _PARTS) else chapter


_PARTS = ("image", "title", "summary", "takeaways", "blocks")


def rewrite_book(book: Book, change: Callable[[Any], Any], *kinds: type) -> Book:
    """Apply ``change`` to all chapters of a book, as in ``rewrite_chapter``."""
    return replace(
        book, chapters=tuple(rewrite_chapter(chapter, change, *kinds) for chapter in book.chapters)
    )


def strip_anchors(content: tuple[Any, ...]) -> tuple[Any, ...]:
    """Remove ids, links, notes and images from inlines, so that a table of contents can repeat them.

    Images are replaced with their alt text.
    """

    def strip_node(node: Any) -> Any:
        match node:
            case nodes.Note() | nodes.IndexMark():
                return ()
            case nodes.Link() | nodes.Reference():
                return node.content
            case nodes.Image():  # the alt text, since a list of headings has no images
                return nodes.Text(text="" if node.is_decorative else node.alt)
            case nodes.Phrase() | nodes.Citation() if node.attr.id:
                return replace(node, attr=replace(node.attr, id=""))
        return node

    return rewrite_all(content, strip_node)


def plain_text(content: tuple[Any, ...]) -> str:
    """Return the text of inlines or blocks without markup and notes, as a screen reader would read it."""
    return (
        " ".join(" ".join(_get_node_text(node) for node in content).split())
        if (bool(content) and isinstance(content[0], Block))
        else _join_plain_text(content)
    )


def _join_plain_text(content: tuple[Inline, ...]) -> str:
    return " ".join("".join(_get_node_text(node) for node in content).split())


def _get_node_text(node: Any) -> str:
    match node:
        case nodes.Text() | nodes.Code():
            return node.text
        case nodes.SoftBreak() | nodes.LineBreak():
            return " "
        case nodes.Quoted():
            inner = "".join(_get_node_text(child) for child in node.content)
            return f"“{inner}”" if node.double else f"‘{inner}’"
        case nodes.Math() | nodes.Equation():
            return node.text or node.tex
        case nodes.Cell():
            return " ".join(_get_node_text(child) for child in children(node))
        case nodes.Image():
            return node.alt
        case nodes.Note() | nodes.IndexMark() | nodes.SpeakerNotes() | nodes.Slide():
            return ""
        case nodes.Phrase() if node.attr.has("aside"):
            return ""  # a side note is not part of the line
        case nodes.CodeBlock():
            return node.text
        case nodes.Chart():
            return _join_plain_text(node.caption)
        case nodes.Figure():
            return " ".join(
                [*(_get_node_text(panel) for panel in node.panels), _join_plain_text(node.caption)]
            )
    joint = " " if isinstance(node, Block) and not isinstance(node, nodes.Paragraph | nodes.Heading) else ""
    return joint.join(_get_node_text(child) for child in children(node))
