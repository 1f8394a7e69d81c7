"""Assemble the project of each title, unless its outputs are up to date.

The files of shared folders are placed beside the title's own, which take precedence. They are hard links
where the disk allows, so that a title needs no space twice and a build reads only its own folder.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from triptych.catalog.ledger import Ledger
from triptych.catalog.title_build import TitleJob, TitleResult, TitleState
from triptych.catalog.titles import Catalog, Title
from triptych.diagnostics import Diagnostic
from triptych.engine.freshness import digest_file
from triptych.engine.store.program import digest, program_digest
from triptych.folders import are_bundled
from triptych.project import TEMPLATES, Project, is_link

_RECORDS = ".catalog"  # folder beside the outputs, for the records of runs
_SOURCE = "source"
_LINKS_FAIL = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP)


def locate_records(catalog: Catalog) -> Path:
    """Return the folder of what a run keeps for the next."""
    return catalog.output_folder / _RECORDS


def locate_outputs(catalog: Catalog, name: str) -> Path:
    """Return the folder of a title's outputs."""
    return catalog.output_folder / name


def locate_numbers(catalog: Catalog, name: str) -> Path:
    """Return the file with the numbers of a title, beside its outputs."""
    return locate_outputs(catalog, name) / f"{PurePosixPath(name).name}.refs.json"


def locate_log(catalog: Catalog, name: str) -> Path:
    """Return the log file of a title."""
    return locate_records(catalog) / "logs" / f"{name}.log"


def locate_project(catalog: Catalog, name: str) -> Path:
    """Return the folder in which the project of a title is assembled."""
    return locate_records(catalog) / "projects" / name / "project"


def find_blocking_link(catalog: Catalog, name: str) -> Path | None:
    """Return the first link in the place of a folder or a log that a run writes for a title, or None.

    A catalogue may come from someone else: nothing is written or removed where such a link leads.
    """
    project = locate_project(catalog, name)
    ends = (locate_outputs(catalog, name), locate_log(catalog, name), project / "source", project / TEMPLATES)
    for end in ends:
        for place in (end, *end.parents):
            if place == catalog.output_folder:
                break
            if is_link(place):
                return place
    return None


def collect_files(title: Title, catalog: Catalog) -> dict[str, Path]:
    """Return the files of a title's project: path in the project → location. Links out of it are left out."""
    found: dict[str, Path] = {}
    for folder in catalog.settings.shared:
        found |= _list_files(catalog.root, folder, PurePosixPath(_SOURCE) / folder)
    if catalog.settings.templates:
        found |= _list_files(catalog.root, catalog.settings.templates, PurePosixPath(TEMPLATES))
    if (title.folder / TEMPLATES).is_dir() and not are_bundled(title.folder / TEMPLATES):
        found = {path: file for path, file in found.items() if not path.startswith(f"{TEMPLATES}/")}
        found |= _list_files(title.folder, TEMPLATES, PurePosixPath(TEMPLATES))
    return found | _list_files(title.folder, _SOURCE, PurePosixPath(_SOURCE))


def _list_files(root: Path, folder: str, place: PurePosixPath) -> dict[str, Path]:
    files = {PurePosixPath(path): (root / path).resolve() for path in Project(root).list_tree(folder)[0]}
    return {(place / path.relative_to(folder)).as_posix(): file for path, file in files.items()}


def digest_files(files: Mapping[str, Path]) -> str:
    """Return a digest of paths and contents. Raises OSError for a file that cannot be read."""
    parts: list[str | bytes] = []
    for path, file in sorted(files.items()):
        with file.open("rb") as opened:
            parts += [path, hashlib.file_digest(opened, "sha256").digest()]
    return digest(*parts)


def assemble_project(files: Mapping[str, Path], folder: Path) -> None:
    """Make a folder hold these files and no others. What it holds already stays."""
    for top in (_SOURCE, TEMPLATES):
        for there in sorted((folder / top).rglob("*"), reverse=True):
            if there.is_dir() and not there.is_symlink():
                if not any(there.iterdir()):
                    there.rmdir()
            elif there.relative_to(folder).as_posix() not in files:
                there.unlink()
    for path, file in files.items():
        _link_or_copy(file, folder / path)


def _link_or_copy(file: Path, place: Path) -> None:
    if place.exists():
        there, wanted = place.stat(), file.stat()
        if os.path.samestat(there, wanted):
            return
        place.unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.hardlink_to(file)
    except OSError as error:
        if error.errno not in _LINKS_FAIL:
            raise
        shutil.copy2(file, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
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
class PreparedTitle:
    """A title whose project lies ready: the files it was put together from, and a digest of all that decides
    its outputs.
    """

    work: TitleJob
    files: Mapping[str, Path]
    key: str = ""


def prepare_title(
    catalog: Catalog, title: Title, asked: RunOptions, ledger: Ledger
) -> PreparedTitle | TitleResult:
    """Assemble the project of a title, or return its result if it is up to date or cannot be read."""
    work = make_work(catalog, title, asked)
    try:
        if link := find_blocking_link(catalog, title.name):
            raise OSError(errno.ELOOP, "a symbolic link blocks the build; remove the link", str(link))
        files = collect_files(title, catalog)
        key = _digest_work(work, digest_files(files))
        if not asked.force and (known := _find_unchanged(ledger, key, work)):
            return replace(known, state=TitleState.KEPT, seconds=0.0, memory=0)
        assemble_project(files, work.project)
    except OSError as error:
        return report_unreadable(catalog, title, error)
    return PreparedTitle(work, files, key)


def prepare_reading(
    catalog: Catalog, title: Title, asked: RunOptions, folder: Path
) -> PreparedTitle | TitleResult:
    """Assemble the project of a title in a temporary folder, to be read only."""
    work = replace(
        make_work(catalog, title, asked),
        project=folder / title.name / "project",
        cache=asked.cache or folder / "cache",
        log=folder / title.name / "log",
    )
    try:
        files = collect_files(title, catalog)
        assemble_project(files, work.project)
    except OSError as error:
        return report_unreadable(catalog, title, error)
    return PreparedTitle(work, files)


def make_work(catalog: Catalog, title: Title, asked: RunOptions) -> TitleJob:
    """Return the job that builds a title."""
    return TitleJob(
        name=title.name,
        project=locate_project(catalog, title.name),
        output_folder=locate_outputs(catalog, title.name),
        cache=asked.cache or locate_records(catalog) / "cache",
        address=asked.address,
        log=locate_log(catalog, title.name),
        overlay=title.overlay,
        profiles=title.profiles,
        formats=title.formats,
        strict=asked.strict,
        trusted=asked.trusted,
        epoch=os.environ.get("SOURCE_DATE_EPOCH", ""),
    )


def _digest_work(work: TitleJob, content: str) -> str:
    options = repr((work.profiles, work.formats, work.overlay, work.strict, work.trusted, work.epoch))
    return digest(program_digest(), content, options)


def _find_unchanged(ledger: Ledger, key: str, work: TitleJob) -> TitleResult | None:
    """Return the earlier result of the same job, if all its files are unchanged."""
    entry = ledger.entries.get(work.name)
    if entry is None or entry.key != key or not entry.made.is_good:
        return None
    there = all(digest_file(work.output_folder / file) == it for file, it in entry.made.outputs.items())
    return entry.made if there else None


def remove_outputs(catalog: Catalog, titles: Sequence[Title]) -> list[Path]:
    """Remove the outputs of some titles as they were built, with what is kept of them → what is gone."""
    records, removed = locate_records(catalog), []
    ledger = Ledger(records)
    for name in [title.name for title in titles]:
        if find_blocking_link(catalog, name):
            continue
        folder = locate_outputs(catalog, name)
        entry = ledger.entries.pop(name, None)
        for file, sealed in entry.made.outputs.items() if entry else ():
            if digest_file(folder / file) == sealed:
                (folder / file).unlink()
                removed.append(folder / file)
        locate_numbers(catalog, name).unlink(missing_ok=True)
        _remove_empty(folder, catalog.output_folder)
    if ledger.entries:
        ledger.keep(frozenset(ledger.entries))
    elif records.is_dir() and not is_link(records):
        shutil.rmtree(records)
        removed.append(records)
    return removed


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove a folder and those above it as far as nothing is in them."""
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def report_unreadable(catalog: Catalog, title: Title, error: OSError) -> TitleResult:
    """CAT006 for a title of which a file cannot be read."""
    file = Path(str(error.filename or title.folder))
    path = file.relative_to(catalog.root).as_posix() if file.is_relative_to(catalog.root) else str(file)
    message = f"{path}: {(error.strerror or 'the file cannot be read').lower()}"
    found = Diagnostic(code="CAT006", message=message)
    return TitleResult(name=title.name, state=TitleState.FAILED, reason=message, diagnostics=(found,))
