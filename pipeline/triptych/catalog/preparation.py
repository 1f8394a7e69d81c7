"""Assemble the project of each title, unless the title's outputs are up to date.

The files of shared folders are merged with the title's own files, which take precedence. Files are
hard-linked where the file system supports it, so that they take no additional disk space.
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
from triptych.engine.build_records import hash_file
from triptych.engine.files import remove_folder
from triptych.engine.store.program_digest import compute_digest, get_program_digest
from triptych.folders import is_bundled_templates
from triptych.project import TEMPLATES_FOLDER, Project, is_link

_RECORDS = ".catalog"  # folder for the records of runs, inside the output folder
_SOURCE = "source"
_NO_HARD_LINKS = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP)


def locate_records(catalog: Catalog) -> Path:
    """Return the folder for the records of catalogue runs: results, logs, cache and assembled projects."""
    return catalog.output_folder / _RECORDS


def locate_outputs(catalog: Catalog, name: str) -> Path:
    """Return the output folder of a catalogue title."""
    return catalog.output_folder / name


def locate_numbering_table(catalog: Catalog, name: str) -> Path:
    """Return the path of a title's numbering table, a JSON file in the title's output folder."""
    return locate_outputs(catalog, name) / f"{PurePosixPath(name).name}.refs.json"


def locate_log(catalog: Catalog, name: str) -> Path:
    """Return the path of the log file of a catalogue title."""
    return locate_records(catalog) / "logs" / f"{name}.log"


def locate_project(catalog: Catalog, name: str) -> Path:
    """Return the folder in which the project of a catalogue title is assembled."""
    return locate_records(catalog) / "projects" / name / "project"


def find_symbolic_link(catalog: Catalog, name: str) -> Path | None:
    """Return the first symbolic link in the paths that a run writes for a title, or None.

    Files are never written or removed through symbolic links, since a catalogue may be untrusted.
    """
    project = locate_project(catalog, name)
    targets = (
        locate_outputs(catalog, name),
        locate_log(catalog, name),
        project / _SOURCE,
        project / TEMPLATES_FOLDER,
    )
    for target in targets:
        for path in (target, *target.parents):
            if path == catalog.output_folder:
                break
            if is_link(path):
                return path
    return None


def collect_files(title: Title, catalog: Catalog) -> dict[str, Path]:
    """Map project paths to resolved paths on disk, for all files of a title's project.

    Files outside the catalogue and the title's folder are omitted, even if symbolic links point to them.
    """
    files: dict[str, Path] = {}
    for folder in catalog.settings.shared:
        files |= _list_files(catalog.root, folder, PurePosixPath(_SOURCE) / folder)
    if catalog.settings.templates:
        files |= _list_files(catalog.root, catalog.settings.templates, PurePosixPath(TEMPLATES_FOLDER))
    if (title.folder / TEMPLATES_FOLDER).is_dir() and not is_bundled_templates(
        title.folder / TEMPLATES_FOLDER
    ):
        files = {path: file for path, file in files.items() if not path.startswith(f"{TEMPLATES_FOLDER}/")}
        files |= _list_files(title.folder, TEMPLATES_FOLDER, PurePosixPath(TEMPLATES_FOLDER))
    return files | _list_files(title.folder, _SOURCE, PurePosixPath(_SOURCE))


def _list_files(root: Path, folder: str, target: PurePosixPath) -> dict[str, Path]:
    files = {PurePosixPath(path): (root / path).resolve() for path in Project(root).list_tree(folder)[0]}
    return {(target / path.relative_to(folder)).as_posix(): file for path, file in files.items()}


def hash_files(files: Mapping[str, Path]) -> str:
    """Return a digest of the files' project paths and contents. Raise OSError for an unreadable file."""
    parts: list[str | bytes] = []
    for path, file in sorted(files.items()):
        with file.open("rb") as stream:
            parts += [path, hashlib.file_digest(stream, "sha256").digest()]
    return compute_digest(*parts)


def assemble_project(files: Mapping[str, Path], folder: Path) -> None:
    """Link or copy files into a project folder.

    All other files are removed from the project's ``source`` and ``templates`` folders.
    """
    for top in (_SOURCE, TEMPLATES_FOLDER):
        for path in sorted((folder / top).rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path.relative_to(folder).as_posix() not in files:
                path.unlink()
    for name, file in files.items():
        _link_or_copy_file(file, folder / name)


def _link_or_copy_file(file: Path, target: Path) -> None:
    if target.exists():
        if target.samefile(file):
            return
        target.unlink()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(file)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        shutil.copy2(file, target)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of a catalogue run.

    Up to ``jobs`` titles are built in parallel on this machine. If ``scheduler`` is the URL of a Dask
    scheduler, its workers build all titles instead. If ``cache_folder`` is None, the cache is in the
    catalogue's records. ``cache_url`` is the URL of a shared cache.
    """

    jobs: int
    cache_folder: Path | None = None
    cache_url: str = ""
    strict: bool = False
    trusted: bool = False
    runs_filters: bool = False
    scheduler: str = ""
    force: bool = False
    fail_fast: bool = False


@dataclass(frozen=True, slots=True)
class PreparedTitle:
    """A build job, and the files of its assembled project. ``key`` is a digest of the build's inputs."""

    job: TitleJob
    files: Mapping[str, Path]
    key: str = ""


def prepare_title(
    catalog: Catalog, title: Title, options: RunOptions, ledger: Ledger
) -> PreparedTitle | TitleResult:
    """Assemble a title's project, and return it with its build job.

    If the title is up to date, or one of its files cannot be read, return the title's result instead.
    """
    job = make_title_job(catalog, title, options)
    try:
        if link := find_symbolic_link(catalog, title.name):
            raise OSError(errno.ELOOP, "a symbolic link blocks the build; remove the link", str(link))
        files = collect_files(title, catalog)
        settings = repr(
            (job.profiles, job.formats, job.overlay, job.strict, job.trusted, job.runs_filters, job.epoch)
        )
        key = compute_digest(get_program_digest(), hash_files(files), settings)
        if not options.force and (result := _find_current_result(ledger, key, job)):
            return replace(result, state=TitleState.UP_TO_DATE, seconds=0.0, memory=0)
        assemble_project(files, job.project_folder)
    except OSError as error:
        return make_unreadable_result(catalog, title, error)
    return PreparedTitle(job, files, key)


def prepare_title_check(
    catalog: Catalog, title: Title, options: RunOptions, folder: Path
) -> PreparedTitle | TitleResult:
    """Assemble a title's project in a temporary folder, for a run that only checks titles.

    If one of the title's files cannot be read, return a failed result instead.
    """
    job = replace(
        make_title_job(catalog, title, options),
        project_folder=folder / title.name / "project",
        cache_folder=options.cache_folder or folder / "cache",
        log=folder / title.name / "log",
    )
    try:
        files = collect_files(title, catalog)
        assemble_project(files, job.project_folder)
    except OSError as error:
        return make_unreadable_result(catalog, title, error)
    return PreparedTitle(job, files)


def make_title_job(catalog: Catalog, title: Title, options: RunOptions) -> TitleJob:
    """Return the job that builds a title with the options of a run."""
    return TitleJob(
        name=title.name,
        project_folder=locate_project(catalog, title.name),
        output_folder=locate_outputs(catalog, title.name),
        cache_folder=options.cache_folder or locate_records(catalog) / "cache",
        cache_url=options.cache_url,
        log=locate_log(catalog, title.name),
        overlay=title.overlay,
        profiles=title.profiles,
        formats=title.formats,
        strict=options.strict,
        trusted=options.trusted,
        runs_filters=options.runs_filters,
        epoch=os.environ.get("SOURCE_DATE_EPOCH", ""),
    )


def _find_current_result(ledger: Ledger, key: str, job: TitleJob) -> TitleResult | None:
    """Return a title's last result, or None if its build failed or its inputs or outputs have changed."""
    entry = ledger.entries.get(job.name)
    if entry is None or entry.key != key or not entry.result.is_successful:
        return None
    for name, recorded in entry.result.outputs.items():
        if hash_file(job.output_folder / name) != recorded:
            return None
    return entry.result


def remove_outputs(catalog: Catalog, titles: Sequence[Title]) -> list[Path]:
    """Remove the records of titles, and outputs that have not changed since the build.

    Return the removed paths.
    """
    records, removed = locate_records(catalog), []
    ledger = Ledger(records)
    for name in [title.name for title in titles]:
        if find_symbolic_link(catalog, name):
            continue
        folder = locate_outputs(catalog, name)
        entry = ledger.entries.pop(name, None)
        for file, recorded in entry.result.outputs.items() if entry else ():
            if hash_file(folder / file) == recorded:
                (folder / file).unlink()
                removed.append(folder / file)
        locate_numbering_table(catalog, name).unlink(missing_ok=True)
        while folder != catalog.output_folder and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent
    if ledger.entries:
        ledger.retain_titles(frozenset(ledger.entries))
    elif records.is_dir() and not is_link(records):
        remove_folder(records)
        removed.append(records)
    return removed


def make_unreadable_result(catalog: Catalog, title: Title, error: OSError) -> TitleResult:
    """Return a failed result with finding CAT006 for a title with an unreadable file."""
    file = Path(str(error.filename or title.folder))
    path = file.relative_to(catalog.root).as_posix() if file.is_relative_to(catalog.root) else str(file)
    message = f"{path}: {(error.strerror or 'the file cannot be read').lower()}"
    finding = Diagnostic(code="CAT006", message=message)
    return TitleResult(name=title.name, state=TitleState.FAILED, reason=message, diagnostics=(finding,))
