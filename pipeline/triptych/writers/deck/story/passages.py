"""Assign each passage of a chapter to the slide that shows what it refers to, or to the nearest slide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triptych.languages.sentences import find_sentence_ends
from triptych.model import nodes
from triptych.model.nodes import Block, Inline
from triptych.model.walk import collect_ids, get_attr, plain_text, walk, walk_all
from triptych.writers.deck.story.content_slides import ContentSlide, SlideNode

# The numbers of the headings above a block, outermost first, or () before a chapter's first heading.
Path = tuple[int, ...]


# Content that a slide may show in another form, such as a chart of the same data.
_COMPARABLE_TYPES = (nodes.Chart, nodes.Figure, nodes.Table, nodes.CodeBlock, nodes.Equation)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSlide:
    """A slide with the position of its content in the chapter.

    ``path`` has the numbers of the headings above the content, and ``block_index`` is the index of its block.
    ``points_block`` is the block with the slide's bullet points, if any.
    """

    content_slide: ContentSlide
    path: Path
    block_index: int
    points_block: Block | None = None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the book that the slide shows."""
        return (*self.content_slide.book_blocks, *([self.points_block] if self.points_block else []))

    @property
    def is_visible(self) -> bool:
        """Whether the slide is visible."""
        return not self.content_slide.hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A block, or some sentences of a paragraph.

    ``slide_nodes`` lists the nodes in the passage that slides show. ``slide`` is the index of the slide whose
    notes include the passage, or None if the chapter's notes include it.
    """

    block: Block
    path: Path
    index: int
    slide_nodes: tuple[SlideNode, ...] = ()
    slide: int | None = None


def assign_passages(
    passages: Sequence[Passage], placed_slides: Sequence[PlacedSlide], language: str = ""
) -> tuple[list[Passage], dict[str, int]]:
    """Assign the passages of a chapter to slides.

    Return the passages in order, and a mapping of shown ids to slide indices. The rules are:

    1. A block whose content a slide shows is assigned to this slide.

    2. A paragraph that refers to a slide's content is assigned to this slide. If it refers to several slides,
    it is split before the sentence that refers to the next slide. A slide also counts if it shows the content
    in another form, such as a chart of the same data.

    3. Speaker notes are assigned to the slide before them in their section.

    4. Other passages are assigned to the nearest visible slide of their section or of an enclosing section,
    or else to the chapter. A heading is assigned like the first text below it.
    """
    blocks = {
        id(block): index for index, placed_slide in enumerate(placed_slides) for block in placed_slide.blocks
    }
    names = _map_ids_to_slides(passages, placed_slides, blocks)
    out: list[Passage] = []
    for passage in passages:
        own = _find_own_slide(passage, blocks)
        for part in _split_passage(passage, names, language):
            named = next((names[name] for name in iter_references(part.block) if name in names), None)
            slide = own if own is not None else named
            out.append(
                replace(part, slide=_find_nearest_slide(part, placed_slides) if slide is None else slide)
            )
    return _assign_headings(out, blocks), names


def _assign_headings(passages: list[Passage], blocks: Mapping[int, int]) -> list[Passage]:
    """Assign each heading to the slide of the first passage below it that is not itself shown on a slide."""
    out = passages[:]
    for index in range(len(out) - 1, -1, -1):
        here = out[index]
        if isinstance(here.block, nodes.Heading):
            under = (one for one in out[index + 1 :] if _find_own_slide(one, blocks) is None)
            first = next(under, None)
            if first and first.path[: len(here.path)] == here.path:
                out[index] = replace(here, slide=first.slide)
    return out


def iter_references(block: object) -> Iterator[str]:
    """Yield the ids that a block refers to.

    These include the ids of charts, tables, figures, listings and formulas in the block.
    """
    for node in walk(block):
        match node:
            case nodes.Reference(target=target):
                yield target
            case nodes.Link(target=target) if target.startswith("#"):
                yield target.removeprefix("#")
            case nodes.Chart() | nodes.Table() | nodes.Figure() | nodes.CodeBlock() | nodes.Equation():
                yield node.attr.id


def split_inline_sentences(content: tuple[Inline, ...], language: str = "") -> list[tuple[Inline, ...]]:
    """Split inlines into sentences; a styled phrase that contains a sentence end is kept whole."""
    ends = set(find_sentence_ends("".join(map(_get_inline_text, content)), language))
    out: list[tuple[Inline, ...]] = []
    sentence: tuple[Inline, ...] = ()
    for node, text, end in _split_at_sentence_ends(content, ends):
        if not text and not sentence and out:  # a note or index mark after the last word
            out[-1] = (*out[-1], node)
            continue
        sentence = (*sentence, node)
        if end in ends:
            out.append(sentence)
            sentence = ()
    return [*out, sentence] if sentence else out


def _split_at_sentence_ends(content: tuple[Inline, ...], ends: set[int]) -> Iterator[tuple[Inline, str, int]]:
    """Yield each inline with its text and end position; plain text is split at sentence ends."""
    start = 0
    for node in content:
        text = _get_inline_text(node)
        stop = start + len(text)
        if isinstance(node, nodes.Text):
            for end in sorted(end for end in ends if start < end < stop):
                yield replace(node, text=text[: end - start]), text[: end - start], end
                text, start = text[end - start :], end
            node = replace(node, text=text)
        yield node, text, stop
        start = stop


def _get_inline_text(node: Inline) -> str:
    """Return an inline's plain text, including leading and trailing spaces, for sentence segmentation."""
    match node:
        case nodes.Text():
            return node.text
        case nodes.SoftBreak() | nodes.LineBreak():
            return " "
    return plain_text((node,))


def _split_passage(passage: Passage, slides_by_id: Mapping[str, int], language: str) -> Iterator[Passage]:
    """Split a paragraph before each sentence that refers to a different slide from the previous reference."""
    block = passage.block
    slides = {slides_by_id[name] for name in iter_references(block) if name in slides_by_id}
    if not isinstance(block, nodes.Paragraph) or len(slides) < 2:
        yield passage
        return
    told: int | None = None
    gathered: list[Inline] = []
    for sentence in split_inline_sentences(block.content, language):
        named = next(
            (slides_by_id[n] for node in sentence for n in iter_references(node) if n in slides_by_id), None
        )
        if None not in (told, named) and named != told:
            yield replace(passage, block=replace(block, content=tuple(gathered)))
            gathered = []
        told = named if named is not None else told
        gathered += sentence
    yield replace(passage, block=replace(block, content=tuple(gathered)))


def _find_own_slide(passage: Passage, blocks: Mapping[int, int]) -> int | None:
    """Return the index of the slide that shows a passage's block or content, or None."""
    inner = (node.content if isinstance(node, nodes.Slide) else (node,) for node in passage.slide_nodes)
    held = (passage.block, *(one for content in inner for one in content))
    return next((blocks[id(one)] for one in held if id(one) in blocks), None)


def _map_ids_to_slides(
    passages: Sequence[Passage], placed_slides: Sequence[PlacedSlide], blocks: Mapping[int, int]
) -> dict[str, int]:
    """Map the ids of content to the index of the slide that shows the content, possibly in another form."""
    known: dict[str, int] = {}
    for index, one in enumerate(placed_slides):
        for name in (one.content_slide.id, *sorted(collect_ids(walk_all(one.content_slide.book_blocks)))):
            known.setdefault(name, index)
    for passage in passages:
        own = _find_own_slide(passage, blocks)
        if own is not None:  # such as a figure whose panels are on slides
            for name in sorted(collect_ids(walk(passage.block))):
                known.setdefault(name, own)
    shown = [
        [node for node in walk_all(one.content_slide.book_blocks) if isinstance(node, _COMPARABLE_TYPES)]
        for one in placed_slides
    ]
    for passage in passages:
        for node in walk(passage.block):
            if isinstance(node, _COMPARABLE_TYPES) and (name := get_attr(node).id) and name not in known:
                alike = [
                    n for n, others in enumerate(shown) if any(_has_same_content(node, one) for one in others)
                ]
                if alike:
                    known[name] = min(alike, key=lambda n: abs(placed_slides[n].block_index - passage.index))
    known.pop("", None)
    return known


def _has_same_content(one: object, other: object) -> bool:
    """Return whether two nodes have the same data, image, rows or source code."""
    match one, other:
        case nodes.Chart(), nodes.Chart():
            values = {series.values for series in one.data.series}
            same = any(series.values in values for series in other.data.series)
            return same and one.data.categories == other.data.categories
        case nodes.Figure(images=(mine, *_)), nodes.Figure(images=(its, *_)):
            return mine.picture is not None and mine.picture == its.picture
        case nodes.Table(), nodes.Table():
            return plain_text(one.body) == plain_text(other.body)
        case nodes.CodeBlock(), nodes.CodeBlock():
            return one.text == other.text
        case nodes.Equation(), nodes.Equation():
            return one.tex == other.tex
    return False


def _find_nearest_slide(passage: Passage, placed_slides: Sequence[PlacedSlide]) -> int | None:
    """Return the index of the slide nearest to a passage, in its section or the sections above, or None.

    Only speaker notes may belong to a hidden slide.
    """
    depth = len(passage.path)
    under = [n for n, placed_slide in enumerate(placed_slides) if placed_slide.path[:depth] == passage.path]
    own = under if depth else [n for n in under if not placed_slides[n].path]
    if isinstance(passage.block, nodes.SpeakerNotes):
        before = [n for n in own if placed_slides[n].block_index <= passage.index]
        if before:
            return before[-1]
    over = (
        [n for n, placed_slide in enumerate(placed_slides) if placed_slide.path == passage.path[:d]]
        for d in range(depth - 1, 0, -1)
    )
    for candidates in (own, *over):
        if seen := [n for n in candidates if placed_slides[n].is_visible]:
            return min(seen, key=lambda n: abs(placed_slides[n].block_index - passage.index))
    return None
