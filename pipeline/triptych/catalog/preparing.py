"""A title made ready to be built, unless what would be made of it is there already."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from triptych.catalog.findings import unreadable
from triptych.catalog.ledger import Ledger
from triptych.catalog.places import link_in_the_way, log_of, outputs_of, project_of, records_of
from triptych.catalog.staging import content_of, files_of, put_together
from triptych.catalog.title_build import Made, State, Work
from triptych.catalog.titles import Catalog, Title
from triptych.engine.freshness import digest_of
from triptych.engine.store.program import digest, program_digest


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
    trusted: bool = False
    fail_fast: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A title whose project lies ready: the files it was put together from, and a digest of all that decides
    its outputs.
    """

    work: Work
    files: Mapping[str, Path]
    key: str = ""


def made_ready(catalog: Catalog, title: Title, asked: Asked, ledger: Ledger) -> Ready | Made:
    """A title put together, or what became of it already: nothing to do, or nothing to be done."""
    work = work_of(catalog, title, asked)
    try:
        if link := link_in_the_way(catalog, title.name):
            raise OSError(errno.ELOOP, "a symbolic link blocks the build; remove the link", str(link))
        files = files_of(title, catalog)
        key = _key(work, content_of(files))
        if not asked.force and (known := _still_there(ledger, key, work)):
            return replace(known, state=State.KEPT, seconds=0.0, memory=0)
        put_together(files, work.project)
    except OSError as error:
        return unreadable(catalog, title, error)
    return Ready(work, files, key)


def ready_to_read(catalog: Catalog, title: Title, asked: Asked, folder: Path) -> Ready | Made:
    """A title put together in a folder, to be read there and no more."""
    work = replace(
        work_of(catalog, title, asked),
        project=folder / title.name / "project",
        cache=asked.cache or folder / "cache",
        log=folder / title.name / "log",
    )
    try:
        files = files_of(title, catalog)
        put_together(files, work.project)
    except OSError as error:
        return unreadable(catalog, title, error)
    return Ready(work, files)


def work_of(catalog: Catalog, title: Title, asked: Asked) -> Work:
    """What is to be done for a title, and where everything goes."""
    return Work(
        name=title.name,
        project=project_of(catalog, title.name),
        output_folder=outputs_of(catalog, title.name),
        cache=asked.cache or records_of(catalog) / "cache",
        address=asked.address,
        log=log_of(catalog, title.name),
        overlay=title.overlay,
        profiles=title.profiles,
        formats=title.formats,
        strict=asked.strict,
        trusted=asked.trusted,
        epoch=os.environ.get("SOURCE_DATE_EPOCH", ""),
    )


def _key(work: Work, content: str) -> str:
    """A digest of all that decides a title's outputs."""
    told = repr((work.profiles, work.formats, work.overlay, work.strict, work.trusted, work.epoch))
    return digest(program_digest(), content, told)


def _still_there(ledger: Ledger, key: str, work: Work) -> Made | None:
    """What was made of the same before, where all of it is there as it was."""
    entry = ledger.entries.get(work.name)
    if entry is None or entry.key != key or not entry.made.is_good:
        return None
    there = all(digest_of(work.output_folder / file) == it for file, it in entry.made.outputs.items())
    return entry.made if there else None
