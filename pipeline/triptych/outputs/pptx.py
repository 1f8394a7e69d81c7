"""Write and check the PowerPoint deck with speaker notes."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.template_checks import REPAIR_HINT
from triptych.model.book import Book
from triptych.outputs.base import Output, SlowCheck, SourceContext, WritingJob, WrittenOutput
from triptych.passes.conditions import select_for_output
from triptych.passes.pages import PrintInfo, select_page_info_for_slides
from triptych.reading.project_files import find_template_or_theme, load_checked_template
from triptych.settings.format_options import PptxOptions
from triptych.settings.manifest import Manifest

if TYPE_CHECKING:
    import jinja2

    from triptych.checks.deck.examination import DeckExamination
    from triptych.checks.texts import FileText
    from triptych.theme.theme import Theme
    from triptych.writers.deck.package.fonts import Extent
    from triptych.writers.deck.slides import Deck, DeckSlide
    from triptych.writers.deck.story.storyboard import StoryOptions
    from triptych.writers.deck.template.template import Template

_ATTEMPTS = 4  # attempts to reduce the number of slides to the limit
_SLIDE_PART = re.compile(r"ppt/slides/slide\d+\.xml")


class PptxOutput(Output):
    """A PowerPoint deck with speaker notes."""

    name = "pptx"
    modules = (
        "triptych.writers.deck.template.opening",
        "triptych.writers.deck.story.storyboard",
        "triptych.writers.deck.writer",
    )

    def needs_pages(self, book: Book, manifest: Manifest) -> bool:
        """Return whether slides or notes contain page numbers.

        With the option ``notes: speech``, the notes always do.
        """
        return manifest.deck_options.notes == "speech" or super().needs_pages(book, manifest)

    def select_pages(self, book: Book, print_info: PrintInfo, memory: Memory = NO_MEMORY) -> PrintInfo:
        """Return the page information that slides may contain."""
        return select_page_info_for_slides(book, print_info, memory)

    def needs_formula_drawings(self, manifest: Manifest) -> bool:
        """Return True, because each native equation has a drawing as its fallback."""
        return True

    def prepare_resources(self, job: WritingJob) -> None:
        """Open the PowerPoint template, and resize the images for its layouts."""
        from triptych.writers.deck.drawing.pictures import make_picture_target

        options = job.manifest.deck_options
        _, template, _ = _open_template(job.book, options, job.context)
        if template is not None:
            book = job.select_output_book(self.name)
            dict(
                job.context.prepare_pictures(
                    book, make_picture_target(options.image_dpi, template.boxes_by_kind)
                )
            )

    def write(self, job: WritingJob) -> WrittenOutput:
        """Write the deck. Errors in the author's template become findings."""
        options = job.manifest.deck_options
        try:
            return _write_deck(job, options)
        except Exception as error:
            from triptych.writers.deck.template.opening import is_template_error, report_broken_template

            if not options.template or not is_template_error(error):
                raise
            _, span = load_checked_template(job.context.read_file, options.template)
            return WrittenOutput(b"", [report_broken_template(error, span)], job.book)

    def check(self, data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
        """Report faults in the deck's package."""
        from triptych.checks.deck import check_deck

        return check_deck(data, memory)

    def locate_findings(
        self, findings: list[Diagnostic], manifest: Manifest, read_file: Callable[[str], bytes]
    ) -> list[Diagnostic]:
        """Locate all findings at the author's PowerPoint template, if there is one."""
        options = manifest.format.pptx
        if not findings or options is None or not options.template:
            return findings
        _, span = load_checked_template(read_file, options.template)
        return [
            replace(finding, span=span, hint=f"check the template: {REPAIR_HINT}") for finding in findings
        ]

    def read_text(self, data: bytes, memory: Memory = NO_MEMORY) -> FileText:
        """Return the text of slides and speaker notes."""
        from triptych.checks.texts import read_deck_text

        return read_deck_text(data, memory)

    def count_contents(self, data: bytes) -> Mapping[str, int]:
        """Return the number of slides, including hidden ones."""
        return {"slides": _count_slides(data)}

    def list_slow_checks(self, path: Path) -> Sequence[SlowCheck]:
        """Return a single check of titles, reading order, alt text, contrast and legibility."""
        return [SlowCheck(self.format.label, _examine_file, (path,))]

    def collect_check_findings(self, results: Sequence[Any], source: SourceContext) -> list[Diagnostic]:
        """Return the located findings, and a finding for each chapter whose slides show only text."""
        from triptych.checks.deck.examination import find_chapters_without_evidence, locate_deck_findings

        style, book = find_template_or_theme(source.read_file), select_for_output(source.book, self.name)
        findings = [finding for result in results for finding in locate_deck_findings(result, book, style)]
        if any(self.name in row.outcomes for row in source.parity_rows):
            findings += find_chapters_without_evidence(source.book, source.parity_rows, self.name)
        return findings

    def list_check_remarks(self, path: Path, results: Sequence[Any]) -> list[str]:
        """Return a sentence about the number of words on slides."""
        return [result.wordiness.summary for result in results if result.wordiness.summary]


def storyboard_deck(
    job: WritingJob, template: Template, excess_slides: int = 0
) -> tuple[Deck, Book, list[Diagnostic]]:
    """Return the storyboard of the deck, the book as the deck shows it, and the findings.

    ``excess_slides`` is the total number of slides by which earlier attempts exceeded the limit.
    """
    from triptych.writers.deck.drawing.pictures import make_picture_target
    from triptych.writers.deck.story.storyboard import make_storyboard

    options, context = job.manifest.deck_options, job.context
    book = job.select_output_book(PptxOutput.name)
    deck, findings = make_storyboard(
        book,
        context.labels,
        context.templates,
        _make_story_options(job.manifest, excess_slides),
        print_info=job.print_info,
        pictures=context.prepare_pictures(
            book, make_picture_target(options.image_dpi, template.boxes_by_kind)
        ),
        draw_formulas=partial(context.draw_formulas, with_svg=True),
        memory=context.memory,
    )
    return deck, book, findings


def list_slides_without_statement(
    book: Book, manifest: Manifest, templates: jinja2.Environment
) -> list[DeckSlide]:
    """Return the visible slides whose title the author has to write, without preparing images."""
    from triptych.languages.labels import load_labels
    from triptych.media.output_pictures import PreparedPicture
    from triptych.writers.deck.story.storyboard import make_storyboard

    deck, _ = make_storyboard(
        select_for_output(book, PptxOutput.name),
        load_labels(manifest.language),
        templates,
        _make_story_options(manifest),
        pictures=defaultdict(lambda: PreparedPicture(b"", "image/png")),
    )
    return [slide for slide in deck.slides if slide.needs_title and not slide.hidden]


def _make_story_options(manifest: Manifest, excess_slides: int = 0) -> StoryOptions:
    from triptych.writers.deck.story.storyboard import StoryOptions
    from triptych.writers.deck.story.talk_timing import TalkTiming

    options, talk = manifest.deck_options, manifest.talk
    return StoryOptions(
        footer=options.footer,
        incremental=options.incremental,
        overflow=options.overflow,
        transition=options.transition,
        dividers=options.dividers,
        framing_switches={
            "summary": options.summary,
            "agenda": options.agenda,
            "closing": options.closing,
        },
        visible_ids=talk.slides,
        framing_notes={name: text for name, text in talk.notes.model_dump().items() if text},
        max_chapter_slides=options.max_per_chapter,
        max_slides=options.max_slides,
        excess=excess_slides,
        timing=TalkTiming(minutes=talk.minutes, pace=talk.pace) if options.notes == "speech" else None,
    )


def _write_deck(job: WritingJob, options: PptxOptions) -> WrittenOutput:
    data, excess = b"", 0
    deck: Deck | None = None
    story_findings: list[Diagnostic] = []
    drawing_findings: list[Diagnostic] = []
    for _ in range(_ATTEMPTS if options.max_slides else 1):
        theme, template, findings = _open_template(job.book, options, job.context)
        if template is None:
            return WrittenOutput(b"", findings, job.book)
        before = deck
        deck, _, story_findings = storyboard_deck(job, template, excess)
        if deck == before:  # the author has requested all remaining slides
            break
        data, drawing_findings = _draw_deck(deck, theme, template, options.embed_fonts, job.context)
        # Drawing may add continuation slides.
        if (excess_slides := _count_slides(data) - options.max_slides) <= 0:
            break
        excess += excess_slides
    return WrittenOutput(data, story_findings + drawing_findings, job.book)


def _count_slides(data: bytes) -> int:
    """Return the number of slides in a deck, or 0 if ``data`` is empty."""
    names = zipfile.ZipFile(io.BytesIO(data)).namelist() if data else []
    return sum(bool(_SLIDE_PART.fullmatch(name)) for name in names)


def _draw_deck(
    deck: Deck, theme: Theme, template: Template, fonts: Extent, context: BuildContext
) -> tuple[bytes, list[Diagnostic]]:
    """Return the deck's bytes and findings, from the last build if the inputs are unchanged."""
    from triptych.writers.deck.template.opening import keep_unused_template
    from triptych.writers.deck.writer import write_deck

    inputs = template.checksum, template.span, fonts, deck  # the checksum also identifies the theme
    last = context.memory.get("the deck")
    if last is not None and last[0] == inputs:
        keep_unused_template(template, context.memory)
    else:
        last = inputs, write_deck(deck, theme, context.rasterise, template, fonts, context.cache)
        context.memory.put("the deck", last)
    result: tuple[bytes, list[Diagnostic]] = last[1]
    return result


def _open_template(
    book: Book, options: PptxOptions, context: BuildContext
) -> tuple[Theme, Template | None, list[Diagnostic]]:
    """Return the theme with the slides' colour scheme, the PowerPoint template, and the findings.

    The template is the author's, or else the theme's. It is None if the author's template cannot be used.
    """
    from triptych.writers.deck.template.built_in_template import prepare_logo, vary_theme
    from triptych.writers.deck.template.opening import open_template

    theme = vary_theme(context.theme, options.color_scheme)
    data, span = (
        load_checked_template(context.read_file, options.template) if options.template else (None, None)
    )
    names = {str(kind): name for kind, name in options.layouts.items()}
    logo = None
    if book.metadata.logo and data is None:
        logo = prepare_logo(book.metadata.logo, book.metadata.logo_alt, context, theme.colours)
    template, findings = open_template(
        theme, book.metadata.language, data, names, span, logo, context.cache, options.slide_size
    )
    return theme, template, findings


def _examine_file(path: Path) -> DeckExamination:
    from triptych.checks.deck.examination import examine_deck

    return examine_deck(path.read_bytes())
