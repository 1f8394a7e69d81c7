"""Build or check all titles that have changed, in an order in which each knows the numbers of those that it
refers to.
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

from triptych.catalog.cluster import Cluster
from triptych.catalog.ledger import Ledger, LedgerEntry
from triptych.catalog.preparation import (
    PreparedTitle,
    RunOptions,
    collect_files,
    locate_numbers,
    locate_records,
    prepare_reading,
    prepare_title,
)
from triptych.catalog.title_build import TitleJob, TitleResult, TitleState, build_title, read_title
from triptych.catalog.titles import Catalog, Title
from triptych.catalog.workers import Bounds, Crew, Done, Lost
from triptych.diagnostics import Diagnostic
from triptych.engine.files import write_atomically
from triptych.engine.store.program import digest
from triptych.engine.temporary_files import locked_folder, temporary_folder
from triptych.model.book import REFERABLE
from triptych.project import is_link

_MENTION = re.compile(rf"@\{{?([^\s@:;,\[\](){{}}]+):(?:{'|'.join(REFERABLE)})-")
_ONCE = ("ENV004", "ENV006", "ENV007")  # findings of one run, which the next does not repeat


def load_earlier_results(catalog: Catalog) -> dict[str, TitleResult]:
    """Return the results of earlier runs by the names of titles."""
    return {name: entry.made for name, entry in Ledger(locate_records(catalog)).entries.items()}


def build_titles(
    catalog: Catalog,
    titles: Sequence[Title],
    asked: RunOptions,
    begun: Callable[[int], None] = lambda count: None,
    waits: Callable[[], None] = lambda: None,
) -> Generator[TitleResult, None, None]:
    """Build some titles of a catalogue, and tell each when it is done; ``begun`` hears how many there are to
    build. What has not changed since it was built is told first. One run at a time is at work in a folder of
    outputs: another ``waits``.
    """
    records = locate_records(catalog)
    if is_link(records):
        raise NotADirectoryError(
            errno.ENOTDIR, "this path must be a folder, not a symbolic link; remove the link", str(records)
        )
    records.mkdir(parents=True, exist_ok=True)
    with locked_folder(records, waits):
        ledger = Ledger(records)
        names = frozenset(title.name for title in catalog.titles)
        ledger.keep(names)
        mentions = {title.name: find_mentions(title, catalog, names) for title in titles}
        by_name = {title.name: title for title in titles}
        for together in order_in_waves(list(by_name), mentions):
            wave = [add_numbers(by_name[name], mentions[name], ledger.numbers) for name in together]
            with closing(_build_wave(catalog, wave, asked, ledger, begun)) as results:
                for made in results:
                    yield made
                    if asked.fail_fast and not made.is_good:
                        return


def check_titles(
    catalog: Catalog,
    titles: Sequence[Title],
    asked: RunOptions,
    begun: Callable[[int], None] = lambda count: None,
) -> Generator[TitleResult, None, None]:
    """Read some titles, and tell each with what is wrong with its source; nothing is written down.

    References to others are held against what these say now, or said when they were last built, if they fail.
    """
    ledger = Ledger(locate_records(catalog))
    names = frozenset(title.name for title in catalog.titles)
    mentions = {title.name: find_mentions(title, catalog, names) for title in titles}
    by_name = {title.name: title for title in titles}
    read: dict[str, Mapping[str, Any]] = {}
    with tempfile.TemporaryDirectory(dir=temporary_folder()) as folder:
        for together in order_in_waves(list(by_name), mentions):
            ready: list[PreparedTitle] = []
            for name in together:
                title = add_numbers(
                    by_name[name], mentions[name], lambda other: read.get(other) or ledger.numbers(other)
                )
                prepared = prepare_reading(catalog, title, asked, Path(folder))
                if isinstance(prepared, PreparedTitle):
                    ready.append(prepared)
                else:
                    yield prepared
            begun(len(ready))
            for made, _ in _run_works(catalog, ready, asked, read_title):
                earlier = {} if made.is_good else ledger.numbers(made.name)
                read[made.name] = earlier or made.numbers
                yield made


def _build_wave(
    catalog: Catalog, titles: Sequence[Title], asked: RunOptions, ledger: Ledger, begun: Callable[[int], None]
) -> Generator[TitleResult, None, None]:
    """Build titles that need nothing of each other."""
    ready: list[PreparedTitle] = []
    for title in titles:
        prepared = prepare_title(catalog, title, asked, ledger)
        if isinstance(prepared, PreparedTitle):
            ready.append(prepared)
        else:
            if not prepared.is_good:
                ledger.add(LedgerEntry("", prepared))
            yield prepared
    begun(len(ready))
    for made, own in _run_works(catalog, ready, asked, build_title):
        if made.is_good:
            table = json.dumps(made.numbers, ensure_ascii=False, indent=1, sort_keys=True)
            write_atomically(locate_numbers(catalog, made.name), table.encode())
        ledger.add(LedgerEntry(own.key, drop_passing_findings(made), digest_numbers(own.work.overlay.others)))
        yield made


def _run_works(
    catalog: Catalog, ready: Sequence[PreparedTitle], asked: RunOptions, do: Callable[[TitleJob], TitleResult]
) -> Generator[tuple[TitleResult, PreparedTitle], None, None]:
    """Have something done to all that is ready, by processes of this machine, or by the workers of a cluster,
    which build.
    """
    if not ready:
        return
    prepared = {one.work.name: one for one in ready}
    works = [one.work for one in ready]
    if asked.scheduler:
        files = {name: one.files for name, one in prepared.items()}
        running = Cluster(asked.scheduler, _get_bounds(catalog)).run(works, files)
    else:
        running = Crew(min(asked.jobs, len(works)), do, _get_bounds(catalog)).run(works)
    with closing(running) as results:
        for done in results:
            own = prepared[done.job.name]
            yield move_findings(get_made(done), own.files, catalog.root), own


def _get_bounds(catalog: Catalog) -> Bounds:
    limits = catalog.settings.limits
    return Bounds(limits.memory, limits.time, limits.titles_per_process)


def find_mentions(title: Title, catalog: Catalog, names: frozenset[str]) -> frozenset[str]:
    """Return which of the ``names`` the sections of a title refer to, none if they cannot be read."""
    try:
        sections = [file for path, file in collect_files(title, catalog).items() if path.endswith(".md")]
        texts = [section.read_text("utf-8", "replace") for section in sections]
    except OSError:
        return frozenset()
    mentioned = {name for text in texts for name in _MENTION.findall(text)}
    return (names & mentioned) - {title.name}


def order_in_waves(names: Sequence[str], mentions: Mapping[str, frozenset[str]]) -> Iterator[list[str]]:
    """Titles one after the other, each behind those that it refers to, as many at a time as can be.

    Of those that refer to one another in a circle none is first: they come together, and last.
    """
    left = list(names)
    while left:
        free = [name for name in left if not mentions.get(name, frozenset()) & set(left)]
        wave = free or left
        yield wave
        left = [name for name in left if name not in wave]


def add_numbers(title: Title, mentions: frozenset[str], numbers: Callable[[str], Mapping[str, Any]]) -> Title:
    """Return a title with the ``numbers`` of the titles that it refers to."""
    known = {name: table for name in sorted(mentions) if (table := numbers(name))}
    return replace(title, overlay=replace(title.overlay, others=known)) if known else title


def digest_numbers(numbers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return a digest of the numbers of each title."""
    return {name: digest(json.dumps(table, sort_keys=True)) for name, table in numbers.items()}


def report_outdated_titles(titles: Sequence[Title], ledger: Ledger) -> Iterator[Diagnostic]:
    """CAT007 for titles that show numbers of others as these were before, as those may that refer to one
    another in a circle.
    """
    for title in titles:
        entry = ledger.entries.get(title.name)
        if entry is None or not entry.made.is_good:
            continue
        if entry.known != digest_numbers({name: ledger.numbers(name) for name in entry.known}):
            message = f"{title.name}: cross-references to other titles show outdated numbers"
            yield Diagnostic(
                code="CAT007",
                message=message,
                hint="run the build again; only the affected titles are rebuilt",
            )


def get_made(done: Done[TitleJob, TitleResult]) -> TitleResult:
    """Return the result of a process, with ENV004 if a first one was lost, or CAT005 if both were."""
    if isinstance(done.result, Lost):
        lost = Diagnostic(
            code="CAT005",
            message=f"{done.job.name}: {done.result.reason}",
            hint=f"see the log file {done.job.log}",
        )
        return TitleResult(
            name=done.job.name,
            state=TitleState.LOST,
            reason=done.result.reason,
            diagnostics=(lost,),
            seconds=done.seconds,
            memory=done.memory,
        )
    again = (_report_retry(done),) if done.before else ()
    return replace(done.result, memory=done.memory, diagnostics=(*done.result.diagnostics, *again))


def drop_passing_findings(made: TitleResult) -> TitleResult:
    """Return a result without the findings that concern one run only."""
    return replace(made, diagnostics=tuple(one for one in made.diagnostics if one.code not in _ONCE))


def _report_retry(done: Done[TitleJob, TitleResult]) -> Diagnostic:
    message = f"{done.job.name}: {done.before}; the title was rebuilt in a new process"
    return Diagnostic(code="ENV004", message=message)


def move_findings(made: TitleResult, files: Mapping[str, Path], root: Path) -> TitleResult:
    """Return a result whose findings name the files in the catalogue instead of those in the project."""

    def moved(finding: Diagnostic) -> Diagnostic:
        file = files.get(finding.span.path) if finding.span else None
        if finding.span is None or file is None or not file.is_relative_to(root):
            return finding
        return replace(finding, span=replace(finding.span, path=file.relative_to(root).as_posix()))

    return replace(made, diagnostics=tuple(map(moved, made.diagnostics)))
