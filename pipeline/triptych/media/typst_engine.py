"""Run Typst with the bundled fonts in a temporary folder that contains only the given files.

Typst's threads do not survive a fork, and a child process would wait for them forever. If Typst ran before a
fork, the child process therefore starts a new process for Typst.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from triptych.engine.processes.pool import Pool
from triptych.theme.theme import find_fonts_folder

_SOURCE = "formulas.typ"


class TypstError(Exception):
    """Raised if Typst cannot compile a document."""


class _TypstState:
    """Whether Typst has started in this process, and whether its threads were lost in a fork."""

    started = False
    threads_lost = False


def _note_fork() -> None:
    _TypstState.threads_lost = _TypstState.threads_lost or _TypstState.started


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def compile_typst_document(
    source: str,
    *,
    font_folders: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    query: str = "",
) -> tuple[bytes, str]:
    """Compile a Typst document. Return it as an untagged PDF, and the value of ``query`` as JSON.

    The value is "" if ``query`` is "". ``font_folders`` are folders with additional fonts. ``files`` maps
    file names to the contents of files that the document may read, including fonts. Raise ``TypstError`` if
    Typst reports an error.
    """
    job: Any = (source, tuple(font_folders), dict(files or {}), query)
    if not _TypstState.threads_lost:
        return _run_typst(*job)
    with Pool(1, "spawn") as fresh:
        return fresh.submit(_run_typst, *job).result()


def _run_typst(source: str, fonts: tuple[str, ...], files: dict[str, bytes], query: str) -> tuple[bytes, str]:
    import typst

    _TypstState.started = True
    try:
        with tempfile.TemporaryDirectory(prefix="triptych-") as folder:
            for name, data in files.items():
                Path(folder, name).write_bytes(data)
            text = Path(folder, _SOURCE)
            text.write_text(source, "utf-8")
            # One compiler for both: the query then finds the document compiled.
            compiler = typst.Compiler(
                str(text),
                root=folder,
                font_paths=[str(find_fonts_folder()), folder, *fonts],
                ignore_system_fonts=True,
            )
            pdf: Any = compiler.compile(pdf_tags=False)
            answer = compiler.query(query, field="value", one=True) if query else ""
    except (typst.TypstError, RuntimeError, ValueError) as error:
        raise TypstError(str(error)) from None
    return bytes(pdf), str(answer)
