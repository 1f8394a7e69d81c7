"""Build or check the titles of a catalogue that have changed.

A title is processed after the titles that it refers to, so that its cross-references show their current
numbers.
"""

from __future__ import annotations

import errno
import json
import re
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from triptych.catalog.cluster import ClusterClient
from triptych.catalog.ledger import Ledger, LedgerEntry
from triptych.catalog.preparation import (
    PreparedTitle,
    RunOptions,
    collect_files,
    locate_numbering_table,
    locate_records,
    prepare_title,
    prepare_title_check,
)
from triptych.catalog.title_build import TitleJob, TitleResult, TitleState, build_title, read_title
from triptych.catalog.titles import Catalog, Title
from triptych.catalog.workers import FinishedJob, JobLimits, LostJob, WorkerPool
from triptych.diagnostics import Diagnostic
from triptych.engine.files import write_atomically
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.temporary_files import get_temporary_folder, locked_folder
from triptych.model.book import REFERABLE
from triptych.project import is_link

_MENTION = re.compile(rf"@\{{?([^\s@:;,\[\](){{}}]+):(?:{'|'.join(REFERABLE)})-")
_ONE_RUN_ONLY = ("ENV004", "ENV006", "ENV007")  # codes of findings that later runs do not repeat


def load_earlier_results(catalog: Catalog) -> dict[str, TitleResult]:
    """Map the names of titles to their last results."""
    return {name: entry.result for name, entry in Ledger(locate_records(catalog)).entries.items()}


def build_titles(
    catalog: Catalog,
    titles: Sequence[Title],
    options: RunOptions,
    on_wave_start: Callable[[int], None] = lambda count: None,
    on_wait: Callable[[], None] = lambda: None,
) -> Generator[TitleResult, None, None]:
    """Build the titles that have changed, and yield each result as soon as it is available.

    Titles are built in waves (``group_into_waves``). Each wave first yields the titles that are up to date,
    then calls ``on_wave_start`` with the number of titles to build. ``on_wait`` is called if another run is
    using the output folder.
    """
    records = locate_records(catalog)
    if is_link(records):
        raise NotADirectoryError(
            errno.ENOTDIR, "this path must be a folder, not a symbolic link; remove the link", str(records)
        )
    records.mkdir(parents=True, exist_ok=True)
    with locked_folder(records, on_wait):
        ledger = Ledger(records)
        names = frozenset(title.name for title in catalog.titles)
        ledger.retain_titles(names)
        mentions = {title.name: find_referenced_titles(title, catalog, names) for title in titles}
        by_name = {title.name: title for title in titles}
        for wave_names in group_into_waves(list(by_name), mentions):
            wave = [
                add_numbering_tables(by_name[name], mentions[name], ledger.get_numbering_table)
                for name in wave_names
            ]
            with closing(_build_wave(catalog, wave, options, ledger, on_wave_start)) as results:
                for result in results:
                    yield result
                    if options.fail_fast and not result.is_successful:
                        return


def check_titles(
    catalog: Catalog,
    titles: Sequence[Title],
    options: RunOptions,
    on_wave_start: Callable[[int], None] = lambda count: None,
) -> Generator[TitleResult, None, None]:
    """Read titles without building them; yield each result with the findings in the source.

    References to other titles use the numbers read in this run, or those of the last build if a title cannot
    be read. Titles are read in waves (``group_into_waves``); ``on_wave_start`` is called with the number of
    titles in each wave.
    """
    ledger = Ledger(locate_records(catalog))
    names = frozenset(title.name for title in catalog.titles)
    mentions = {title.name: find_referenced_titles(title, catalog, names) for title in titles}
    by_name = {title.name: title for title in titles}
    numbers_by_name: dict[str, Mapping[str, Any]] = {}
    with tempfile.TemporaryDirectory(dir=get_temporary_folder()) as folder:
        for wave_names in group_into_waves(list(by_name), mentions):
            ready: list[PreparedTitle] = []
            for name in wave_names:
                title = add_numbering_tables(
                    by_name[name],
                    mentions[name],
                    lambda other: numbers_by_name.get(other) or ledger.get_numbering_table(other),
                )
                preparation = prepare_title_check(catalog, title, options, Path(folder))
                if isinstance(preparation, PreparedTitle):
                    ready.append(preparation)
                else:
                    yield preparation
            on_wave_start(len(ready))
            for result, _ in _run_jobs(catalog, ready, options, read_title):
                earlier = {} if result.is_successful else ledger.get_numbering_table(result.name)
                numbers_by_name[result.name] = earlier or result.numbers
                yield result


def _build_wave(
    catalog: Catalog,
    titles: Sequence[Title],
    options: RunOptions,
    ledger: Ledger,
    on_wave_start: Callable[[int], None],
) -> Generator[TitleResult, None, None]:
    """Build titles that do not refer to each other; record and yield their results."""
    ready: list[PreparedTitle] = []
    for title in titles:
        preparation = prepare_title(catalog, title, options, ledger)
        if isinstance(preparation, PreparedTitle):
            ready.append(preparation)
        else:
            if not preparation.is_successful:
                ledger.add_entry(LedgerEntry("", preparation))
            yield preparation
    on_wave_start(len(ready))
    for result, prepared_title in _run_jobs(catalog, ready, options, build_title):
        if result.is_successful:
            table = json.dumps(result.numbers, ensure_ascii=False, indent=1, sort_keys=True)
            write_atomically(locate_numbering_table(catalog, result.name), table.encode())
        ledger.add_entry(
            LedgerEntry(
                prepared_title.key,
                drop_transient_findings(result),
                hash_numbering_tables(prepared_title.job.overlay.other_titles),
            )
        )
        yield result


def _run_jobs(
    catalog: Catalog,
    prepared_titles: Sequence[PreparedTitle],
    options: RunOptions,
    process_title: Callable[[TitleJob], TitleResult],
) -> Generator[tuple[TitleResult, PreparedTitle], None, None]:
    """Run the jobs of prepared titles, and yield each title's result with the prepared title.

    Worker processes call ``process_title`` for each job. If a Dask scheduler is set, its workers build the
    titles instead.
    """
    if not prepared_titles:
        return
    titles_by_name = {title.job.name: title for title in prepared_titles}
    jobs = [title.job for title in prepared_titles]
    settings = catalog.settings.limits
    limits = JobLimits(settings.memory, settings.time, settings.titles_per_process)
    if options.scheduler:
        files = {name: title.files for name, title in titles_by_name.items()}
        running = ClusterClient(options.scheduler, limits).build_titles(jobs, files)
    else:
        running = WorkerPool(min(options.jobs, len(jobs)), process_title, limits).run(jobs)
    with closing(running) as results:
        for done in results:
            finished_title = titles_by_name[done.job.name]
            yield relocate_findings(collect_result(done), finished_title.files, catalog.root), finished_title


def find_referenced_titles(title: Title, catalog: Catalog, names: frozenset[str]) -> frozenset[str]:
    """Return those titles in ``names`` that a title's source refers to.

    If a section file cannot be read, return an empty set.
    """
    try:
        sections = [file for path, file in collect_files(title, catalog).items() if path.endswith(".md")]
        texts = [section.read_text("utf-8", "replace") for section in sections]
    except OSError:
        return frozenset()
    mentioned = {name for text in texts for name in _MENTION.findall(text)}
    return (names & mentioned) - {title.name}


def group_into_waves(names: Sequence[str], references: Mapping[str, frozenset[str]]) -> Iterator[list[str]]:
    """Yield groups of title names in which each title refers only to titles of earlier groups.

    If references form a cycle, all remaining titles are in the last group.
    """
    left = list(names)
    while left:
        free = [name for name in left if not references.get(name, frozenset()) & set(left)]
        wave = free or left
        yield wave
        left = [name for name in left if name not in wave]


def add_numbering_tables(
    title: Title, referenced_names: frozenset[str], get_numbering_table: Callable[[str], Mapping[str, Any]]
) -> Title:
    """Return a copy of a title with the numbering tables of the titles that it refers to.

    Titles without a numbering table are skipped.
    """
    tables = {name: table for name in sorted(referenced_names) if (table := get_numbering_table(name))}
    return replace(title, overlay=replace(title.overlay, other_titles=tables)) if tables else title


def hash_numbering_tables(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Map the names of titles to digests of their numbering tables."""
    return {name: compute_digest(json.dumps(table, sort_keys=True)) for name, table in tables.items()}


def report_outdated_titles(titles: Sequence[Title], ledger: Ledger) -> Iterator[Diagnostic]:
    """Report CAT007 for each title that shows outdated numbers of other titles.

    This happens if references form a cycle.
    """
    for title in titles:
        entry = ledger.entries.get(title.name)
        if entry is None or not entry.result.is_successful:
            continue
        if entry.numbering_digests != hash_numbering_tables(
            {name: ledger.get_numbering_table(name) for name in entry.numbering_digests}
        ):
            message = f"{title.name}: numbers in cross-references to other books are out of date"
            yield Diagnostic(
                code="CAT007",
                message=message,
                hint="run the build again; only the affected titles are rebuilt",
            )


def collect_result(finished_job: FinishedJob[TitleJob, TitleResult]) -> TitleResult:
    """Return the title result of a finished job.

    Add CAT005 if the worker process was lost, or ENV004 if only the first attempt lost its process.
    """
    if isinstance(finished_job.result, LostJob):
        finding = Diagnostic(
            code="CAT005",
            message=f"{finished_job.job.name}: {finished_job.result.reason}",
            hint=f"see the log file {finished_job.job.log}",
        )
        return TitleResult(
            name=finished_job.job.name,
            state=TitleState.ABORTED,
            reason=finished_job.result.reason,
            diagnostics=(finding,),
            seconds=finished_job.seconds,
            memory=finished_job.memory,
        )
    diagnostics = finished_job.result.diagnostics
    if finished_job.first_loss:
        message = (
            f"{finished_job.job.name}: {finished_job.first_loss}; the title was rebuilt in a new process"
        )
        diagnostics = (*diagnostics, Diagnostic(code="ENV004", message=message))
    return replace(finished_job.result, memory=finished_job.memory, diagnostics=diagnostics)


def drop_transient_findings(result: TitleResult) -> TitleResult:
    """Remove findings that concern only a single run, such as ENV004."""
    return replace(
        result,
        diagnostics=tuple(finding for finding in result.diagnostics if finding.code not in _ONE_RUN_ONLY),
    )


def relocate_findings(result: TitleResult, files: Mapping[str, Path], root: Path) -> TitleResult:
    """Change the paths of findings from the assembled project to the catalogue's files."""

    def relocate_finding(finding: Diagnostic) -> Diagnostic:
        file = files.get(finding.span.path) if finding.span else None
        if finding.span is None or file is None or not file.is_relative_to(root):
            return finding
        return replace(finding, span=replace(finding.span, path=file.relative_to(root).as_posix()))

    return replace(result, diagnostics=tuple(map(relocate_finding, result.diagnostics)))
