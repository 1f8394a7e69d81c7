"""Select slides, bullet points and key sentences for a talk for which the author wrote nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil

from triptych.model import nodes
from triptych.model.nodes import Block
from triptych.writers.deck.slides import CodeBody, Para, TextBody, join_run_text
from triptych.writers.deck.story.content_slides import ContentSlide, has_legible_listing
from triptych.writers.deck.story.sections import ChapterSection, is_program_output
from triptych.writers.deck.story.slide_titles import select_spaced_lines
from triptych.writers.deck.story.statements import BookSentence, StatementFinder, count_common_stems

_MIN_POINTS = 2  # minimum number of points of a list on a slide
_MIN_KEY_SENTENCES = 3  # minimum number of key sentences for a takeaways slide
_MAX_COMMON_FRACTION = 0.6  # maximum fraction of words that two takeaways have in common
_MAX_POINT_LINES, _LINE_LENGTH = 11, 70  # lines of points on one slide, and characters per line


def adapt_slide(slide: ContentSlide, headings: Sequence[str], finder: StatementFinder) -> ContentSlide:
    """Return a slide with only the bullet points that make sense on their own, or the slide hidden.

    A talk omits the output of a program without the program, listings that would be too small, lists of
    links or of phrases without a statement, and headings of summaries, whose sentences it shows elsewhere.
    """
    if slide.is_requested or slide.hidden:
        return slide
    body = slide.body
    if slide.book_blocks and all(map(is_program_output, slide.book_blocks)):
        body = None
    elif isinstance(body, CodeBody):
        body = body if has_legible_listing([body]) else None
    elif isinstance(body, TextBody):
        is_summary = not slide.has_statement_title and any(map(finder.is_conclusion_heading, headings))
        body = None if is_summary else _select_points(body, finder, has_statement=slide.has_statement_title)
    return replace(slide, body=body or slide.body, hidden=body is None)


def _select_points(body: TextBody, finder: StatementFinder, *, has_statement: bool) -> TextBody | None:
    """Return the bullet points that make sense without the text around their list, as many as fit on a slide.

    Return None if too few remain, or if the points are links or phrases that complete an omitted sentence.
    """
    paras = [para for para in body.paras if finder.is_clear_point(join_run_text(para.runs))]
    linked = sum(all(run.href for run in para.runs if run.text.strip()) for para in paras)
    starts = [next((run for run in para.runs if run.text.strip()), None) for para in paras]
    fragments = sum(run is not None and not run.code and run.text.lstrip()[0].islower() for run in starts)
    statements = sum(_is_statement_or_definition(para, finder) for para in paras)
    is_complete = has_statement or (fragments <= len(paras) / 2 < statements)
    is_shortened = len(paras) < len(body.paras)
    if linked > len(paras) / 2 or not is_complete or (is_shortened and _is_numbered(body)):
        return None
    if len(paras) < max(_MIN_POINTS, len(body.paras) / 2):
        return None
    return body if _is_numbered(body) else TextBody(paras=tuple(_limit_lines(paras)))


def _is_statement_or_definition(para: Para, finder: StatementFinder) -> bool:
    """Return whether a point is a sentence, or a term and its explanation."""
    text = join_run_text(para.runs)
    return finder.is_statement(text) or ": " in text


def _is_numbered(body: TextBody) -> bool:
    return any(para.number is not None for para in body.paras)


def _limit_lines(paras: Iterable[Para]) -> Iterator[Para]:
    """Yield the first paragraphs, as many as fit on a slide."""
    lines = 0
    for index, para in enumerate(paras):
        lines += ceil(len(join_run_text(para.runs)) / _LINE_LENGTH)
        if index >= _MIN_POINTS and lines > _MAX_POINT_LINES:
            return
        yield para


def list_conclusion_points(sections: Iterable[ChapterSection], finder: StatementFinder) -> list[str]:
    """Return the author's summary: the first sentences of the list items in concluding sections.

    Return nothing if fewer than three make sense on their own.
    """
    paragraphs = (
        paragraph
        for section in sections
        if finder.is_conclusion_heading(section.heading)
        for paragraph in iter_item_paragraphs(section.blocks)
    )
    firsts = (next(finder.iter_sentences(paragraph), None) for paragraph in paragraphs)
    points = [point for first in firsts if first and (point := finder.make_bullet_point(first))]
    return points if len(points) >= _MIN_KEY_SENTENCES else []


def iter_item_paragraphs(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the first paragraph of each list item in ``blocks``."""
    for block in blocks:
        if isinstance(block, nodes.BulletList | nodes.OrderedList):
            yield from (item.content[0] for item in block.items if item.content)


def list_key_sentences(
    sections: Iterable[ChapterSection], finder: StatementFinder, minimum: int = _MIN_KEY_SENTENCES
) -> list[str]:
    """Return the key sentence of each top-level section, or of each section if these are too few.

    Return nothing if there are fewer than ``minimum``.
    """
    suitable_sections = [
        section
        for section in sections
        if not any(map(finder.is_conclusion_heading, section.headings))
        and not finder.is_exercise_section(section.headings)
    ]
    for candidates in (
        [section for section in suitable_sections if len(section.path) == 1],
        suitable_sections,
    ):
        sentences = (finder.find_key_sentence(section.blocks, section.heading) for section in candidates)
        key_sentences = [key for key in dict.fromkeys(sentences) if key]
        if len(key_sentences) >= minimum:
            return key_sentences
    return []


def _is_repetition(text: str, other: str) -> bool:
    """Return whether most words of the shorter of two sentences are in the other."""
    shorter = min(count_common_stems(line, line) for line in (text, other))
    return text == other or count_common_stems(text, other) > shorter * _MAX_COMMON_FRACTION


def choose_takeaways(
    conclusions: Sequence[str],
    list_sentences: Callable[[int], Sequence[str]],
    message: str,
    finder: StatementFinder,
) -> tuple[list[str], str]:
    """Return the takeaways of a chapter and the claim that is their title, or "".

    The claim is the ``message`` or, if that is too long, another sentence. If at most three ``conclusions``
    were written, key sentences of the sections follow. Return no takeaways if there are fewer than three.
    """
    sentences = list(conclusions)
    if len(sentences) <= _MIN_KEY_SENTENCES:
        sentences += [
            key for key in list_sentences(1) if not any(_is_repetition(key, line) for line in conclusions)
        ]
    claims = (
        line for line in (message, *sentences) if line and finder.make_title(BookSentence(line)) == line
    )
    claim = next(claims, "")
    points = [line for line in sentences if line != claim]
    if len(points) < _MIN_KEY_SENTENCES:
        points, claim = sentences, ""
    return (list(select_spaced_lines(points)), claim) if len(points) >= _MIN_KEY_SENTENCES else ([], "")
