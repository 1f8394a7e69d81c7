"""Assign each passage of a chapter to the slide with the content it refers to, or to the nearest slide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triptych.languages.sentences import find_sentence_ends
from triptych.model import nodes
from triptych.model.nodes import Block, Inline
from triptych.model.walk import collect_ids, get_attr, plain_text, walk, walk_all
from triptych.writers.deck.story.content_slides import ContentSlide, SlideNode

# The numbers of the headings above a block, outermost first. Before the first heading, it is ().
Path = tuple[int, ...]


# Content that a slide may show in another form, such as a chart of the same data.
_COMPARABLE_TYPES = (nodes.Chart, nodes.Figure, nodes.Table, nodes.CodeBlock, nodes.Equation)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSlide:
    """A slide with the position of its content in the chapter.

    ``path`` has the numbers of the headings above the content, and ``block_index`` is the index of its block.
    ``points_block`` is the block with the bullet points of the slide, if any.
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

    ``slide_nodes`` lists the nodes in the passage that slides show. ``slide`` is the index of the slide with
    the passage in its notes, or None if the passage is in the chapter's notes.
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

    Return the passages in order, and a mapping from the ids of shown content to slide indices. The rules are:

    1. A block that is the content of a slide is assigned to this slide.

    2. A paragraph that refers to a slide's content is assigned to this slide. A paragraph that refers to
    several slides is split before each sentence that refers to the next slide. The slide may show the content
    in another form, such as a chart of the same data.

    3. Speaker notes are assigned to the preceding slide of their section.

    4. Other passages are assigned to the nearest visible slide of their section or of an enclosing section,
    or else to the chapter. A heading is assigned like the first text below it.
    """
    blocks = {
        id(block): index for index, placed_slide in enumerate(placed_slides) for block in placed_slide.blocks
    }
    names = _map_ids_to_slides(passages, placed_slides, blocks)
    out: list[Passage] = []
    for passage in passages:
        own_slide = _find_own_slide(passage, blocks)
        for part in _split_passage(passage, names, language):
            referenced_slide = next(
                (names[name] for name in iter_references(part.block) if name in names), None
            )
            slide = own_slide if own_slide is not None else referenced_slide
            out.append(
                replace(part, slide=_find_nearest_slide(part, placed_slides) if slide is None else slide)
            )
    return _assign_headings(out, blocks), names


def _assign_headings(passages: list[Passage], blocks: Mapping[int, int]) -> list[Passage]:
    """Assign each heading to the slide of the first following passage that is not slide content itself."""
    out = passages[:]
    for index in range(len(out) - 1, -1, -1):
        heading_passage = out[index]
        if isinstance(heading_passage.block, nodes.Heading):
            following_passages = (
                passage for passage in out[index + 1 :] if _find_own_slide(passage, blocks) is None
            )
            first = next(following_passages, None)
            if first and first.path[: len(heading_passage.path)] == heading_passage.path:
                out[index] = replace(heading_passage, slide=first.slide)
    return out


def iter_references(block: object) -> Iterator[str]:
    """Yield the ids that a block refers to.

    The ids of charts, tables, figures, listings and formulas in the block are included.
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
    """Split inlines into sentences. A styled phrase that contains a sentence end is not split."""
    sentence_ends = set(find_sentence_ends("".join(map(_get_inline_text, content)), language))
    out: list[tuple[Inline, ...]] = []
    sentence: tuple[Inline, ...] = ()
    for node, text, end in _split_at_sentence_ends(content, sentence_ends):
        if not text and not sentence and out:  # a footnote or index mark after the last word
            out[-1] = (*out[-1], node)
            continue
        sentence = (*sentence, node)
        if end in sentence_ends:
            out.append(sentence)
            sentence = ()
    return [*out, sentence] if sentence else out


def _split_at_sentence_ends(
    content: tuple[Inline, ...], sentence_ends: set[int]
) -> Iterator[tuple[Inline, str, int]]:
    """Yield each inline with its text and end position. Plain text is split at sentence ends."""
    start = 0
    for node in content:
        text = _get_inline_text(node)
        stop = start + len(text)
        if isinstance(node, nodes.Text):
            for end in sorted(end for end in sentence_ends if start < end < stop):
                yield replace(node, text=text[: end - start]), text[: end - start], end
                text, start = text[end - start :], end
            node = replace(node, text=text)
        yield node, text, stop
        start = stop


def _get_inline_text(node: Inline) -> str:
    """Return an inline's plain text with leading and trailing spaces, which sentence segmentation needs."""
    match node:
        case nodes.Text():
            return node.text
        case nodes.SoftBreak() | nodes.LineBreak():
            return " "
    return plain_text((node,))


def _split_passage(passage: Passage, slides_by_id: Mapping[str, int], language: str) -> Iterator[Passage]:
    """Split a paragraph before each sentence that refers to another slide than the preceding reference."""
    block = passage.block
    slides = {slides_by_id[name] for name in iter_references(block) if name in slides_by_id}
    if not isinstance(block, nodes.Paragraph) or len(slides) < 2:
        yield passage
        return
    current_slide: int | None = None
    gathered: list[Inline] = []
    for sentence in split_inline_sentences(block.content, language):
        referenced_slide = next(
            (slides_by_id[n] for node in sentence for n in iter_references(node) if n in slides_by_id), None
        )
        if None not in (current_slide, referenced_slide) and referenced_slide != current_slide:
            yield replace(passage, block=replace(block, content=tuple(gathered)))
            gathered = []
        current_slide = referenced_slide if referenced_slide is not None else current_slide
        gathered += sentence
    yield replace(passage, block=replace(block, content=tuple(gathered)))


def _find_own_slide(passage: Passage, blocks: Mapping[int, int]) -> int | None:
    """Return the index of the slide that shows a passage's block or content, or None if there is none."""
    inner = (node.content if isinstance(node, nodes.Slide) else (node,) for node in passage.slide_nodes)
    candidate_nodes = (passage.block, *(node for content in inner for node in content))
    return next((blocks[id(node)] for node in candidate_nodes if id(node) in blocks), None)


def _map_ids_to_slides(
    passages: Sequence[Passage], placed_slides: Sequence[PlacedSlide], blocks: Mapping[int, int]
) -> dict[str, int]:
    """Map the ids of content to the index of the slide that shows it, as written or in another form."""
    slides_by_id: dict[str, int] = {}
    for index, placed_slide in enumerate(placed_slides):
        for name in (
            placed_slide.content_slide.id,
            *sorted(collect_ids(walk_all(placed_slide.content_slide.book_blocks))),
        ):
            slides_by_id.setdefault(name, index)
    for passage in passages:
        own_slide = _find_own_slide(passage, blocks)
        if own_slide is not None:  # for example, a figure whose panels are on slides
            for name in sorted(collect_ids(walk(passage.block))):
                slides_by_id.setdefault(name, own_slide)
    nodes_of_slides = [
        [
            node
            for node in walk_all(placed_slide.content_slide.book_blocks)
            if isinstance(node, _COMPARABLE_TYPES)
        ]
        for placed_slide in placed_slides
    ]
    for passage in passages:
        for node in walk(passage.block):
            if (
                isinstance(node, _COMPARABLE_TYPES)
                and (name := get_attr(node).id)
                and name not in slides_by_id
            ):
                similar_slides = [
                    n
                    for n, others in enumerate(nodes_of_slides)
                    if any(_has_same_content(node, placed_slide) for placed_slide in others)
                ]
                if similar_slides:
                    slides_by_id[name] = min(
                        similar_slides, key=lambda n: abs(placed_slides[n].block_index - passage.index)
                    )
    slides_by_id.pop("", None)
    return slides_by_id


def _has_same_content(node: object, other: object) -> bool:
    """Return whether two nodes have the same data, image, rows or source code."""
    match node, other:
        case nodes.Chart(), nodes.Chart():
            values = {series.values for series in node.data.series}
            has_same_values = any(series.values in values for series in other.data.series)
            return has_same_values and node.data.categories == other.data.categories
        case nodes.Figure(images=(first_image, *_)), nodes.Figure(images=(other_image, *_)):
            return first_image.picture is not None and first_image.picture == other_image.picture
        case nodes.Table(), nodes.Table():
            return plain_text(node.body) == plain_text(other.body)
        case nodes.CodeBlock(), nodes.CodeBlock():
            return node.text == other.text
        case nodes.Equation(), nodes.Equation():
            return node.tex == other.tex
    return False


def _find_nearest_slide(passage: Passage, placed_slides: Sequence[PlacedSlide]) -> int | None:
    """Return the index of the slide nearest to a passage, in its section or an enclosing one, or None.

    Only speaker notes may belong to a hidden slide.
    """
    depth = len(passage.path)
    slides_in_section = [
        n for n, placed_slide in enumerate(placed_slides) if placed_slide.path[:depth] == passage.path
    ]
    preferred = slides_in_section if depth else [n for n in slides_in_section if not placed_slides[n].path]
    if isinstance(passage.block, nodes.SpeakerNotes):
        before = [n for n in preferred if placed_slides[n].block_index <= passage.index]
        if before:
            return before[-1]
    slides_of_parents = (
        [
            n
            for n, placed_slide in enumerate(placed_slides)
            if placed_slide.path == passage.path[:parent_depth]
        ]
        for parent_depth in range(depth - 1, 0, -1)
    )
    for candidates in (preferred, *slides_of_parents):
        if seen := [n for n in candidates if placed_slides[n].is_visible]:
            return min(seen, key=lambda n: abs(placed_slides[n].block_index - passage.index))
    return None
