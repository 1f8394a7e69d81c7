"""Assign each passage of a chapter to the slide that shows its subject, or to a near one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from triptych.languages.sentences import sentence_ends
from triptych.model import nodes
from triptych.model.nodes import Block, Inline
from triptych.model.walk import attr_of, ids_in, plain_text, walk, walk_all
from triptych.writers.deck.story.evidence import Evidence, Shown

# The headings over a block, each counted among those of its level: () under the title of the chapter.
Path = tuple[int, ...]


# What may be shown again in another form.
_COMPARED = (nodes.Chart, nodes.Figure, nodes.Table, nodes.CodeBlock, nodes.Equation)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSlide:
    """A slide of a chapter and where what it shows stands in the text; ``place`` counts blocks.

    ``points`` is the block of the text that a slide's points are taken from.
    """

    evidence: Evidence
    path: Path
    place: int
    points: Block | None = None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What the slide shows of the text."""
        return (*self.evidence.shown, *([self.points] if self.points else []))

    @property
    def is_seen(self) -> bool:
        """Whether the slide is not hidden."""
        return not self.evidence.hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A block of the text, or some sentences of a paragraph, in which ``shown`` stands on slides.

    ``slide`` is the place of the slide that it is said to among those of the chapter; None for the chapter's
    own: its opener, or its takeaways.
    """

    block: Block
    path: Path
    place: int
    shown: tuple[Shown, ...] = ()
    slide: int | None = None


def assign_passages(
    passages: Sequence[Passage], stands: Sequence[PlacedSlide], language: str = ""
) -> tuple[list[Passage], dict[str, int]]:
    """The passages of a chapter, each with its slide, in the order of the book; and the slides by the ids of
    what they show or stand for.

    1. What is left of a block that is shown is said to the slide of what it holds.
    2. A paragraph that names what a slide of the chapter shows is said there, wherever it stands; one that
       names several is cut before the sentences that name the next. A slide stands for what it shows in
       another form too, such as the same data.
    3. Notes for the speaker are said to the slide before them in their section.
    4. All else is said to the nearest slide of its section that is seen, or right under a heading over it;
       where none is, to the chapter's own. A heading goes with the text under it.
    """
    blocks = {id(block): place for place, stand in enumerate(stands) for block in stand.blocks}
    names = _index_shown(passages, stands, blocks)
    out: list[Passage] = []
    for passage in passages:
        own = _find_own_slide(passage, blocks)
        for part in _split_passage(passage, names, language):
            named = next((names[name] for name in iter_references(part.block) if name in names), None)
            slide = own if own is not None else named
            out.append(replace(part, slide=_find_nearest(part, stands) if slide is None else slide))
    return _move_headings(out, blocks), names


def _move_headings(passages: list[Passage], blocks: Mapping[int, int]) -> list[Passage]:
    """Headings said with the first text under them, not with what is only shown there."""
    out = passages[:]
    for place in range(len(out) - 1, -1, -1):
        here = out[place]
        if isinstance(here.block, nodes.Heading):
            under = (one for one in out[place + 1 :] if _find_own_slide(one, blocks) is None)
            first = next(under, None)
            if first and first.path[: len(here.path)] == here.path:
                out[place] = replace(here, slide=first.slide)
    return out


def iter_references(block: object) -> Iterator[str]:
    """The ids of the book that a block refers to, in order."""
    for node in walk(block):
        match node:
            case nodes.Reference(target=target):
                yield target
            case nodes.Link(target=target) if target.startswith("#"):
                yield target.removeprefix("#")
            case nodes.Chart() | nodes.Table() | nodes.Figure() | nodes.CodeBlock() | nodes.Equation():
                yield node.attr.id


def split_sentences(content: tuple[Inline, ...], language: str = "") -> list[tuple[Inline, ...]]:
    """Inlines cut into sentences; one that ends within words of another look goes on to their end."""
    ends = set(sentence_ends("".join(map(_get_text, content)), language))
    out: list[tuple[Inline, ...]] = []
    sentence: tuple[Inline, ...] = ()
    for node, text, end in _cut_at_ends(content, ends):
        if not text and not sentence and out:  # a note or an index mark behind the last word
            out[-1] = (*out[-1], node)
            continue
        sentence = (*sentence, node)
        if end in ends:
            out.append(sentence)
            sentence = ()
    return [*out, sentence] if sentence else out


def _cut_at_ends(content: tuple[Inline, ...], ends: set[int]) -> Iterator[tuple[Inline, str, int]]:
    """Inlines with their characters and the place behind them, texts cut at the ends of sentences."""
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
    """The characters of an inline, by which sentences are told; those at its ends are kept."""
    match node:
        case nodes.Text():
            return node.text
        case nodes.SoftBreak() | nodes.LineBreak():
            return " "
    return plain_text((node,))


def _split_passage(passage: Passage, known: Mapping[str, int], language: str) -> Iterator[Passage]:
    """A passage, cut where a paragraph begins to speak of another slide."""
    block = passage.block
    if (
        not isinstance(block, nodes.Paragraph)
        or len({known[n] for n in iter_references(block) if n in known}) < 2
    ):
        yield passage
        return
    told: int | None = None
    gathered: list[Inline] = []
    for sentence in split_sentences(block.content, language):
        named = next((known[n] for n in iter_all_references(sentence) if n in known), None)
        if None not in (told, named) and named != told:
            yield replace(passage, block=replace(block, content=tuple(gathered)))
            gathered = []
        told = named if named is not None else told
        gathered += sentence
    yield replace(passage, block=replace(block, content=tuple(gathered)))


def iter_all_references(content: Iterable[object]) -> Iterator[str]:
    """The ids that some nodes refer to, in order."""
    return (name for node in content for name in iter_references(node))


def _find_own_slide(passage: Passage, blocks: Mapping[int, int]) -> int | None:
    """The first slide of what stands in a passage; one that an author wrote is known by its content."""
    inner = (node.content if isinstance(node, nodes.Slide) else (node,) for node in passage.shown)
    held = (passage.block, *(one for content in inner for one in content))
    return next((blocks[id(one)] for one in held if id(one) in blocks), None)


def _index_shown(
    passages: Sequence[Passage], stands: Sequence[PlacedSlide], blocks: Mapping[int, int]
) -> dict[str, int]:
    """The slides of a chapter by the ids of what they show or stand for."""
    known: dict[str, int] = {}
    for place, stand in enumerate(stands):
        for name in (stand.evidence.id, *sorted(ids_in(walk_all(stand.evidence.shown)))):
            known.setdefault(name, place)
    for passage in passages:
        if (
            own := _find_own_slide(passage, blocks)
        ) is not None:  # such as a figure, of which panels are shown
            for name in sorted(ids_in(walk(passage.block))):
                known.setdefault(name, own)
    shown = [
        [node for node in walk_all(stand.evidence.shown) if isinstance(node, _COMPARED)] for stand in stands
    ]
    for passage in passages:
        for node in walk(passage.block):
            if isinstance(node, _COMPARED) and (name := attr_of(node).id) and name not in known:
                alike = [n for n, others in enumerate(shown) if any(_are_alike(node, one) for one in others)]
                if alike:
                    known[name] = min(alike, key=lambda n: abs(stands[n].place - passage.place))
    known.pop("", None)
    return known


def _are_alike(one: object, other: object) -> bool:
    """Whether a slide that shows the one shows the other: some of its data, its picture, its rows."""
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


def _find_nearest(passage: Passage, stands: Sequence[PlacedSlide]) -> int | None:
    """The slide that stands next to a passage in its section; see ``assign_passages``."""
    depth = len(passage.path)
    under = [n for n, stand in enumerate(stands) if stand.path[:depth] == passage.path]
    own = under if depth else [n for n in under if not stands[n].path]
    if isinstance(passage.block, nodes.SpeakerNotes):
        before = [n for n in own if stands[n].place <= passage.place]
        if before:
            return before[-1]
    over = (
        [n for n, stand in enumerate(stands) if stand.path == passage.path[:d]]
        for d in range(depth - 1, 0, -1)
    )
    for way in (own, *over):
        if seen := [n for n in way if stands[n].is_seen]:
            return min(seen, key=lambda n: abs(stands[n].place - passage.place))
    return None
