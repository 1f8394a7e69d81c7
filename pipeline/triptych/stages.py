"""Implement the steps of a build, which ``press.py`` lists in order.

The scheduler (``engine/scheduler.py``) distributes the steps over processes, and the build context
(``build_context.py``) caches their results.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic, Span, apply_severities, has_errors, sort_findings
from triptych.engine.build_records import check_build_folder, is_unchanged_output
from triptych.engine.cache import Cache
from triptych.engine.garbage_collection import pause_garbage_collection
from triptych.engine.processes.pool import NamedJob
from triptych.engine.publication import publish_files
from triptych.engine.scheduler import LateValue, StopRun
from triptych.engine.tasks import PAGE_NUMBERS, Task
from triptych.formats import FORMATS, OutputFormat, list_formats
from triptych.languages.labels import load_labels
from triptych.media.raster_images import UnusablePictureError
from triptych.model.book import Book
from triptych.model.nodes import Image
from triptych.model.walk import book_nodes
from triptych.outputs import OUTPUTS
from triptych.outputs.base import NO_PRINT_INFO, WritingJob, WrittenOutput
from triptych.passes import run_passes
from triptych.passes.follow_ups import drop_follow_up_findings
from triptych.passes.glyphs import move_to_character
from triptych.passes.numbering import import_numbering
from triptych.passes.pages import PrintInfo
from triptych.project import MANIFEST, Project
from triptych.reading.book import read_book
from triptych.reading.project_files import report_refused_paths
from triptych.request import BuildOutcome, BuildRequest
from triptych.settings.manifest import Manifest
from triptych.settings.manifest_reader import read_manifest
from triptych.settings.talks import check_talk_references, limit_talk_to_chapters, mark_slides
from triptych.settings.values import require_trust_in_hints
from triptych.theme.templating import describe_template_error
from triptych.writers.findings import find_missing_renderer

_TALK_LENGTH_CODES = ("DEK005", "DEK006")
Emit: TypeAlias = Callable[[str, Any], None]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The data that a process needs to write a book: the resolved book, its manifest, folder and cache."""

    book: Book
    manifest: Manifest
    root: Path
    cache: Cache
    formats: tuple[OutputFormat, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    previews: bool = False

    def make_context(self, executor: Executor | None = None) -> BuildContext:
        """Create a build context for writing the book."""
        return BuildContext.for_book(Project(self.root), self.book, self.cache, executor)


NO_OUTPUTS = Diagnostic(
    code="MAN008",
    span=Span(path=MANIFEST),
    message=f"no output format is enabled in `{MANIFEST}`",
    hint="write `format: {pdf: default, epub: default, pptx: default}` with the outputs that you need",
)


# --- Reading -----------------------------------------------------------------------------------------


def read_source(project: Project, request: BuildRequest, cache: Cache, emit: Emit) -> Manuscript:
    """Read and resolve the book, and return the data for writing it.

    Raise ``StopRun`` if the source has errors.
    """

    def announce(manifest: Manifest, book: Book) -> None:
        formats = _choose_formats(request, manifest)
        if formats and OUTPUTS[formats[0]].is_first_build(cache):
            early = Manuscript(_strip_text(book), manifest, project.root, cache, formats)
            if not book.chapters:
                emit("opening", early)
            else:
                emit("draft", early)
                emit("workers", tuple(range(request.jobs - 1)))
            OUTPUTS[formats[0]].import_modules()  # while a program formats citations

    manifest, book, findings = read_project(
        project, cache, request.profiles, request.formats, request.talk, announce
    )
    cache.limit = manifest.cache.limit if manifest is not None else None
    if manifest is None or book is None or has_errors(findings, strict=request.strict):
        raise StopRun(BuildOutcome(diagnostics=sort_findings(findings), book=book))
    formats = _choose_formats(request, manifest)
    return Manuscript(book, manifest, project.root, cache, formats, tuple(findings), request.previews)


def _choose_formats(request: BuildRequest, manifest: Manifest) -> tuple[OutputFormat, ...]:
    requested = request.formats or manifest.formats
    return tuple(name for name in list_formats() if name in requested)


def read_project(
    project: Project,
    cache: Cache,
    profiles: tuple[str, ...] = (),
    formats: tuple[OutputFormat, ...] | None = None,
    talk: str = "",
    announce: Callable[[Manifest, Book], None] = lambda manifest, book: None,
) -> tuple[Manifest | None, Book | None, list[Diagnostic]]:
    """Return the manifest, the resolved book and all findings of a project.

    The manifest and the book are None if they cannot be read. Findings concern the output formats in
    ``formats``, by default those in the manifest. If ``talk`` names a talk, slides show only its chapters.
    ``announce`` is called with the manifest and the book before the chapters are read, and again before
    cross-references are resolved.
    """
    cache.memory.begin_build()
    if findings := check_build_folder(project):
        return None, None, findings
    manifest, positions, findings = read_manifest(project, profiles, talk)
    if manifest is None:
        return None, None, findings
    with pause_garbage_collection():
        visible_outputs = tuple(name for name in formats or manifest.formats if not FORMATS[name].is_record)

        def announce_opening(book: Book) -> None:
            announce(manifest, replace(book, profiles=profiles, outputs=visible_outputs))

        book, problems = read_book(project, manifest, positions, cache, announce_opening)
        if not project.trusted:
            problems = require_trust_in_hints(problems)
        book = replace(book, profiles=profiles, outputs=visible_outputs)
        others = import_numbering(project.overlay.other_titles)
        has_full_notes, few_slides = (
            manifest.deck_options.notes == "full",
            manifest.deck_options.max_slides > 0,
        )
        book = replace(
            book,
            has_complete_notes=has_full_notes,
            has_slide_limit=few_slides and not has_full_notes,
            other_titles=others,
        )
        announce(manifest, book)
        book, pass_findings = run_passes(book, load_labels(manifest.language), cache.memory)
        if any(OUTPUTS[name].needs_formula_drawings(manifest) for name in visible_outputs):
            pass_findings += find_missing_renderer(book)
        pass_findings += check_talk_references(book, manifest.talk, manifest.talks, positions)
        book = limit_talk_to_chapters(book, manifest.talk_chapters)
        if slides := tuple(manifest.talk.slides):
            chapters = (cache.memory.call(mark_slides, chapter, slides) for chapter in book.chapters)
            book = replace(book, chapters=tuple(chapters))
    pass_findings = [_place_at_character(finding, project) for finding in pass_findings]
    all_findings = apply_severities(
        findings + report_refused_paths(project) + problems + pass_findings, manifest.rule_severities
    )
    return manifest, book, drop_follow_up_findings(all_findings, project)


def _place_at_character(finding: Diagnostic, project: Project) -> Diagnostic:
    """Move a finding about a character to the character's position, unless the file is not UTF-8."""
    if finding.code not in ("FNT001", "ENV003") or finding.span is None:
        return finding
    with suppress(UnicodeDecodeError):
        return move_to_character(finding, project.read_text(finding.span.path))
    return finding


def list_outputs(manuscript: Manuscript, request: BuildRequest) -> tuple[OutputFormat, ...]:
    """Return the output formats to write, PDF first. Raise ``StopRun`` if there are none."""
    if not manuscript.formats:
        raise StopRun(BuildOutcome(diagnostics=sort_findings([*manuscript.findings, NO_OUTPUTS])))
    return manuscript.formats


# --- Preparing ---------------------------------------------------------------------------------------


def load_layout_engine(request: BuildRequest, cache: Cache) -> None:
    """Load the PDF layout engine if this process will lay out pages."""
    for name in request.formats or OUTPUTS:
        if FORMATS[name].is_paged:
            OUTPUTS[name].import_modules_in_worker(cache)


def load_writers(worker: int, manuscript: Manuscript) -> None:
    """Import the modules that a worker process needs to write outputs."""
    for name in manuscript.formats:
        OUTPUTS[name].import_modules_in_worker(manuscript.cache)


def prepare_outputs(manuscript: Manuscript) -> None:
    """Cache the images and fonts of all outputs except the PDF. Later steps report errors."""
    for name in manuscript.formats:
        if not FORMATS[name].is_paged:
            with suppress(Exception):
                OUTPUTS[name].prepare_resources(
                    WritingJob(manuscript.book, manuscript.manifest, manuscript.make_context())
                )
                OUTPUTS[name].import_modules()


def _strip_text(book: Book) -> Book:
    """Remove the text from a book, but keep the images of its cover, parts and chapter openers."""
    chapters = (replace(chapter, blocks=(), takeaways=(), sources=()) for chapter in book.chapters)
    return replace(book, chapters=tuple(chapters), sources=(), glossary=(), labels={}, anchors={})


# --- Writing -----------------------------------------------------------------------------------------


class PdfPageNumbers(LateValue):
    """The page numbers of the PDF that other outputs contain. Most edits do not change them."""

    name = "pages"

    def is_needed(self, item: OutputFormat, *inputs: Any) -> bool:
        """Return whether an output contains page numbers of a PDF that is built in the same run."""
        manuscript: Manuscript = inputs[0]
        is_built = FORMATS[manuscript.formats[0]].is_paged
        return is_built and OUTPUTS[item].needs_pages(manuscript.book, manuscript.manifest)

    def is_final(self, value: PrintInfo) -> bool:
        """Return whether the page numbers of the back matter are known."""
        return value.is_complete

    def accepts_draft(self, item: OutputFormat) -> bool:
        """Return whether an output, like slides, rarely refers to the back matter.

        Such an output can start before the page numbers of the back matter are known.
        """
        return FORMATS[item].is_deck

    def select_part(self, item: OutputFormat, value: PrintInfo | None, *inputs: Any) -> PrintInfo:
        """Return the page numbers that an output contains."""
        manuscript: Manuscript = inputs[0]
        if value is None:
            return NO_PRINT_INFO
        return OUTPUTS[item].select_pages(manuscript.book, value, manuscript.cache.memory)

    def guess_part(self, item: OutputFormat, *inputs: Any) -> PrintInfo | None:
        """Return the page numbers that the output contained in the last build."""
        manuscript: Manuscript = inputs[0]
        print_info: PrintInfo | None = manuscript.cache.get(
            _make_pages_task(item, manuscript.book), PrintInfo
        )
        return NO_PRINT_INFO if print_info is None and manuscript.previews else print_info

    def save_part(self, item: OutputFormat, part: PrintInfo, *inputs: Any) -> None:
        """Cache the page numbers on slides. Other outputs contain too many for a correct guess."""
        manuscript: Manuscript = inputs[0]
        if FORMATS[item].is_deck and self.is_needed(item, manuscript):
            manuscript.cache.put(_make_pages_task(item, manuscript.book), part)


def _make_pages_task(name: OutputFormat, book: Book) -> Task[PrintInfo]:
    which = repr((book.metadata.identifier, book.profiles, book.outputs))
    return Task.for_step(PAGE_NUMBERS, name, output=name, book=which)


@dataclass(frozen=True, slots=True)
class FinishedOutput:
    """The bytes and findings of a written and checked output.

    If there are errors, ``data`` is empty. ``cover`` is the separate cover file of a printed book, if any.
    """

    data: bytes
    findings: list[Diagnostic]
    cover: bytes = b""


def write_output(
    name: OutputFormat, manuscript: Manuscript, executor: Executor, emit: Emit, print_info: PrintInfo
) -> FinishedOutput:
    """Write an output file, compare its content with the book, and check the file."""
    context = manuscript.make_context(executor)
    if name == manuscript.formats[0]:  # written in this process, which can start drawings in workers
        context.begin_chart_drawings(manuscript.book)
    job = WritingJob(
        manuscript.book, manuscript.manifest, context, print_info, partial(emit, PdfPageNumbers.name)
    )
    data, findings = write_format(name, job, with_checks=True)
    if not data or has_errors(findings):
        return FinishedOutput(b"", findings)
    cover, problems = _convert_errors(partial(_write_cover, name, job, data), job)
    return FinishedOutput(data, findings + problems, cover)


def write_format(
    name: OutputFormat, job: WritingJob, *, with_checks: bool = False
) -> tuple[bytes, list[Diagnostic]]:
    """Write an output; return its bytes and findings. Template errors become findings.

    If ``with_checks`` is true, also compare the output with the book, and check the file.
    """

    def make() -> WrittenOutput:
        output, context = OUTPUTS[name], job.context
        written = output.write(job)
        if not with_checks or not written.data or has_errors(written.findings):
            return written
        check_job = NamedJob(f"the check of {output.format.label}", output.check)
        checking = context.executor.submit(check_job, written.data, context.memory)
        missing = output.check_contents(written, context.executor, context.cache)
        check_findings = (
            output.check(written.data, context.memory) if checking.cancel() else checking.result()
        )
        check_findings = output.locate_findings(check_findings, job.manifest, context.read_file)
        return replace(written, findings=[*written.findings, *missing, *check_findings])

    return _convert_errors(make, job)


def _write_cover(name: OutputFormat, job: WritingJob, data: bytes) -> WrittenOutput:
    """Write the separate cover file of a finished output; return an empty result if it has none."""
    cover = OUTPUTS[name].write_cover(job, data)
    if cover is None:
        return WrittenOutput(b"", [], job.book)
    check_findings = (
        OUTPUTS[name].check(cover.data, job.context.memory) if not has_errors(cover.findings) else []
    )
    return replace(cover, findings=[*cover.findings, *check_findings])


def _convert_errors(write: Callable[[], WrittenOutput], job: WritingJob) -> tuple[bytes, list[Diagnostic]]:
    """Call ``write`` and return the output's bytes and findings, with the severities set in the manifest.

    If an image is unusable or a template has an error, return no bytes and one finding.
    """
    try:
        written = write()
        talk_span = job.manifest.talk_length_span
        findings = [
            replace(finding, span=talk_span) if finding.code in _TALK_LENGTH_CODES else finding
            for finding in written.findings
        ]
        return written.data, apply_severities(findings, job.manifest.rule_severities)
    except UnusablePictureError as error:
        span, message = _locate_picture(job.book, error.path), f"this image cannot be used: {error}"
        return b"", [Diagnostic(code="IMG003", span=span, message=message)]
    except Exception as error:
        if problem := describe_template_error(error):
            return b"", [problem]
        raise


def _locate_picture(book: Book, path: str) -> Span:
    """Return the position where a book first shows an image file, or else the file or the manifest."""
    for node in book_nodes(book, Image):
        files = (node.picture, *(picture for _, picture in node.variants))
        span: Span | None = node.span
        if span and any(picture and picture.path == path for picture in files):
            return span
    return Span(path=path or MANIFEST)


# --- Publishing --------------------------------------------------------------------------------------


def collect_findings(
    manuscript: Manuscript, request: BuildRequest, outputs: Mapping[OutputFormat, FinishedOutput]
) -> Sequence[Diagnostic]:
    """Return all findings, sorted.

    Raise ``StopRun`` if there are errors, or if the request does not publish files.
    """
    findings = sort_findings(
        [*manuscript.findings, *(finding for output in outputs.values() for finding in output.findings)]
    )
    if has_errors(findings, strict=request.strict) or not request.publishes:
        raise StopRun(BuildOutcome(diagnostics=findings))
    return findings


def publish_outputs(
    manuscript: Manuscript,
    request: BuildRequest,
    outputs: Mapping[OutputFormat, FinishedOutput],
    findings: Sequence[Diagnostic],
) -> BuildOutcome:
    """Move all output files to the output folder, or none of them if one cannot be moved.

    Raise ``StopRun`` if the project has a folder, pipe or device in place of an output.
    """
    folder, manifest = request.output_folder, manuscript.manifest
    paths = {name: folder / manifest.get_file_name(name) for name in outputs}
    cover = next((output.cover for output in outputs.values() if output.cover), b"")
    wrap = folder / manifest.get_cover_file_name() if cover else None
    files = {paths[name]: output.data for name, output in outputs.items()} | ({wrap: cover} if wrap else {})
    if obstacles := _find_obstacles(manuscript.root, files):
        raise StopRun(BuildOutcome(diagnostics=sort_findings([*findings, *obstacles])))
    is_replaceable = partial(is_unchanged_output, folder=Project(manuscript.root).records_folder)
    edited = publish_files(files, is_replaceable=is_replaceable)
    findings = sort_findings([*findings, *_report_edited_files(edited)])
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    return BuildOutcome(
        diagnostics=findings, outputs=paths, cover=wrap, digests=digests, book=manuscript.book
    )


def _find_obstacles(root: Path, paths: Iterable[Path]) -> list[Diagnostic]:
    """Report SEC005 for each folder, pipe or device of the project with the name of an output.

    Outside the project, this is a system error.
    """
    return [
        Diagnostic(
            code="SEC005",
            span=Span(path=path.relative_to(root).as_posix()),
            message=f'"{path.relative_to(root).as_posix()}" is not a file',
            hint="remove or rename it; the build writes an output with this name",
        )
        for path in paths
        if path.is_relative_to(root) and path.exists() and not path.is_file()
    ]


def _report_edited_files(copies: Mapping[Path, Path]) -> list[Diagnostic]:
    """Report OUT001 for each output file that was edited by hand.

    ``copies`` maps edited files to their saved copies.
    """
    return [
        Diagnostic(
            code="OUT001",
            message=f"`{path.name}` was edited by hand; your version was saved as `{copy_path.name}`",
            hint=f"make the same change in the source, or rename `{copy_path.name}` to keep your version",
        )
        for path, copy_path in copies.items()
    ]
