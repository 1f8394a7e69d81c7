"""A whole run: which titles have changed, each of them built, and all of it told."""

from __future__ import annotations

import errno
import json
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from triptych.catalog.findings import at_home, lasting, made_of
from triptych.catalog.ledger import Entry, Ledger
from triptych.catalog.places import numbers_file, records_of
from triptych.catalog.preparing import Asked, Ready, made_ready, ready_to_read
from triptych.catalog.processes.cluster import Cluster
from triptych.catalog.processes.crew import Crew
from triptych.catalog.processes.guarded import Bounds
from triptych.catalog.references import digests_of, in_waves, informed, mentions_of
from triptych.catalog.title_build import Made, Work, build_title, read_title
from triptych.catalog.titles import Catalog, Title
from triptych.engine.folder_locks import alone_in
from triptych.engine.temporary_files import scratch
from triptych.engine.whole_files import write_atomically
from triptych.project import is_link


def known_of(catalog: Catalog) -> dict[str, Made]:
    """What earlier runs have made, by the names of titles."""
    return {name: entry.made for name, entry in Ledger(records_of(catalog)).entries.items()}


def build_titles(
    catalog: Catalog,
    titles: Sequence[Title],
    asked: Asked,
    begun: Callable[[int], None] = lambda count: None,
    waits: Callable[[], None] = lambda: None,
) -> Generator[Made, None, None]:
    """Build some titles of a catalogue, and tell each when it is done; ``begun`` hears how many there are to
    build. What has not changed since it was built is told first. One run at a time is at work in a folder of
    outputs: another ``waits``.
    """
    records = records_of(catalog)
    if is_link(records):
        raise NotADirectoryError(
            errno.ENOTDIR, "this path must be a folder, not a symbolic link; remove the link", str(records)
        )
    records.mkdir(parents=True, exist_ok=True)
    with alone_in(records, waits):
        ledger = Ledger(records)
        names = frozenset(title.name for title in catalog.titles)
        ledger.keep(names)
        mentions = {title.name: mentions_of(title, catalog, names) for title in titles}
        by_name = {title.name: title for title in titles}
        for together in in_waves(list(by_name), mentions):
            wave = [informed(by_name[name], mentions[name], ledger.numbers) for name in together]
            with closing(_build_wave(catalog, wave, asked, ledger, begun)) as results:
                for made in results:
                    yield made
                    if asked.fail_fast and not made.is_good:
                        return


def check_titles(
    catalog: Catalog,
    titles: Sequence[Title],
    asked: Asked,
    begun: Callable[[int], None] = lambda count: None,
) -> Generator[Made, None, None]:
    """Read some titles, and tell each with what is wrong with its source; nothing is written down.

    References to others are held against what these say now, or said when they were last built, if they fail.
    """
    ledger = Ledger(records_of(catalog))
    names = frozenset(title.name for title in catalog.titles)
    mentions = {title.name: mentions_of(title, catalog, names) for title in titles}
    by_name = {title.name: title for title in titles}
    read: dict[str, Mapping[str, Any]] = {}
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        for together in in_waves(list(by_name), mentions):
            ready: list[Ready] = []
            for name in together:
                title = informed(
                    by_name[name], mentions[name], lambda other: read.get(other) or ledger.numbers(other)
                )
                prepared = ready_to_read(catalog, title, asked, Path(folder))
                if isinstance(prepared, Ready):
                    ready.append(prepared)
                else:
                    yield prepared
            begun(len(ready))
            for made, _ in _done(catalog, ready, asked, read_title):
                earlier = {} if made.is_good else ledger.numbers(made.name)
                read[made.name] = earlier or made.numbers
                yield made


def _build_wave(
    catalog: Catalog,
    titles: Sequence[Title],
    asked: Asked,
    ledger: Ledger,
    begun: Callable[[int], None],
) -> Generator[Made, None, None]:
    """Build titles that need nothing of each other."""
    ready: list[Ready] = []
    for title in titles:
        prepared = made_ready(catalog, title, asked, ledger)
        if isinstance(prepared, Ready):
            ready.append(prepared)
        else:
            if not prepared.is_good:
                ledger.add(Entry("", prepared))
            yield prepared
    begun(len(ready))
    for made, own in _done(catalog, ready, asked, build_title):
        if made.is_good:
            table = json.dumps(made.numbers, ensure_ascii=False, indent=1, sort_keys=True)
            write_atomically(numbers_file(catalog, made.name), table.encode())
        ledger.add(Entry(own.key, lasting(made), digests_of(own.work.overlay.others)))
        yield made


def _done(
    catalog: Catalog, ready: Sequence[Ready], asked: Asked, do: Callable[[Work], Made]
) -> Generator[tuple[Made, Ready], None, None]:
    """Have something done to all that is ready, by processes of this machine, or by the workers of a cluster,
    which build.
    """
    if not ready:
        return
    prepared = {one.work.name: one for one in ready}
    works = [one.work for one in ready]
    if asked.scheduler:
        files = {name: one.files for name, one in prepared.items()}
        running = Cluster(asked.scheduler, _bounds(catalog)).run(works, files)
    else:
        running = Crew(min(asked.jobs, len(works)), do, _bounds(catalog)).run(works)
    with closing(running) as results:
        for done in results:
            own = prepared[done.job.name]
            yield at_home(made_of(done), own.files, catalog.root), own


def _bounds(catalog: Catalog) -> Bounds:
    limits = catalog.settings.limits
    return Bounds(limits.memory, limits.time, limits.titles_per_process)
