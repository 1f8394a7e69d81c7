"""A title as it travels to another machine and back: what to do, and files by the digests of their contents.

Whoever builds it needs nothing but the parcel and these contents: no disk is shared.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from triptych.catalog.processes.guarded import Bounds, Done, Guarded, Lost
from triptych.catalog.title_build import Made, State, Work, build_title
from triptych.engine.publication import publish
from triptych.engine.store.program import program_digest
from triptych.engine.temporary_files import scratch
from triptych.project import is_link


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A title to build elsewhere. ``files`` are digests (SHA-256) by the paths in its project; ``program`` is
    that of the version that asks, and must be that of the one which builds.
    """

    work: Work
    files: Mapping[str, str]
    program: str
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What became of it, with its outputs by their names, and its log."""

    done: Done[Work, Made]
    outputs: Mapping[str, bytes]
    log: bytes


def packed(work: Work, files: Mapping[str, Path], bounds: Bounds) -> tuple[Parcel, dict[str, bytes]]:
    """A parcel, and the contents that it names by their digests. Raises OSError."""
    contents = {path: file.read_bytes() for path, file in files.items()}
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in contents.items()}
    parcel = Parcel(work=work, files=digests, program=program_digest(), bounds=bounds)
    return parcel, {digests[path]: data for path, data in contents.items()}


def build_parcel(parcel: Parcel, contents: Mapping[str, bytes]) -> Returned:
    """Build a title here, in a process beside this one, with what an earlier one has left in its cache."""
    folder = Path(tempfile.mkdtemp(prefix="parcel-", dir=scratch()))
    try:
        return _built(parcel, contents, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def placed(returned: Returned, work: Work) -> Done[Work, Made]:
    """Put what came back into its places, if it arrived whole. Raises OSError."""
    done = replace(returned.done, job=work)
    work.log.parent.mkdir(parents=True, exist_ok=True)
    work.log.write_bytes(returned.log)
    if isinstance(done.result, Lost) or not done.result.is_good:
        return done
    arrived = {name: hashlib.sha256(data).hexdigest() for name, data in returned.outputs.items()}
    if arrived != dict(done.result.outputs):
        return replace(done, result=Lost("the outputs were damaged in transfer"))
    publish({work.output_folder / name: data for name, data in returned.outputs.items()})
    return done


def _built(parcel: Parcel, contents: Mapping[str, bytes], folder: Path) -> Returned:
    work = replace(
        parcel.work,
        project=folder / "project",
        output_folder=folder / "outputs",
        cache=_cache_folder(),
        log=folder / "log",
    )
    if parcel.program != program_digest():
        reason = "the worker runs a different version of Triptych"
        refused = Made(name=work.name, state=State.FAILED, reason=reason)
        return Returned(done=Done(work, refused, 0.0, 0), outputs={}, log=b"")
    for path, sealed in parcel.files.items():
        place = work.project / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(contents[sealed])
    done = _process(parcel.bounds).do(work)
    made = done.result
    names = made.outputs if not isinstance(made, Lost) else ()
    return Returned(
        done=done,
        outputs={name: (work.output_folder / name).read_bytes() for name in names},
        log=work.log.read_bytes() if work.log.exists() else b"",
    )


def _cache_folder() -> Path:
    """Return the folder in which workers of this user keep results; nobody else can put one in its place."""
    named = os.environ.get("TRIPTYCH_CACHE", "")
    if named and "://" not in named:
        return Path(named).resolve()
    user = os.geteuid() if hasattr(os, "geteuid") else ""
    folder = Path(tempfile.gettempdir()) / f"triptych-cache-{user}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        if not is_link(folder) and (user == "" or folder.stat().st_uid == user):
            return folder
    return scratch() / "cache"


_own = threading.local()


def _process(bounds: Bounds) -> Guarded[Work, Made]:
    """The process of this thread, which stays for the next title."""
    if getattr(_own, "bounds", None) != bounds:
        # Workers of Dask are daemons, which may have no children: these end with their parents by themselves.
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        _own.bounds, _own.process = bounds, Guarded(build_title, bounds)
    process: Guarded[Work, Made] = _own.process
    return process
