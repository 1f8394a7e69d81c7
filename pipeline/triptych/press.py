"""The whole run on one screen: read, resolve, lay out, write, check, publish."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from triptych.build_context import BuildContext
from triptych.diagnostics import Diagnostic, Span, has_errors, ordered, with_severities
from triptych.engine.build_folder import links_in_build
from triptych.engine.cache import Cache
from triptych.engine.garbage_collection import no_collector
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.engine.processes.call_room import with_room
from triptych.engine.processes.pool import Named, Pool, WorkerLost
from triptych.engine.processes.workers import Inline, workers
from triptych.engine.publication import publish
from triptych.engine.seals import is_sealed
from triptych.engine.store.journal import JOURNAL, Entry, explained
from triptych.engine.tasks import PRINTED, Task
from triptych.engine.temporary_files import is_gone, scratch, temporary_files_in_scratch
from triptych.formats import FORMATS, OutputFormat
from triptych.languages.labels import load_labels
from triptych.media.raster import UnusablePicture
from triptych.model.book import Book
from triptych.outputs import OUTPUTS
from triptych.outputs.base import NOT_PRINTED, WritingJob, Written, ignore_pages
from triptych.passes import resolve
from triptych.passes.characters import at_its_character
from triptych.passes.follow_ups import without_follow_ups
from triptych.passes.numbering import read_tables
from triptych.passes.pages import Announce, Printed
from triptych.project import MANIFEST, Project
from triptych.reading.book import read_book
from triptych.reading.project_files import links_out
from triptych.settings.manifest import Manifest
from triptych.settings.reading import read_manifest
from triptych.settings.talks import showing, telling_only, unknown_names
from triptych.theme.templating import template_problem
from triptych.theme.theme import load_theme
from triptych.writers.findings import find_missing_renderer

_ABOUT_MINUTES = ("DEK005", "DEK006")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks for: ``formats`` None means those of the manifest; ``jobs`` counts processes,
    ``talk`` is the name of one of the manifest's, "" for the book's own; ``explained`` asks which steps ran.
    The journal is kept in the folder of records, by default that of the cache, behind which there may be an
    address that machines share. One that does not publish makes all as if it did.
    """

    output_folder: Path
    formats: tuple[OutputFormat, ...] | None = None
    cache_folder: Path | None = None
    cache_address: str = ""
    records_folder: Path | None = None
    strict: bool = False
    jobs: int = 1
    profiles: tuple[str, ...] = ()
    talk: str = ""
    explained: bool = False
    publishes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of it: the files that were published, none where there were errors."""

    diagnostics: list[Diagnostic]
    outputs: Mapping[OutputFormat, Path] = field(default_factory=dict)
    wrap: Path | None = None
    """The cover of the printed book, where it is a file of its own."""
    digests: Mapping[Path, str] = field(default_factory=dict)
    """The SHA-256 of each file as it was published: another build may have put its own there since."""
    book: Book | None = field(default=None, repr=False)
    """The book that they show, or would show, resolved; None where it could not be read."""
    steps: tuple[Entry, ...] = ()
    """What was asked of the cache, where it is to be explained."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files that were published."""
        return (*self.outputs.values(), *((self.wrap,) if self.wrap else ()))

    @property
    def ok(self) -> bool:
        """Whether outputs were published."""
        return bool(self.outputs)


@with_room
def press(
    project: Project,
    request: Request,
    progress: Progress = lambda stage: None,
    executor: Executor | None = None,
    memory: Memory = NO_MEMORY,
) -> Outcome:
    """Build a project. Errors of all stages come together; with any, earlier outputs stay untouched.

    Processes are started for it, and end with it, unless there is an ``executor`` with some that stay.
    """
    if found := links_in_build(project):  # before anything is written there
        return Outcome(diagnostics=found)
    outcome = None
    with temporary_files_in_scratch() as folder, no_collector():
        cache = Cache(
            request.cache_folder, folder / JOURNAL, request.records_folder, request.cache_address, memory
        )
        cache.forget_journal()
        try:
            with nullcontext(executor) if executor else workers(request.jobs) as beside:
                if executor is None:
                    warm_up(beside, request)
                outcome = _press(project, request, cache, beside, progress)
                outcome = replace(outcome, diagnostics=[*redone(beside), *outcome.diagnostics])
        except WorkerLost as lost:
            outcome = Outcome(diagnostics=[_lost(lost)])
        except Exception:
            if not is_gone():
                raise
        if (outcome is None or not outcome.ok) and is_gone():
            return Outcome(diagnostics=[_cleared_away(folder)])
        assert outcome is not None
        if request.explained:
            steps = tuple(explained(folder / JOURNAL, cache.journal_of_last_build))
            outcome = replace(outcome, steps=steps)
        cache.keep_journal()
        cache.prune()
        outcome = replace(outcome, diagnostics=[*cache.findings(), *outcome.diagnostics])
    return outcome


def warm_up(executor: Executor, request: Request) -> None:
    """Have a process load what print needs, which takes it as long as this one needs to read a book.

    After an edit hardly more than one document is set; before a first print others load it as soon as this
    process and the programs that it runs leave them time (``prepare_all``).
    """
    paged = [name for name in request.formats or OUTPUTS if FORMATS[name].paged]
    if request.jobs > 1 and paged:
        load_theme()  # before processes are forked from this one, which then have it
        cache = Cache(request.cache_folder, scratch() / JOURNAL, request.records_folder)
        executor.submit(Named("the print engine", load_in_worker), cache, paged)


def load_in_worker(cache: Cache, formats: Sequence[OutputFormat]) -> None:
    """Load what a process needs that has any part in making these."""
    for name in formats:
        OUTPUTS[name].load_in_worker(cache)


NO_OUTPUTS = Diagnostic(
    code="MAN008",
    span=Span(path=MANIFEST),
    message=f"no output format is enabled in `{MANIFEST}`",
    hint="write `format: {pdf: default, epub: default, pptx: default}` with the outputs that you need",
)
_SAVE_MEMORY = "run fewer processes to save memory: `--jobs 1`"


def redone(executor: Executor) -> list[Diagnostic]:
    """ENV004 for what was done once more, since a process was lost that was at it."""
    made = dict.fromkeys(executor.taken_losses()) if isinstance(executor, Pool) else ()
    return [done_again(what) for what in made]


def done_again(what: str) -> Diagnostic:
    """ENV004 for work of a process that was lost."""
    message = f"a worker process crashed; its task was run again: {what}"
    return Diagnostic(code="ENV004", message=message, hint=_SAVE_MEMORY)


def _lost(what: WorkerLost) -> Diagnostic:
    message = f"two worker processes crashed on the same task: {what}"
    return Diagnostic(code="ENV005", message=message, hint=_SAVE_MEMORY)


def _cleared_away(folder: Path) -> Diagnostic:
    """What libraries keep on the disk is gone in the middle of a build: no other finding can be trusted."""
    return Diagnostic(
        code="ENV002",
        message=f"the temporary folder was deleted during the build: {folder}",
        hint="build again; if this keeps happening, set TMPDIR to a folder that is not cleaned automatically",
    )


def _press(
    project: Project, request: Request, cache: Cache, executor: Executor, progress: Progress
) -> Outcome:
    def formats_of(manifest: Manifest) -> tuple[OutputFormat, ...]:
        asked = request.formats or manifest.formats
        return tuple(name for name in OUTPUTS if name in asked)

    def begun(manifest: Manifest, book: Book) -> None:
        manuscript = Manuscript(book, manifest, project.root, cache)
        prepare_all(formats_of(manifest), manuscript, executor, request.jobs)

    progress("reading")
    manifest, book, found = read(project, cache, request.profiles, request.formats, request.talk, begun)
    cache.limit = manifest.cache.limit if manifest is not None else None
    if manifest is None or book is None or has_errors(found, strict=request.strict):
        return Outcome(diagnostics=ordered(found), book=book)
    formats = formats_of(manifest)
    if not formats:
        return Outcome(diagnostics=ordered([*found, NO_OUTPUTS]))
    context = BuildContext.for_book(project, book, cache, executor)
    context.begin_drawings(book)
    work = write_all(formats, Manuscript(book, manifest, project.root, cache), context, progress)
    files = {name: data for name, (data, _) in work.items()}
    found += [problem for _, problems in work.values() for problem in problems]
    cover = b""
    if not has_errors(found, strict=request.strict):
        for name, data in files.items():
            made, problems = write_cover(name, WritingJob(book, manifest, context), data)
            cover = cover or made
            found += problems
    if has_errors(found, strict=request.strict):
        return Outcome(diagnostics=ordered(found))
    progress("checking")
    if has_errors(found, strict=request.strict) or not request.publishes:
        return Outcome(diagnostics=ordered(found))
    progress("publishing")
    paths = {name: request.output_folder / manifest.file_name(name) for name in files}
    place = request.output_folder / manifest.wrap_name() if cover else None
    placed = {paths[name]: data for name, data in files.items()} | ({place: cover} if place else {})
    found += published(placed)
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in placed.items()}
    return Outcome(diagnostics=ordered(found), outputs=paths, wrap=place, digests=digests, book=book)


def checked(
    name: OutputFormat, data: bytes, manifest: Manifest, read: Callable[[str], bytes]
) -> list[Diagnostic]:
    """What is wrong with a finished file; ``read`` gives the author's template of a deck."""
    return OUTPUTS[name].place_findings(OUTPUTS[name].check(data), manifest, read)


def published(files: Mapping[Path, bytes]) -> list[Diagnostic]:
    """Put outputs into their places → OUT001 for each file there that is no output as we write them: it is
    kept.
    """
    return [
        Diagnostic(
            code="OUT001",
            message=f"`{path.name}` was edited by hand; your version was saved as `{kept.name}`",
            hint=f"make the same change in the source, or rename `{kept.name}` to keep your version",
        )
        for path, kept in publish(files, replaceable=is_sealed).items()
    ]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A book as it was read, its settings, and where its files lie: all that a process needs to write it."""

    book: Book
    manifest: Manifest
    root: Path
    cache: Cache

    def job(self, printed: Printed = NOT_PRINTED, announce: Announce = ignore_pages) -> WritingJob:
        """The job of a process that has nothing but what it is handed."""
        context = BuildContext.for_book(Project(self.root), self.book, self.cache)
        return WritingJob(self.book, self.manifest, context, printed, announce)


def write_all(
    formats: tuple[OutputFormat, ...], manuscript: Manuscript, context: BuildContext, progress: Progress
) -> dict[OutputFormat, tuple[bytes, list[Diagnostic]]]:
    """The first output in this process, the others beside it where there are processes for them.

    What shows page numbers of the PDF begins when the pages are set that it may name. With those of the last
    build it begins at once, as if no page would move, and again where one has.
    """
    first, *others = formats
    book, manifest = manuscript.book, manuscript.manifest
    elsewhere: dict[OutputFormat, tuple[Printed, Future[tuple[bytes, list[Diagnostic]]]]] = {}
    told: list[Printed] = []

    def begin(names: list[OutputFormat], printed: Printed) -> None:
        """Have outputs written with what they know of the PDF, unless they are under way with just that."""
        for name in names:
            known = OUTPUTS[name].select_pages(book, printed, context.memory)
            if name not in elsewhere or elsewhere[name][0] != known:
                if name in elsewhere:
                    elsewhere[name][1].cancel()
                writing = Named(FORMATS[name].label, write_one, at_home=True)
                job = context.executor.submit(writing, name, manuscript, known, guarded=True)
                elsewhere[name] = known, job

    def announced(printed: Printed) -> None:
        if not printed.whole:  # most likely slides need to know no more
            begin([name for name in waiting if FORMATS[name].slides and name not in elsewhere], printed)
            return
        told.append(printed)
        begin(waiting, printed)
        for name in waiting:
            if FORMATS[name].slides:
                context.cache.put(_last_pages(book, name), elsewhere[name][0])

    paged = FORMATS[first].paged
    waiting = [name for name in others if paged and OUTPUTS[name].needs_pages(book, manifest)]
    begin([name for name in others if name not in waiting], NOT_PRINTED)
    if not isinstance(context.executor, Inline):  # most edits move no page: what the last build knew may hold
        for name in waiting:
            if (expected := context.cache.get(_last_pages(book, name), Printed)) is not None:
                begin([name], expected)
    progress(first)
    job = WritingJob(book, manifest, context, announce=announced)
    work = {first: write(first, job, guarded=True)}
    if not told:
        begin(waiting, NOT_PRINTED)
    for name in others:
        progress(name)
        work[name] = elsewhere[name][1].result()
    return work


def _last_pages(book: Book, name: OutputFormat) -> Task[Printed]:
    """Where the pages of a book in its last build are kept, for an output that must know them."""
    which = repr((book.metadata.identifier, book.profiles, book.outputs))
    return Task.of(PRINTED, name, output=name, book=which)


def write_one(
    name: OutputFormat, manuscript: Manuscript, printed: Printed, *, guarded: bool = False
) -> tuple[bytes, list[Diagnostic]]:
    """One output, in another process."""
    return write(name, manuscript.job(printed), guarded=guarded)


def prepare_all(
    formats: tuple[OutputFormat, ...], manuscript: Manuscript, executor: Executor, jobs: int
) -> None:
    """Have made beside this process what outputs need besides their text, where they wait for a first PDF,
    and loaded what writes them. While the book is read one process is enough: others would be in its way.
    """
    first = OUTPUTS[formats[0]] if formats else None
    if isinstance(executor, Inline) or first is None or not first.is_first(manuscript.cache):
        return
    bare = replace(manuscript, book=_without_text(manuscript.book))
    executor.submit(Named("fonts and pictures", prepare), formats, bare)
    for _ in range(jobs - 1) if bare.book.chapters else ():
        executor.submit(Named("loading of writers", load_in_worker), manuscript.cache, formats)
    first.load()  # while a program formats citations


def _without_text(book: Book) -> Book:
    """A book with its cover and the pictures that open parts and chapters, and nothing else."""
    chapters = (replace(chapter, blocks=(), takeaways=(), sources=()) for chapter in book.chapters)
    return replace(book, chapters=tuple(chapters), sources=(), glossary=(), labels={}, anchors={})


def prepare(formats: tuple[OutputFormat, ...], manuscript: Manuscript) -> None:
    """What outputs need besides their text, in another process. What is wrong with it is told by those who
    need it.
    """
    for name in formats:
        if not FORMATS[name].paged:
            with suppress(Exception):
                OUTPUTS[name].prepare(manuscript.job())
                OUTPUTS[name].load()


def write_pages(name: OutputFormat, manuscript: Manuscript) -> tuple[tuple[bytes, list[Diagnostic]], Printed]:
    """A paged output, and its pages for the outputs that name them, in another process."""
    told: list[Printed] = []
    made = write(name, manuscript.job(announce=told.append))
    return made, told[-1] if told else NOT_PRINTED


def write(name: OutputFormat, job: WritingJob, *, guarded: bool = False) -> tuple[bytes, list[Diagnostic]]:
    """One output; a template that fails is a finding. A ``guarded`` one is held against the book again, and
    checked.
    """

    def make() -> Written:
        output, context = OUTPUTS[name], job.context
        made = output.write(job)
        if not guarded or not made.data or has_errors(made.found):
            return made
        named = Named(f"the check of {output.format.label}", output.check)
        checking = context.executor.submit(named, made.data, context.memory)
        missing = output.guard(made, context.executor, context.cache)
        wrong = output.check(made.data, context.memory) if checking.cancel() else checking.result()
        wrong = output.place_findings(wrong, job.manifest, context.read)
        return replace(made, found=[*made.found, *missing, *wrong])

    return _made(make, job)


def write_cover(name: OutputFormat, job: WritingJob, data: bytes) -> tuple[bytes, list[Diagnostic]]:
    """The cover that belongs beside a finished output; none, if it is in the output or there is none."""

    def make() -> Written:
        made = OUTPUTS[name].write_cover(job, data)
        if made is None:
            return Written(b"", [], job.book)
        wrong = OUTPUTS[name].check(made.data) if not has_errors(made.found) else []
        return replace(made, found=[*made.found, *wrong])

    return _made(make, job)


def _made(make: Callable[[], Written], job: WritingJob) -> tuple[bytes, list[Diagnostic]]:
    """What a writer makes, with its findings as bad as the manifest says, or why it cannot be made."""
    try:
        made = make()
        at = job.manifest.minutes_at
        found = [replace(one, span=at) if one.code in _ABOUT_MINUTES else one for one in made.found]
        return made.data, with_severities(found, job.manifest.verdicts)
    except UnusablePicture as error:
        span, message = Span(path=error.path or MANIFEST), f"this image cannot be used: {error}"
        return b"", [Diagnostic(code="IMG003", span=span, message=message)]
    except Exception as error:
        if problem := template_problem(error):
            return b"", [problem]
        raise


def read(
    project: Project,
    cache: Cache,
    profiles: tuple[str, ...] = (),
    formats: tuple[OutputFormat, ...] | None = None,
    talk: str = "",
    unresolved: Callable[[Manifest, Book], None] = lambda manifest, book: None,
) -> tuple[Manifest | None, Book | None, list[Diagnostic]]:
    """Manifest and sections → the resolved book, and all that is wrong with the source for some outputs, by
    default those of the manifest. A ``talk`` by name tells its chapters only. ``unresolved`` is handed the
    book before it has chapters, and as it was read.
    """
    cache.memory.begin_build()
    if found := links_in_build(project):
        return None, None, found
    manifest, positions, found = read_manifest(project, profiles, talk)
    if manifest is None:
        return None, None, found
    with no_collector():
        shown = tuple(name for name in formats or manifest.formats if not FORMATS[name].record)

        def begun(book: Book) -> None:
            unresolved(manifest, replace(book, profiles=profiles, outputs=shown))

        book, problems = read_book(project, manifest, positions, cache, begun)
        book = replace(book, profiles=profiles, outputs=shown)
        others = read_tables(project.overlay.others)
        says_all, few_slides = manifest.slides.notes == "full", manifest.slides.max_slides > 0
        book = replace(book, says_all=says_all, few_slides=few_slides and not says_all, others=others)
        unresolved(manifest, book)
        book, more = resolve(book, load_labels(manifest.language), cache.memory)
        if any(OUTPUTS[name].draws_formulas(manifest) for name in shown):
            more += find_missing_renderer(book)
        more += unknown_names(book, manifest.talk, manifest.talks, positions)
        book = telling_only(book, manifest.told_chapters)
        if slides := tuple(manifest.talk.slides):
            book = replace(
                book, chapters=tuple(cache.memory.call(showing, chapter, slides) for chapter in book.chapters)
            )
    more = [_at_its_character(finding, project) for finding in more]
    told = with_severities(found + links_out(project) + problems + more, manifest.verdicts)
    return manifest, book, without_follow_ups(told, project)


def _at_its_character(finding: Diagnostic, project: Project) -> Diagnostic:
    """A finding about a character where that stands; files of sources may be in another encoding."""
    if finding.code not in ("FNT001", "ENV003") or finding.span is None:
        return finding
    with suppress(UnicodeDecodeError):
        return at_its_character(finding, project.read_text(finding.span.path))
    return finding
