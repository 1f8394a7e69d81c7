"""Sentences that only a formula or a list would end: finished in words, or left out of what is spoken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from triptych.languages.labels import Labels
from triptych.languages.sentences import word_count
from triptych.model import nodes
from triptych.model.nodes import Block, Inline, Paragraph, Text
from triptych.model.walk import plain_text
from triptych.writers.deck.story.belonging import in_sentences

_LONGEST = 45  # words of a sentence that is finished
_MOST_ITEMS = 5  # of a list that can be followed by ear
_FINISHED = ".!?…。！？｡।॥۔؟።։"
_CLOSING = "\"')]”’»›」』）】〉》"
_UNSPACED = ("zh", "ja", "th", "lo", "km", "my")  # languages without spaces between words
_SEPARATORS = " ,;，；、"
_NO_DISPLAY = (
    Paragraph | nodes.Heading | nodes.SpeakerNotes | nodes.Slide | nodes.ThematicBreak | nodes.PageBreak
)


def finish_sentences(blocks: Sequence[Block], labels: Labels) -> list[Block]:
    """Blocks whose paragraphs hold whole sentences only; all other blocks are the same objects.

    "The cost is" before a formula gets the words of the formula and, in one sentence, the clause that goes on
    after it; before a short list of phrases it gets these. Where that would be too long to be spoken, the
    sentence is left out, as is a clause that goes on after a formula: the slide or the book shows both.
    """
    out = list(blocks)
    for place, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or block.tight:
            continue
        before = blocks[place - 1] if place else None
        after, follows = [*blocks[place + 1 : place + 3], None, None][:2]
        continues = isinstance(before, nodes.Equation) and _goes_on(block)
        if not continues and (after is None or isinstance(after, _NO_DISPLAY)):
            continue
        sentences = in_sentences(block.content, labels.language)
        if continues:
            sentences = sentences[1:]
        if sentences and _needs_display(sentences[-1], after):
            ending = _ending(after, follows, labels)
            whole = (*sentences[-1], *ending) if ending else ()
            is_short = word_count(_heard(whole)) <= _LONGEST
            sentences = [*sentences[:-1], *([whole] if whole and is_short else [])]
        content = tuple(node for sentence in sentences for node in sentence)
        if content != block.content:
            out[place] = replace(block, content=content)
    return out


def _needs_display(sentence: tuple[Inline, ...], after: Block | None) -> bool:
    """Whether a sentence is not whole without the block after it."""
    if after is None or isinstance(after, _NO_DISPLAY):
        return False
    text = plain_text(sentence).rstrip(f"{_CLOSING} ")
    announces = text.endswith((":", "："))  # which is no sentence of a talk but before a formula
    return isinstance(after, nodes.Equation) if announces else not text.endswith(tuple(_FINISHED))


def _heard(sentence: tuple[Inline, ...]) -> str:
    return " ".join(node.spoken if isinstance(node, nodes.Math) else plain_text((node,)) for node in sentence)


def _goes_on(paragraph: Paragraph) -> bool:
    """Whether a paragraph goes on with the sentence before a formula: "where n is the number"."""
    first = next((node for node in paragraph.content if plain_text((node,)).strip()), None)
    return isinstance(first, Text) and first.text.lstrip()[:1].islower()


def _ending(after: Block | None, follows: Block | None, labels: Labels) -> tuple[Inline, ...]:
    """What a sentence ends with that breaks off before a block, () where it cannot be spoken."""
    tail: tuple[Inline, ...] = (Text(text=labels.full_stop.rstrip()),)
    gap = "" if labels.language.startswith(_UNSPACED) else " "
    if isinstance(after, nodes.Equation):
        if isinstance(follows, Paragraph) and _goes_on(follows):
            tail = (Text(text=", "), *in_sentences(follows.content, labels.language)[0])
        return (Text(text=gap), _in_line(after), *tail)
    words = _phrases(after, labels)
    return (Text(text=f"{gap}{words}"), *tail) if words else ()


def _in_line(equation: nodes.Equation) -> nodes.Math:
    """A displayed formula as one in a line, without the punctuation at its end."""
    text, spoken = (words.rstrip(_SEPARATORS + ".") for words in (equation.text, equation.spoken))
    forms = {"tex": equation.tex, "mathml": equation.mathml, "omml": equation.omml}
    return nodes.Math(**forms, text=text, spoken=spoken, span=equation.span)


def _phrases(block: Block | None, labels: Labels) -> str:
    """The items of a short list in a row, "" where they are sentences of their own."""
    if not isinstance(block, nodes.BulletList) or len(block.items) > _MOST_ITEMS:
        return ""
    items = []
    for item in block.items:
        text = plain_text(item.content).strip().rstrip(_SEPARATORS + ".")
        if len(item.content) != 1 or not isinstance(item.content[0], Paragraph) or text[:1].isupper():
            return ""
        items.append(text)
    return labels.listed(items)
