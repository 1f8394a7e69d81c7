"""What a section enumerates → the points of a slide; the speaker says all of it in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.languages.sentences import sentence_ends
from triptych.model import nodes
from triptych.model.nodes import Block, Inline, Style
from triptych.model.walk import attr_of, plain_text
from triptych.writers.deck.slides import Para, cut_runs
from triptych.writers.deck.story.formulas import Formulas
from triptych.writers.deck.story.runs import numbered, runs

_FEWEST, _MOST = 2, 9  # one is no list, and what is longer is for reading
_LONGEST = 18  # words of a point; of a longer one the first sentence is shown


@dataclass(frozen=True, slots=True)
class _Item:
    """What a section enumerates, with its number where a list has given it one."""

    content: tuple[Inline, ...]
    number: int = 0
    listed: nodes.OrderedList | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What a section enumerates, and the first block that it does so in."""

    paras: tuple[Para, ...]
    first: Block


def section_points(
    blocks: Sequence[Block], formulas: Formulas | None = None, colon: str = ": "
) -> Points | None:
    """The points of the blocks under a heading; None where nothing is enumerated.

    Paragraphs that open with words in bold come first, then the first list or list of definitions, whose
    terms have a ``colon`` behind them.
    """
    kept = [
        block for block in blocks if not (attr_of(block).has("no-slide") or attr_of(block).has("book-only"))
    ]
    leads = [(block, _Item(lead)) for block in kept if (lead := _lead_in(block))]
    ways = [(block, _items(block, colon)) for block in kept]
    if leads:
        ways.insert(0, (leads[0][0], [lead for _, lead in leads]))
    for block, way in ways:
        if _FEWEST <= len(way) <= _MOST:
            points = ((item, _point(item.content, formulas)) for item in way)
            paras = tuple(_marked(point, item) for item, point in points if point)
            return Points(paras=paras, first=block) if paras else None
    return None


def _lead_in(block: Block) -> tuple[Inline, ...]:
    """The bold words that a paragraph opens with; none where it has no others."""
    match block:
        case nodes.Paragraph(content=(nodes.Styled(style=Style.STRONG, content=lead), _, *_)):
            return lead
    return ()


def _items(block: Block, colon: str) -> list[_Item]:
    match block:
        case nodes.BulletList():
            return [_Item(first) for item in block.items if (first := _first_words(item))]
        case nodes.OrderedList():
            counted = enumerate(block.items, block.start)
            return [_Item(first, n, block) for n, item in counted if (first := _first_words(item))]
        case nodes.DefinitionList():
            return [_Item(_definition(item, colon)) for item in block.items]
    return []


def _first_words(item: nodes.ListItem) -> tuple[Inline, ...]:
    """The paragraph that an item begins with; none where it begins with something else."""
    first = item.content[0] if item.content else None
    return first.content if isinstance(first, nodes.Paragraph) else ()


def _marked(point: Para, item: _Item) -> Para:
    """A point with the number of its item."""
    return numbered(point, item.number, item.listed) if item.listed else point


def _definition(item: nodes.Definition, colon: str) -> tuple[Inline, ...]:
    """A term in bold and the beginning of its meaning."""
    term = nodes.Styled(style=Style.STRONG, content=item.term)
    first = item.meanings[0][0] if item.meanings and item.meanings[0] else None
    return (term, nodes.Text(text=colon), *first.content) if isinstance(first, nodes.Paragraph) else (term,)


def _point(content: tuple[Inline, ...], formulas: Formulas | None) -> Para | None:
    shown = runs(content, formulas=formulas)
    text = "".join(run.text for run in shown)
    if len(plain_text(content).split()) > _LONGEST:
        shown = tuple(cut_runs(shown, next(sentence_ends(text), 0)))
    if not shown:
        return None
    last = replace(shown[-1], text=shown[-1].text.rstrip().rstrip(":;,."))
    return Para(runs=(*shown[:-1], last))
