"""Convert errors of the operating system, such as a full disk or a missing library, to findings."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from triptych.diagnostics import Diagnostic
from triptych.engine.extras import DOCTOR_HINT
from triptych.engine.processes.limits import has_lower_memory_limit
from triptych.engine.processes.programs import LibraryNotInstalledError, ProgramError

_OTHER_FOLDERS = "set writable folders with --output-dir, --cache-dir and TMPDIR"
_FREE_SPACE = "free disk space, or set other folders with --output-dir, --cache-dir and TMPDIR"
_SAVE_MEMORY = "use fewer processes (`--jobs 1`), raise the limit on memory (ulimit -v), or add memory"
_RAISE_PROCESSES = "raise the limit on processes (ulimit -u), or use fewer of them (`--jobs 1`)"
_HINTS = {
    errno.ENOSPC: _FREE_SPACE,
    errno.EDQUOT: _FREE_SPACE,
    errno.EROFS: _OTHER_FOLDERS,
    errno.EACCES: _OTHER_FOLDERS,
    errno.EPERM: _OTHER_FOLDERS,
    errno.EMFILE: "raise the limit on open files (ulimit -n), or use fewer processes (`--jobs 1`)",
    errno.EFBIG: "raise the limit on file size (ulimit -f)",
    errno.ENOMEM: _SAVE_MEMORY,
    errno.EAGAIN: _RAISE_PROCESSES,
    errno.EILSEQ: "rename the folder, or choose another one",
    errno.ELOOP: "replace the symbolic link with a file or folder",
    errno.EEXIST: "remove or rename this file or folder, or choose another folder with --output-dir",
    errno.EISDIR: "remove or rename this file or folder, or choose another folder with --output-dir",
    errno.ENOTDIR: "remove or rename the file that is in place of a folder, or choose another folder",
}
_MIN_FREE_SPACE = 64 << 10  # bytes; a disk with less free space counts as full


def describe_system_error(error: BaseException, folders: Iterable[Path | None] = ()) -> Diagnostic | None:
    """Return ENV008 for an error of the operating system, or None for any other error.

    Python often omits the path from such errors. If a disk is full, the finding names the first of
    ``folders``, the temporary folder and the current folder that has no space left.
    """
    text = str(error)
    match error:
        case MemoryError():
            return _make_finding("out of memory", _SAVE_MEMORY)
        # C extensions lose the exception if there is too little memory for it.
        case SystemError() if "without exception set" in text and has_lower_memory_limit(sys.maxsize):
            return _make_finding("out of memory", _SAVE_MEMORY)
        case ProgramError():
            return _make_finding(f"program failed: {' '.join(text.split())[:200]}", _SAVE_MEMORY)
        case RuntimeError() if "can't start new thread" in text:
            return _make_finding("cannot start another thread", _RAISE_PROCESSES)
        case RuntimeError() if text.startswith("Symlink loop"):  # before Python 3.13
            link = text.partition("'")[2].rstrip("'")
            return _make_finding(f"the symbolic link points to itself: {link}", _HINTS[errno.ELOOP])
        case ImportError() | OSError(errno=None) if (
            "failed to map" in text or "annot allocate memory" in text
        ):
            return _make_finding("out of memory while a library was loaded", _SAVE_MEMORY)
        case shutil.Error():  # raised by ``copytree`` with the errors of all files
            _, target, reason = error.args[0][0]
            number = re.match(r"\[Errno (\d+)\]", str(reason))
            code = int(number[1]) if number else errno.EIO
            return _describe_os_error(OSError(code, os.strerror(code), str(target)), ())
        case OSError() if error.errno is not None and not isinstance(error, LibraryNotInstalledError):
            return _describe_os_error(error, folders)
    return None


def describe_missing_dependency(error: BaseException) -> Diagnostic | None:
    """Return ENV009 if a required library or program is missing, or None for any other error."""
    if isinstance(error, LibraryNotInstalledError):
        return Diagnostic(code="ENV009", message=str(error), hint=error.hint)
    if isinstance(error, ImportError) or (isinstance(error, OSError) and "cannot load library" in str(error)):
        message = f"required library or program not found: {error}".splitlines()[0]
        return Diagnostic(code="ENV009", message=message, hint=DOCTOR_HINT)
    return None


def _describe_os_error(error: OSError, folders: Iterable[Path | None]) -> Diagnostic:
    path: object = error.filename
    if path is None and error.errno in (errno.ENOSPC, errno.EDQUOT):
        path = _find_full_folder(folders)
    if path is None and error.errno == errno.ENOENT and not _has_current_folder():
        return _make_finding("the current folder was deleted", "change to a folder that exists")
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    reason = error.strerror or str(error)
    message = reason[:1].lower() + reason[1:] + (f": {path}" if path else "")
    return _make_finding(message, _HINTS.get(error.errno or 0))


def _make_finding(message: str, hint: str | None) -> Diagnostic:
    return Diagnostic(code="ENV008", message=message, hint=hint)


def _find_full_folder(folders: Iterable[Path | None]) -> Path | None:
    """Return the first folder on a disk without free space or without free inodes, or None."""
    if sys.platform == "win32":
        return None
    for folder in (*folders, Path(tempfile.tempdir or os.environ.get("TMPDIR") or "/tmp"), Path()):
        if folder is None:
            continue
        with suppress(OSError):
            status = os.statvfs(folder)
            if status.f_bavail * status.f_frsize < _MIN_FREE_SPACE or (
                status.f_files and not status.f_favail
            ):
                return folder
    return None


def _has_current_folder() -> bool:
    try:
        Path.cwd()
    except OSError:
        return False
    return True
