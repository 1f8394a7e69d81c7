"""A whole run: which titles have changed, each of them built, and all of it told."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from triptych.catalog.findings import at_home, made_of
from triptych.catalog.ledger import Entry, Ledger
from triptych.catalog.places import numbers_file, records_of
from triptych.catalog.preparing import Asked, Ready, made_ready, ready_to_read
from triptych.catalog.processes.cluster import Cluster
from triptych.catalog.processes.crew import Crew
from triptych.catalog.processes.guarded import Bounds, Done
from triptych.catalog.references import in_waves, informed, mentions_of
from triptych.catalog.title_build import Made, Work, build_title, read_title
from triptych.catalog.titles import Catalog, Title
from triptych.engine.folder_locks import alone_in
from triptych.engine.temporary_files import scratch
from triptych.engine.whole_files import write_atomically


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


def check_titles(
    catalog: Catalog,
    titles: Sequence[Title],
    asked: Asked,
    begun: Callable[[int], None] = lambda count: None,
) -> Generator[Made, None, None]:
    """Read some titles, and tell each with what is wrong with its source; nothing is written down."""
    ledger = Ledger(records_of(catalog))
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        ready: list[Ready] = []
        for listed in titles:
            title = informed(listed, mentions_of(listed, catalog), ledger)
            prepared = ready_to_read(catalog, title, asked, Path(folder))
            if isinstance(prepared, Ready):
                ready.append(prepared)
            else:
                yield prepared
        begun(len(ready))
        for done, own in _by_crew(catalog, ready, asked, read_title):
            yield at_home(made_of(done), own.files, catalog.root)


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
    if asked.scheduler:
        results = _by_cluster(catalog, ready, asked)
    else:
        results = _by_crew(catalog, ready, asked, build_title)
    for done, own in results:
        made = at_home(made_of(done), own.files, catalog.root)
        if made.is_good:
            table = json.dumps(made.numbers, ensure_ascii=False, indent=1, sort_keys=True)
            write_atomically(numbers_file(catalog, made.name), table.encode())
        else:  # others may still refer to what it was
            made = replace(made, numbers=ledger.numbers(made.name))
        ledger.add(Entry(own.key, made, own.numbers))
        yield made


def _by_crew(
    catalog: Catalog, ready: Sequence[Ready], asked: Asked, do: Callable[[Work], Made]
) -> Generator[tuple[Done[Work, Made], Ready], None, None]:
    """Have something done to all that is ready, in processes of this machine that may take so much."""
    crew: Crew[Work, Made] = Crew(min(asked.jobs, max(len(ready), 1)), do, _bounds(catalog))
    prepared = {one.work.name: one for one in ready}
    with closing(crew.run([one.work for one in ready])) as results:
        for done in results:
            yield done, prepared[done.job.name]


def _by_cluster(
    catalog: Catalog, ready: Sequence[Ready], asked: Asked
) -> Generator[tuple[Done[Work, Made], Ready], None, None]:
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
