"""Decide whether a build is needed.

A successful build records the digests of its inputs and outputs. If none of these files has changed, the next
build is skipped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.store.cache_folder import read_signed, write_signed
from triptych.engine.store.program_digest import compute_digest, get_program_digest, save_program_digest
from triptych.folders import is_bundled_templates, resolve_links
from triptych.project import BUILD_FOLDER, TEMPLATES_FOLDER, Project, UnsafePathError, is_link

# Codes of findings about a single build, which are not repeated if the next build is skipped.
UNREPEATED_CODES = ("OUT001", "ENV004", "ENV006", "ENV007")
_RECORD_PREFIX = "build-"  # start of the file names of records
_PROGRAM_DIGEST = "program"  # name of the file with the program's digest, in the folder of records


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """The inputs and outputs of a build. Both map paths to SHA-256 digests, or None for missing inputs."""

    key: str
    inputs: Mapping[str, str | None]
    outputs: Mapping[str, str]
    diagnostics: tuple[Mapping[str, Any], ...] = ()

    def is_current(self, project: Project, key: str) -> bool:
        """Return whether the record is of the build ``key``, and no input or output has changed."""
        if key != self.key:
            return False
        return all(_hash_input(project, path) == recorded for path, recorded in self.inputs.items()) and all(
            hash_file(Path(path)) == recorded for path, recorded in self.outputs.items()
        )


def make_build_key(project: Project, options: Iterable[str], records_folder: Path | None = None) -> str:
    """Return the key of a build: a digest of its options, the program, the templates and the epoch.

    If ``records_folder`` exists, the program's digest is cached there.
    """
    files, refused_files = (
        ([], {})
        if is_bundled_templates(project.root / TEMPLATES_FOLDER)
        else project.list_tree(TEMPLATES_FOLDER)
    )
    parts = [part for file in files for part in (file.encode(), (project.root / file).read_bytes())]
    epoch = project.environ.get("SOURCE_DATE_EPOCH", "")
    program = get_program_digest(records_folder / _PROGRAM_DIGEST if records_folder else None)
    return compute_digest(program, epoch, *options, *parts, *refused_files)


def read_record(path: Path) -> BuildRecord | None:
    """Return the record of a build, or None if it is missing or was written by another user."""
    content = read_signed(path)
    try:
        stored = json.loads(content) if content is not None else {}
        return BuildRecord(stored["key"], stored["inputs"], stored["outputs"], tuple(stored["diagnostics"]))
    except (ValueError, KeyError, TypeError):
        return None


def list_recorded_outputs(folder: Path) -> dict[Path, set[str]]:
    """Return the outputs listed in the build records in ``folder``, with their digest in each record."""
    digests_by_path: dict[Path, set[str]] = {}
    for record in map(read_record, sorted(folder.glob(f"{_RECORD_PREFIX}*"))):
        for output, digest in record.outputs.items() if record is not None else ():
            digests_by_path.setdefault(Path(output), set()).add(digest)
    return digests_by_path


def is_unchanged_output(data: bytes, folder: Path) -> bool:
    """Return whether a file is as this program wrote it, according to its digest or a record in ``folder``.

    Outputs of extensions contain no digest.
    """
    from triptych.engine.output_digests import (
        has_valid_digest,  # imported here, since an unchanged project does not need it
    )

    if has_valid_digest(data):
        return True
    digest = hashlib.sha256(data).hexdigest()
    return any(digest in digests for digests in list_recorded_outputs(folder).values())


def get_record_path(folder: Path, key: str) -> Path:
    """Return the path of the record of the build with this key."""
    return folder / f"{_RECORD_PREFIX}{key[:16]}"


def write_record(path: Path, record: BuildRecord) -> None:
    """Save the record of a build, signed with the user's key."""
    stored = {
        "key": record.key,
        "inputs": dict(sorted(record.inputs.items())),
        "outputs": dict(record.outputs),
        "diagnostics": list(record.diagnostics),
    }
    write_signed(path, json.dumps(stored).encode())
    save_program_digest(path.parent / _PROGRAM_DIGEST)


def _hash_input(project: Project, path: str) -> str | None:
    try:
        return hashlib.sha256(project.read_bytes(path)).hexdigest()
    except (OSError, UnsafePathError):
        return None


def hash_file(path: Path) -> str | None:
    """Return the SHA-256 digest of a file, or None if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    except OSError:
        return None


_CACHE_FOLDER = f"{BUILD_FOLDER}/.cache"


def check_build_folder(project: Project) -> list[Diagnostic]:
    """Report SEC005 if ``build`` is outside the project, or if ``build/.cache`` is a link or a file.

    Call this function before writing to these folders or removing files from them.
    """
    folder = resolve_links(project.root / BUILD_FOLDER)
    if not folder.is_relative_to(project.root) or is_link(folder):  # a link to itself is not resolved
        message = f'"{BUILD_FOLDER}" is a symbolic link to a folder outside the project'
        hint = (
            f"remove the symbolic link `{BUILD_FOLDER}`, or choose another output folder with `--output-dir`"
        )
        return [_report_refusal(BUILD_FOLDER, message, hint)]
    if is_link(project.records_folder):
        hint = (
            f"remove the symbolic link `{_CACHE_FOLDER}`, or choose another cache folder with `--cache-dir`"
        )
        return [
            _report_refusal(_CACHE_FOLDER, f'"{_CACHE_FOLDER}" must be a folder, not a symbolic link', hint)
        ]
    if project.records_folder.exists() and not project.records_folder.is_dir():
        return [
            _report_refusal(
                _CACHE_FOLDER,
                f'"{_CACHE_FOLDER}" must be a folder, not a file',
                f"remove the file `{_CACHE_FOLDER}`",
            )
        ]
    return []


def _report_refusal(path: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code="SEC005", span=Span(path=path), message=message, hint=hint)
