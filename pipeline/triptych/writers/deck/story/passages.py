"""Assign each passage of a chapter to the slide that shows what it refers to, or to the nearest slide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triptych.languages.sentences import find_sentence_ends
from triptych.model import nodes
from triptych.model.nodes import Block, Inline
from triptych.model.walk import attr_of, collect_ids, plain_text, walk, walk_all
from triptych.writers.deck.story.evidence import Evidence, Shown

# The numbers of the headings above a block, outermost first, or () before a chapter's first heading.
Path = tuple[int, ...]


# Content that a slide may show in another form, such as a chart of the same data.
_COMPARED = (nodes.Chart, nodes.Figure, nodes.Table, nodes.CodeBlock, nodes.Equation)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSlide:
    """A slide with the position of its content: the ``path`` of headings, and the ``index`` of the block.

    ``points`` is the block with the slide's bullet points, if any.
    """

    evidence: Evidence
    path: Path
    index: int
    points: Block | None = None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the book that the slide shows."""
        return (*self.evidence.shown, *([self.points] if self.points else []))

    @property
    def is_seen(self) -> bool:
        """Whether the slide is visible."""
        return not self.evidence.hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A block, or some sentences of a paragraph.

    ``shown`` lists the nodes in it that slides show. ``slide`` is the index of the slide whose notes include
    the passage, or None for the chapter's notes.
    """

    block: Block
    path: Path
    index: int
    shown: tuple[Shown, ...] = ()
    slide: int | None = None


def assign_passages(
    passages: Sequence[Passage], placed: Sequence[PlacedSlide], language: str = ""
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
    blocks = {id(block): index for index, placed_slide in enumerate(placed) for block in placed_slide.blocks}
    names = _index_shown(passages, placed, blocks)
    out: list[Passage] = []
    for passage in passages:
        own = _find_own_slide(passage, blocks)
        for part in _split_passage(passage, names, language):
            named = next((names[name] for name in iter_references(part.block) if name in names), None)
            slide = own if own is not None else named
            out.append(replace(part, slide=_find_nearest(part, placed) if slide is None else slide))
    return _move_headings(out, blocks), names


def _move_headings(passages: list[Passage], blocks: Mapping[int, int]) -> list[Passage]:
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


def split_sentences(content: tuple[Inline, ...], language: str = "") -> list[tuple[Inline, ...]]:
    """Split inlines into sentences; a styled phrase that contains a sentence end is kept whole."""
    ends = set(find_sentence_ends("".join(map(_get_text, content)), language))
    out: list[tuple[Inline, ...]] = []
    sentence: tuple[Inline, ...] = ()
    for node, text, end in _cut_at_ends(content, ends):
        if not text and not sentence and out:  # a note or index mark after the last word
            out[-1] = (*out[-1], node)
            continue
        sentence = (*sentence, node)
        if end in ends:
            out.append(sentence)
            sentence = ()
    return [*out, sentence] if sentence else out


def _cut_at_ends(content: tuple[Inline, ...], ends: set[int]) -> Iterator[tuple[Inline, str, int]]:
    """Yield each inline with its text and end position; plain text is split at sentence ends."""
    start = 0
    for node in content:
        text = _get_text(node)
        stop = start + len(text)
        if isinstance(node, nodes.Text):
            for end in sorted(end for end in ends if start < end < stop):
                yield replace(node, text=text[: end - start]), text[: end - start], end
                text, start = text[end - start :], end
            node = replace(node, text=text)
        yield node, text, stop
        start = stop


def _get_text(node: Inline) -> str:
    """Return an inline's plain text, including leading and trailing spaces, for sentence segmentation."""
    match node:
        case nodes.Text():
            return node.text
        case nodes.SoftBreak() | nodes.LineBreak():
            return " "
    return plain_text((node,))


def _split_passage(passage: Passage, known: Mapping[str, int], language: str) -> Iterator[Passage]:
    """Split a paragraph before each sentence that refers to a different slide from the previous reference."""
    block = passage.block
    slides = {known[name] for name in iter_references(block) if name in known}
    if not isinstance(block, nodes.Paragraph) or len(slides) < 2:
        yield passage
        return
    told: int | None = None
    gathered: list[Inline] = []
    for sentence in split_sentences(block.content, language):
        named = next((known[n] for node in sentence for n in iter_references(node) if n in known), None)
        if None not in (told, named) and named != told:
            yield replace(passage, block=replace(block, content=tuple(gathered)))
            gathered = []
        told = named if named is not None else told
        gathered += sentence
    yield replace(passage, block=replace(block, content=tuple(gathered)))


def _find_own_slide(passage: Passage, blocks: Mapping[int, int]) -> int | None:
    """Return the index of the slide that shows a passage's block or content, or None."""
    inner = (node.content if isinstance(node, nodes.Slide) else (node,) for node in passage.shown)
    held = (passage.block, *(one for content in inner for one in content))
    return next((blocks[id(one)] for one in held if id(one) in blocks), None)


def _index_shown(
    passages: Sequence[Passage], placed: Sequence[PlacedSlide], blocks: Mapping[int, int]
) -> dict[str, int]:
    """Map the ids of content to the index of the slide that shows the content, possibly in another form."""
    known: dict[str, int] = {}
    for index, one in enumerate(placed):
        for name in (one.evidence.id, *sorted(collect_ids(walk_all(one.evidence.shown)))):
            known.setdefault(name, index)
    for passage in passages:
        own = _find_own_slide(passage, blocks)
        if own is not None:  # such as a figure whose panels are on slides
            for name in sorted(collect_ids(walk(passage.block))):
                known.setdefault(name, own)
    shown = [[node for node in walk_all(one.evidence.shown) if isinstance(node, _COMPARED)] for one in placed]
    for passage in passages:
        for node in walk(passage.block):
            if isinstance(node, _COMPARED) and (name := attr_of(node).id) and name not in known:
                alike = [n for n, others in enumerate(shown) if any(_are_alike(node, one) for one in others)]
                if alike:
                    known[name] = min(alike, key=lambda n: abs(placed[n].index - passage.index))
    known.pop("", None)
    return known


def _are_alike(one: object, other: object) -> bool:
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


def _find_nearest(passage: Passage, placed: Sequence[PlacedSlide]) -> int | None:
    """Return the index of the slide nearest to a passage, in its section or the sections above, or None.

    Only speaker notes may belong to a hidden slide.
    """
    depth = len(passage.path)
    under = [n for n, placed_slide in enumerate(placed) if placed_slide.path[:depth] == passage.path]
    own = under if depth else [n for n in under if not placed[n].path]
    if isinstance(passage.block, nodes.SpeakerNotes):
        before = [n for n in own if placed[n].index <= passage.index]
        if before:
            return before[-1]
    over = (
        [n for n, placed_slide in enumerate(placed) if placed_slide.path == passage.path[:d]]
        for d in range(depth - 1, 0, -1)
    )
    for candidates in (own, *over):
        if seen := [n for n in candidates if placed[n].is_seen]:
            return min(seen, key=lambda n: abs(placed[n].index - passage.index))
    return None
