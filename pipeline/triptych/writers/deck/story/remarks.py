"""Convert passages of the book to sentences suitable for speech (remarks), and rate them.

Citations, footnotes and reference numbers are removed. A sentence that ends with a formula or list is
completed in words or omitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from triptych.languages.labels import Labels
from triptych.languages.language_tags import get_primary_subtag
from triptych.languages.sentences import count_spoken_words
from triptych.languages.word_tables import load_sentence_patterns
from triptych.media.formulas.letter_forms import find_letter_variants
from triptych.media.formulas.spoken import speak_formula
from triptych.model import nodes
from triptych.model.nodes import Block, Inline, Paragraph, Text
from triptych.model.walk import find_nodes, plain_text, rewrite_all, walk_all
from triptych.writers.deck.story.passages import split_inline_sentences
from triptych.writers.deck.story.runs import AuthorNote, NotePart, NotesConverter, Remark, get_cited_name

# The scores of a sentence about the slide's content, of the first sentence of a paragraph, of a later
# sentence, and of a list item.
_SLIDE_SCORE, _FIRST_SCORE, _LATER_SCORE, _LIST_ITEM_SCORE = 10.0, 3.0, 2.0, 1.0
_POSITION_PENALTY = (
    0.2  # subtracted for each preceding paragraph, and for each preceding sentence of the paragraph
)
_ITEM_ENDS = tuple(",;，；、")  # ends of list items that are not sentences
# Minimum and maximum words of a sentence that is not about the slide's content.
_MIN_WORDS, _MAX_WORDS = 4, 45


@dataclass(slots=True)
class RemarkMaker:
    """Makes remarks from the passages of a slide, and counts the paragraphs converted so far."""

    rewriter: SentenceRewriter
    shown_ids: frozenset[int] = frozenset()
    paragraph_count: int = 0

    def make_remarks(self, blocks: Sequence[Block]) -> Iterator[NotePart]:
        """Yield remarks from blocks, and the author's notes unchanged.

        Headings, tables, listings, formulas, and nodes whose ``id()`` is in ``shown_ids`` are skipped.
        """
        for block in blocks:
            if id(block) not in self.shown_ids:
                yield from self._convert_block(block)

    def _convert_block(self, block: Block) -> Iterator[NotePart]:
        match block:
            case nodes.SpeakerNotes():
                yield from self._iter_author_notes((block,))
            case nodes.Paragraph():
                yield from self.make_sentence_remarks(block.content)
            case nodes.BulletList() | nodes.OrderedList():
                for item in block.items:
                    for remark in self.make_remarks(item.content[:1]):
                        if not isinstance(remark, Remark) or not remark.text[:1].islower():  # not a phrase
                            yield _lower_score(remark)
                    yield from self._iter_author_notes(item.content[1:])
            case nodes.Callout() | nodes.Theorem() | nodes.Group() | nodes.Aside():
                yield from self.make_remarks(block.content)
            case nodes.Slide():
                return  # an author's slide has its own notes
            case _:
                yield from self._iter_author_notes((block,))

    def _iter_author_notes(self, blocks: tuple[Block, ...]) -> Iterator[NotePart]:
        """Yield the author's notes from any depth inside ``blocks``."""
        speech = NotesConverter(frozenset(), self.rewriter.labels.colon)
        for node in find_nodes(blocks, nodes.SpeakerNotes):
            yield from map(AuthorNote, speech.make_paragraphs((node,)))

    def make_sentence_remarks(self, content: tuple[Inline, ...]) -> Iterator[Remark]:
        """Yield remarks from the sentences of a paragraph or of a line such as a takeaway."""
        position_penalty = _POSITION_PENALTY * self.paragraph_count
        before = True  # whether the previous sentence became a remark
        for index, part in enumerate(split_inline_sentences(content, self.rewriter.labels.language)):
            sentence = self.rewriter.rewrite_sentence(part)
            if sentence is None:
                continue
            base_score = (
                (_LATER_SCORE if index else _FIRST_SCORE) - position_penalty - _POSITION_PENALTY * index
            )
            needs_previous = sentence.needs_previous and index > 0 and not sentence.is_about_slide
            may = self._is_speakable(sentence) and (before or not needs_previous)
            if may:
                yield Remark(
                    text=sentence.text,
                    paragraph_number=self.paragraph_count,
                    score=_SLIDE_SCORE + base_score if sentence.is_about_slide else base_score,
                    needs_previous=needs_previous,
                    is_about_slide=sentence.is_about_slide,
                )
            before = may
        self.paragraph_count += 1

    def _is_speakable(self, sentence: SpokenSentence) -> bool:
        """Return whether a sentence is suitable as a remark.

        The sentence must have a suitable length, and refer neither to content of other slides nor to the book
        itself.
        """
        if sentence.has_other_reference or sentence.ends_with_colon or sentence.text[-1:] in _ITEM_ENDS:
            return False
        if sentence.is_about_slide:
            return True
        words = load_sentence_patterns(self.rewriter.labels.language)
        word_count = len(sentence.text.split())
        self_reference = words.self_references.search(sentence.text.replace("’", "'").lower())
        return (
            word_count <= _MAX_WORDS
            and self_reference is None
            and not (word_count < _MIN_WORDS and not sentence.needs_previous)
        )


def _lower_score(note_part: NotePart) -> NotePart:
    """Lower the score of a remark from a list item, unless the remark is about the slide's content."""
    if not isinstance(note_part, Remark) or note_part.is_about_slide:
        return note_part
    return Remark(
        text=note_part.text,
        paragraph_number=note_part.paragraph_number,
        score=min(note_part.score, _LIST_ITEM_SCORE),
        needs_previous=note_part.needs_previous,
    )


# Characters that mark the start of a reference to the slide, the start of any other reference, and the end of
# both.
_HERE_MARK, _ELSEWHERE_MARK, _REFERENCE_END = "\ue000", "\ue001", "\ue002"
_REFERENCE = re.compile(
    f"([{_HERE_MARK}{_ELSEWHERE_MARK}])([^{_HERE_MARK}{_ELSEWHERE_MARK}{_REFERENCE_END}]*+){_REFERENCE_END}"
)
_BRACKETED_TEXT = re.compile(
    rf"(?<!\s)\s*+[(（\[](?=[^()（）\[\]]*(?:{_HERE_MARK}|{_ELSEWHERE_MARK}|https?://))[^()（）\[\]]*+[)）\]]"
)
_EMPTY = re.compile(r"(?<!\s)\s*+(?:\(\s*+(?:[;,]\s*+)?\)|（\s*+）|\[\s*+\])")
_LOOSE_SPACE = re.compile(r"(?<!\s)\s++(?=[.,;:!?)\]])(?![.,]\d)")
_DOUBLE_PUNCTUATION = re.compile(r"([,;:])(?:\s*[,;:])+|,(?=[.!?])")
_SENTENCE_START = re.compile(r"^[\s“„«‘\"'(]*$")
# Languages in which nouns are not inflected for case.
_UNINFLECTED = frozenset("en zh ja vi th id ms".split())
_ARTICLE = re.compile(r"\b[Tt]he\s+$")
# Phrases such as "the table below" make no sense on a slide.
_THINGS = "chart|figure|table|listing|picture|drawing|diagram|map|formula|equation|date|number|list"
_THING_ABOVE_OR_BELOW = re.compile(rf"\b((?:{_THINGS})s?) (?:below|above)\b")
_FOLLOWING_THING = re.compile(rf"\b([Tt])he following (?=(?:{_THINGS})\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenSentence:
    """A sentence rewritten for speech.

    ``is_about_slide`` is true if the sentence refers to the slide's content, ``has_other_reference`` if it
    refers to other content, and ``needs_previous`` if it depends on the previous sentence.
    """

    text: str
    is_about_slide: bool = False
    has_other_reference: bool = False
    needs_previous: bool = False
    ends_with_colon: bool = False


@dataclass(frozen=True, slots=True)
class SentenceRewriter:
    """Rewrites sentences for speech. ``kinds_by_id`` maps the ids shown on the slide to content types."""

    labels: Labels
    kinds_by_id: Mapping[str, str] = field(default_factory=dict)

    def rewrite_sentence(self, content: tuple[Inline, ...]) -> SpokenSentence | None:
        """Rewrite a sentence for speech; return None if no words remain.

        A reference to the slide's content becomes "the chart" or similar; in languages with case inflection,
        this happens only at the start of a sentence. Brackets that contain a reference are removed.
        """
        text = _BRACKETED_TEXT.sub("", plain_text(rewrite_all(content, self._simplify_inline)))
        here_references = [match for match in _REFERENCE.finditer(text) if match[1] == _HERE_MARK]
        refers_elsewhere = _ELSEWHERE_MARK in text
        # If a slide has several targets, such as panels, their numbers distinguish them.
        text = self._replace_reference(text, here_references[0]) if len(here_references) == 1 else text
        text = _REFERENCE.sub(lambda match: match[2].partition("|")[0], text)
        text = _tidy_text(text)
        if not any(map(str.isalnum, text)):
            return None
        words = load_sentence_patterns(self.labels.language)
        lowercase_text = text.replace("’", "'").lower()
        return SpokenSentence(
            text=text,
            is_about_slide=any(_get_target(node) in self.kinds_by_id for node in walk_all(content)),
            has_other_reference=refers_elsewhere,
            needs_previous=bool(
                words.dependent_starts.match(lowercase_text)
                or words.introductory_phrases.match(lowercase_text)
            ),
            ends_with_colon=text.endswith((":", "：")),
        )

    def _replace_reference(self, text: str, match: re.Match[str]) -> str:
        before, following = text[: match.start()], text[match.end() :]
        label, _, phrase = match[2].partition("|")
        language = get_primary_subtag(self.labels.language)
        if language == "en" and phrase:
            before = _ARTICLE.sub("", before)
        first = _SENTENCE_START.match(before) is not None
        if not phrase or not (
            language in _UNINFLECTED or (first and following[:1] in ("", " ", ",", "\u00a0"))
        ):
            return f"{before}{label}{following}"
        return f"{before}{phrase[:1].upper() + phrase[1:] if first else phrase}{following}"

    def _write_formula_words(self, formula: nodes.Math) -> str:
        """Return a formula in words for the speaker, who sees which letters are capitals."""
        if not formula.mathml:
            return formula.spoken
        forms = find_letter_variants(())  # the speaker sees the formula
        words = speak_formula(formula.mathml, self.labels.language, forms, names_capitals=False)
        return words if words[-1:] == formula.spoken[-1:] else words.rstrip(f"{_SEPARATORS}.")

    def _simplify_inline(self, node: Any) -> Any:
        match node:
            case nodes.Note() | nodes.IndexMark():
                return ()
            case nodes.Citation():
                return nodes.Text(text=get_cited_name(node)) if get_cited_name(node) else ()
            case nodes.Phrase() if node.attr.has("aside"):
                return ()
            case nodes.Image():
                return nodes.Text(text="" if node.is_decorative else node.alt)
            case nodes.Math():
                return nodes.Text(text=self._write_formula_words(node) or node.text or node.tex)
            case nodes.Reference() | nodes.Link() if _get_target(node):
                kind = self.kinds_by_id.get(_get_target(node), "")
                element_names = load_sentence_patterns(self.labels.language).element_names
                phrase = element_names.get(kind, "") if isinstance(node, nodes.Reference) else ""
                sign = _HERE_MARK if kind else _ELSEWHERE_MARK if isinstance(node, nodes.Reference) else ""
                words = plain_text(node.content)
                return nodes.Text(text=f"{sign}{words}|{phrase}{_REFERENCE_END}" if sign else words)
        return node


def _get_target(node: object) -> str:
    """Return the id that a cross-reference or internal link points to, or ""."""
    match node:
        case nodes.Reference(target=target):
            return target
        case nodes.Link(target=target) if target.startswith("#") and not node.attr.has(nodes.TERM):
            return target.removeprefix("#")
    return ""


def _tidy_text(text: str) -> str:
    """Remove words such as "below", and empty brackets, spaces and punctuation left by removals."""
    text = _LOOSE_SPACE.sub("", _EMPTY.sub("", text))
    text = _DOUBLE_PUNCTUATION.sub(lambda match: match[1] or "", text)
    text = _FOLLOWING_THING.sub(r"\1his ", _THING_ABOVE_OR_BELOW.sub(r"\1", text))
    return " ".join(text.split(" ")).strip()


_MAX_COMPLETED_WORDS = 45  # maximum number of words in a completed sentence
_MAX_ITEMS = 5  # maximum number of items in a list that completes a sentence
_SENTENCE_ENDS = ".!?…。！？｡।॥۔؟።։"
_CLOSING_MARKS = "\"')]”’»›」』）】〉》"
_UNSPACED = ("zh", "ja", "th", "lo", "km", "my")  # languages without spaces between words
_SEPARATORS = " ,;，；、"
_NON_COMPLETING = (
    Paragraph | nodes.Heading | nodes.SpeakerNotes | nodes.Slide | nodes.ThematicBreak | nodes.PageBreak
)


def complete_sentences(blocks: Sequence[Block], labels: Labels) -> list[Block]:
    """Complete paragraphs that end in mid-sentence before the next block; leave other blocks unchanged.

    "The cost is" is completed with the spoken formula after it and the clause that continues the sentence, or
    with the phrases of a short list. A sentence that would become too long is left out. A clause that
    continues after a formula is removed from its own paragraph.
    """
    out = list(blocks)
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or block.tight:
            continue
        before = blocks[index - 1] if index else None
        after, second_following = [*blocks[index + 1 : index + 3], None, None][:2]
        continues = isinstance(before, nodes.Equation) and _continues_sentence(block)
        if not continues and (after is None or isinstance(after, _NON_COMPLETING)):
            continue
        sentences = split_inline_sentences(block.content, labels.language)
        if continues:
            sentences = sentences[1:]
        if sentences and _needs_next_block(sentences[-1], after):
            ending = _find_ending(after, second_following, labels)
            completed_sentence = (*sentences[-1], *ending) if ending else ()
            spoken_texts = (
                node.spoken if isinstance(node, nodes.Math) else plain_text((node,))
                for node in completed_sentence
            )
            is_short = count_spoken_words(" ".join(spoken_texts)) <= _MAX_COMPLETED_WORDS
            sentences = [*sentences[:-1], *([completed_sentence] if completed_sentence and is_short else [])]
        content = tuple(node for sentence in sentences for node in sentence)
        if content != block.content:
            out[index] = replace(block, content=content)
    return out


def _needs_next_block(sentence: tuple[Inline, ...], next_block: Block | None) -> bool:
    """Return whether a sentence is incomplete without the next block."""
    if next_block is None or isinstance(next_block, _NON_COMPLETING):
        return False
    text = plain_text(sentence).rstrip(f"{_CLOSING_MARKS} ")
    announces = text.endswith((":", "："))  # complete, unless a formula follows
    return isinstance(next_block, nodes.Equation) if announces else not text.endswith(tuple(_SENTENCE_ENDS))


def _continues_sentence(paragraph: Paragraph) -> bool:
    """Return whether a paragraph continues the sentence before a formula, such as "where n is the number"."""
    first = next((node for node in paragraph.content if plain_text((node,)).strip()), None)
    return isinstance(first, Text) and first.text.lstrip()[:1].islower()


def _find_ending(
    next_block: Block | None, following_block: Block | None, labels: Labels
) -> tuple[Inline, ...]:
    """Return the inlines that complete a sentence before a formula or a short list.

    After a formula, they include the clause in ``following_block`` that continues the sentence, if any.
    Return () if ``next_block`` is any other block.
    """
    tail: tuple[Inline, ...] = (Text(text=labels.full_stop.rstrip()),)
    gap = "" if labels.language.startswith(_UNSPACED) else " "
    if isinstance(next_block, nodes.Equation):
        if isinstance(following_block, Paragraph) and _continues_sentence(following_block):
            tail = (Text(text=", "), *split_inline_sentences(following_block.content, labels.language)[0])
        return (Text(text=gap), _convert_to_inline(next_block), *tail)
    words = _join_items(next_block, labels)
    return (Text(text=f"{gap}{words}"), *tail) if words else ()


def _convert_to_inline(equation: nodes.Equation) -> nodes.Math:
    text, speech = (words.rstrip(_SEPARATORS + ".") for words in (equation.text, equation.spoken))
    forms = {"tex": equation.tex, "mathml": equation.mathml, "omml": equation.omml}
    return nodes.Math(**forms, text=text, spoken=speech, span=equation.span)


def _join_items(block: Block | None, labels: Labels) -> str:
    """Join the items of a short list of phrases, or return "" for any other block."""
    if not isinstance(block, nodes.BulletList) or len(block.items) > _MAX_ITEMS:
        return ""
    items = []
    for item in block.items:
        text = plain_text(item.content).strip().rstrip(_SEPARATORS + ".")
        if len(item.content) != 1 or not isinstance(item.content[0], Paragraph) or text[:1].isupper():
            return ""
        items.append(text)
    return labels.listed(items)
