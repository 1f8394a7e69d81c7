"""Validators of e-books: which are there, and what they say of a file, each in a folder of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from triptych.checks.epub.ace import ace_findings, run_ace
from triptych.checks.epub.epubcheck import epubcheck_findings, run_epubcheck, run_epubcheck_ts
from triptych.checks.epub.package import Package
from triptych.checks.found import Found, few
from triptych.engine.processes import installed_programs
from triptych.engine.processes.programs import ProgramFailed

_LONG = 200  # characters


class Validator(NamedTuple):
    """``run`` has the program write its report, ``findings`` reads it."""

    run: Callable[[Path, Path], Any]
    findings: Callable[[str, Any, Package], Iterator[Found]]


# The slowest first: they are begun in this order.
VALIDATORS: Mapping[str, Validator] = {
    "Ace": Validator(run_ace, ace_findings),
    "EPUBCheck": Validator(run_epubcheck, epubcheck_findings),
    "epubcheck-ts": Validator(run_epubcheck_ts, epubcheck_findings),
}


def installed_validators() -> tuple[str, ...]:
    """The validators of this machine; of EPUBCheck and its like in Node only the first that is there."""
    there = {
        "Ace": installed_programs.ace() is not None,
        "EPUBCheck": installed_programs.java() is not None and installed_programs.epubcheck_jar() is not None,
    }
    there["epubcheck-ts"] = not there["EPUBCheck"] and installed_programs.epubcheck_ts() is not None
    return tuple(name for name in VALIDATORS if there[name])


def validate(name: str, path: Path) -> tuple[Found, ...]:
    """What a validator says of an e-book; CHK009 where it gives no answer that can be read."""
    validator = VALIDATORS[name]
    with tempfile.TemporaryDirectory(prefix="triptych-", ignore_cleanup_errors=True) as folder:
        try:
            report = validator.run(path.resolve(), Path(folder))
            return tuple(few(validator.findings(name, report, Package(path))))
        except ProgramFailed as failure:
            return (_unvalidated(name, f"{name} could not be run: {failure}"),)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return (_unvalidated(name, f"the report of {name} cannot be read"),)


def _unvalidated(name: str, message: str) -> Found:
    line = " ".join(message.split())
    line = line if len(line) <= _LONG else f"{line[:_LONG]} …"
    hint = f"reinstall {name}, then run `triptych check` again"
    return Found(code="CHK009", output="EPUB", message=line, hint=hint)
