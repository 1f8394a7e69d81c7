"""A whole run: which titles have changed, each of them built, and all of it told."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from triptych.catalog.cluster import Cluster
from triptych.catalog.crew import Crew
from triptych.catalog.guarded import Bounds, Done, Lost
from triptych.catalog.ledger import Entry, Ledger
from triptych.catalog.references import in_waves, informed, mentions_of, numbers_of
from triptych.catalog.staging import content_of, files_of, put_together
from triptych.catalog.title_build import Made, State, Work, build_title, read_title
from triptych.catalog.titles import Catalog, Title
from triptych.diagnostics import Diagnostic
from triptych.engine.folder_locks import alone_in
from triptych.engine.memory.program import digest, program_digest
from triptych.engine.temporary_files import scratch
from triptych.engine.whole_files import write_atomically

_RECORDS = ".catalog"  # the folder, among the outputs, of what a run needs and nobody reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for: ``jobs`` titles at a time, or the workers of a ``scheduler``; a ``cache`` other
    than the catalogue's own; all titles anew or only what has changed; whether the first that fails ends it.
    """

    jobs: int
    scheduler: str = ""
    cache: Path | None = None
    address: str = ""
    force: bool = False
    strict: bool = False
    fail_fast: bool = False


def records_of(catalog: Catalog) -> Path:
    """The folder of what a run keeps for the next."""
    return catalog.output_folder / _RECORDS


def log_of(catalog: Catalog, name: str) -> Path:
    """The file of what a title's process says."""
    return records_of(catalog) / "logs" / f"{name}.log"


def known_of(catalog: Catalog) -> dict[str, Made]:
    """What earlier runs have made, by the names of titles."""
    return {name: entry.made for name, entry in Ledger(records_of(catalog)).entries.items()}


def build_titles(
    catalog: Catalog,
    titles: Sequence[Title],
    asked: Asked,
    begun: Callable[[int], None] = lambda count: None,
) -> Generator[Made, None, None]:
    """Build some titles of a catalogue, and tell each when it is done; ``begun`` hears how many there are to
    build. What has not changed since it was built is told first. One run at a time is at work in a folder of
    outputs: another waits.
    """
    records = records_of(catalog)
    records.mkdir(parents=True, exist_ok=True)
    with alone_in(records):
        ledger = Ledger(records)
        ledger.keep(frozenset(title.name for title in catalog.titles))
        mentions = {title.name: mentions_of(title, catalog) for title in titles}
        by_name = {title.name: title for title in titles}
        for names in in_waves(list(by_name), mentions):
            wave = [informed(by_name[name], mentions[name], ledger) for name in names]
            with closing(_build_wave(catalog, wave, asked, ledger, begun)) as results:
                for made in results:
                    yield made
                    if asked.fail_fast and not made.is_good:
                        return


def _build_wave(
    catalog: Catalog,
    titles: Sequence[Title],
    asked: Asked,
    ledger: Ledger,
    begun: Callable[[int], None],
) -> Generator[Made, None, None]:
    """Build titles that need nothing of each other."""
    ready: list[_Ready] = []
    for title in titles:
        prepared = _prepared(catalog, title, asked, ledger)
        if isinstance(prepared, _Ready):
            ready.append(prepared)
        else:
            yield prepared
    begun(len(ready))
    if asked.scheduler:
        results = _by_cluster(catalog, ready, asked)
    else:
        results = _by_crew(catalog, ready, asked, build_title)
    for done, own in results:
        made = _at_home(_result(done), own.files, catalog.root)
        if made.is_good:
            table = json.dumps(made.numbers, ensure_ascii=False, indent=1, sort_keys=True)
            write_atomically(_table_of(catalog, made.name), table.encode())
        else:  # others may still refer to what it was
            made = replace(made, numbers=ledger.numbers(made.name))
        ledger.add(Entry(own.key, made, own.numbers))
        yield made


@dataclass(frozen=True, slots=True)
class _Ready:
    """A title whose project lies ready, with the files it was put together from and their digest."""

    work: Work
    files: Mapping[str, Path]
    key: str
    numbers: str


def _prepared(catalog: Catalog, title: Title, asked: Asked, ledger: Ledger) -> _Ready | Made:
    """A title put together, or what became of it already: nothing to do, or nothing to be done."""
    work = _work(catalog, title, asked)
    try:
        files = files_of(title, catalog)
        key = _key(title, content_of(files), asked)
        if not asked.force and (known := _still_there(ledger, key, work)):
            return replace(known, state=State.KEPT, seconds=0.0, memory=0)
        put_together(files, work.project)
    except OSError as error:
        made = _unreadable(catalog, title, error)
        ledger.add(Entry("", made))
        return made
    return _Ready(work, files, key, numbers_of(title))


def _by_crew(
    catalog: Catalog, ready: Sequence[_Ready], asked: Asked, do: Callable[[Work], Made]
) -> Generator[tuple[Done[Work, Made], _Ready], None, None]:
    """Have something done to all that is ready, in processes of this machine that may take so much."""
    crew: Crew[Work, Made] = Crew(min(asked.jobs, max(len(ready), 1)), do, _bounds(catalog))
    prepared = {one.work.name: one for one in ready}
    with closing(crew.run([one.work for one in ready])) as results:
        for done in results:
            yield done, prepared[done.job.name]


def _by_cluster(
    catalog: Catalog, ready: Sequence[_Ready], asked: Asked
) -> Generator[tuple[Done[Work, Made], _Ready], None, None]:
    """Have all that is ready built by the workers of a cluster."""
    prepared = {one.work.name: one for one in ready}
    files = {name: one.files for name, one in prepared.items()}
    cluster = Cluster(asked.scheduler, _bounds(catalog))
    with closing(cluster.run([one.work for one in ready], files)) as results:
        for done in results:
            yield done, prepared[done.job.name]


def _bounds(catalog: Catalog) -> Bounds:
    limits = catalog.settings.limits
    return Bounds(limits.memory, limits.time, limits.titles)


def check_titles(
    catalog: Catalog,
    titles: Sequence[Title],
    asked: Asked,
    begun: Callable[[int], None] = lambda count: None,
) -> Generator[Made, None, None]:
    """Read some titles, and tell each with what is wrong with its source; nothing is written down."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        ready: list[_Ready] = []
        ledger = Ledger(records_of(catalog))
        for listed in titles:
            title = informed(listed, mentions_of(listed, catalog), ledger)
            project, cache = Path(folder) / title.name / "project", asked.cache or Path(folder) / "cache"
            work = replace(_work(catalog, title, asked), project=project, cache=cache)
            try:
                files = files_of(title, catalog)
                put_together(files, work.project)
            except OSError as error:
                yield _unreadable(catalog, title, error)
                continue
            ready.append(_Ready(work, files, "", ""))
        begun(len(ready))
        for done, own in _by_crew(catalog, ready, asked, read_title):
            yield _at_home(_result(done), own.files, catalog.root)


def clean(catalog: Catalog, titles: Sequence[Title]) -> list[Path]:
    """Remove the outputs of some titles as they were built, with what is kept of them → what is gone."""
    records, removed = records_of(catalog), []
    ledger = Ledger(records)
    for name in [title.name for title in titles]:
        folder = catalog.output_folder / name
        entry = ledger.entries.pop(name, None)
        for file, sealed in entry.made.outputs.items() if entry else ():
            if _digest(folder / file) == sealed:
                (folder / file).unlink()
                removed.append(folder / file)
        _table_of(catalog, name).unlink(missing_ok=True)
        _remove_empty(folder, catalog.output_folder)
    if ledger.entries:
        ledger.keep(frozenset(ledger.entries))
    elif records.is_dir():
        shutil.rmtree(records)
        removed.append(records)
    return removed


def _table_of(catalog: Catalog, name: str) -> Path:
    """The file of a title's numbers, beside its outputs."""
    return catalog.output_folder / name / f"{PurePosixPath(name).name}.refs.json"


def _work(catalog: Catalog, title: Title, asked: Asked) -> Work:
    records = records_of(catalog)
    return Work(
        name=title.name,
        project=records / "projects" / title.name / "project",
        output_folder=catalog.output_folder / title.name,
        cache=asked.cache or records / "cache",
        address=asked.address,
        log=log_of(catalog, title.name),
        overlay=title.overlay,
        profiles=title.profiles,
        formats=title.formats,
        strict=asked.strict,
    )


def _key(title: Title, content: str, asked: Asked) -> str:
    """A digest of all that decides a title's outputs."""
    told = repr((title.profiles, title.formats, title.overlay, asked.strict))
    return digest(program_digest(), content, told)


def _still_there(ledger: Ledger, key: str, work: Work) -> Made | None:
    """What was made of the same before, where all of it is there as it was."""
    entry = ledger.entries.get(work.name)
    if entry is None or entry.key != key or not entry.made.is_good:
        return None
    there = all(_digest(work.output_folder / file) == it for file, it in entry.made.outputs.items())
    return entry.made if there else None


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _result(done: Done[Work, Made]) -> Made:
    if isinstance(done.result, Lost):
        lost = Diagnostic(
            code="CAT005", message=f"{done.job.name}: {done.result.reason}", hint=f"its log is {done.job.log}"
        )
        return Made(
            name=done.job.name,
            state=State.LOST,
            reason=done.result.reason,
            diagnostics=(lost,),
            seconds=done.seconds,
            memory=done.memory,
        )
    return replace(done.result, memory=done.memory)


def _unreadable(catalog: Catalog, title: Title, error: OSError) -> Made:
    """A title of which a file cannot be read."""
    file = Path(str(error.filename or title.folder))
    path = file.relative_to(catalog.root).as_posix() if file.is_relative_to(catalog.root) else str(file)
    message = f"{path}: {(error.strerror or 'it cannot be read').lower()}"
    found = Diagnostic(code="CAT006", message=message)
    return Made(name=title.name, state=State.FAILED, reason=message, diagnostics=(found,))


def _at_home(made: Made, files: Mapping[str, Path], root: Path) -> Made:
    """Findings with their files where they lie in the catalogue."""

    def moved(finding: Diagnostic) -> Diagnostic:
        file = files.get(finding.span.path) if finding.span else None
        if finding.span is None or file is None or not file.is_relative_to(root):
            return finding
        return replace(finding, span=replace(finding.span, path=file.relative_to(root).as_posix()))

    return replace(made, diagnostics=tuple(map(moved, made.diagnostics)))


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove a folder and those above it as far as nothing is in them."""
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
