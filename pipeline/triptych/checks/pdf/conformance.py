"""Validate a PDF against PDF/UA-1 (ISO 14289-1) and, if it claims PDF/A, against PDF/A (ISO 19005)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeAlias

import pikepdf

from triptych.checks.findings import REBUILD_HINT, OutputFinding
from triptych.engine.extras import get_install_command, is_installed
from triptych.engine.processes.pool import BackgroundWorker
from triptych.engine.processes.sandbox import Sandbox, enter_sandbox
from triptych.engine.processes.worker_process import WorkerProcessLostError

VALIDATOR = "page-validation"
_PDF_UA = "ua1"
_PAGE_NUMBER = re.compile(r"\bpage (\d+)")
# Our rules that report the same faults with a position. The validator reports only the first of each kind.
_EQUIVALENT_RULES = {
    "heading levels": "HEADING-NESTING",
    "Figure text": "FIGURE-ALTERNATIVE-TEXT",
    "Formula text": "FORMULA-ALTERNATIVE-TEXT",
    "untagged text": "CONTENT-TAGGING",
    "untagged": "TAGGED-DOCUMENT",
}


class Violation(NamedTuple):
    """A violated rule. ``objgen`` is the object's number and generation, or None if unknown."""

    rule: str
    message: str
    objgen: tuple[int, int] | None


class ValidatorError(Exception):
    """Raised if a file cannot be validated. The message is the reason."""


ValidateFunction: TypeAlias = Callable[[bytes, str], list[Violation]]  # called with the PDF and the profile
LocateFunction: TypeAlias = Callable[
    [int, OutputFinding], OutputFinding
]  # called with the number of an object


def read_claimed_profiles(pdf: pikepdf.Pdf) -> list[str]:
    """Return the validator's names of the profiles that a PDF claims, PDF/UA-1 first."""
    try:
        with pdf.open_metadata() as metadata:
            ua = str(metadata.get("pdfuaid:part", ""))
            part, level = str(metadata.get("pdfaid:part", "")), str(metadata.get("pdfaid:conformance", ""))
    except Exception:  # the validator reports invalid XML
        return []
    return ([_PDF_UA] if ua == "1" else []) + ([f"{part}{level.lower()}"] if part else [])


def check_conformance(
    pdf: pikepdf.Pdf,
    data: bytes,
    reported_rules: set[str],
    locate: LocateFunction,
    validate: ValidateFunction | None = None,
) -> Iterator[OutputFinding]:
    """Report CHK007 for violations of PDF/UA-1, and CHK008 for those of a claimed PDF/A profile.

    Report CHK009 if the validator is not installed or fails. Violations of rules that are equivalent to one
    of our ``reported_rules`` are skipped. ``locate`` adds the position of an object, given by its number, to
    a finding.
    """
    claimed = read_claimed_profiles(pdf)
    if _PDF_UA not in claimed:
        yield OutputFinding(
            code="CHK007", rule="claim", message="the metadata does not declare PDF/UA-1", hint=REBUILD_HINT
        )
    if validate is None and not is_installed("check"):
        message = f"conformance with PDF/UA and PDF/A was not checked: {VALIDATOR} is not installed"
        yield OutputFinding(code="CHK009", message=message, hint=get_install_command("check"))
        return
    own_rules = {_EQUIVALENT_RULES[rule] for rule in reported_rules if rule in _EQUIVALENT_RULES}
    with _start_validator() as validate_in_worker:
        for profile in dict.fromkeys((_PDF_UA, *claimed)):
            try:
                failures = (validate or validate_in_worker)(data, profile)
            except (ValidatorError, WorkerProcessLostError) as reason:
                message = (
                    f"{VALIDATOR} could not check conformance with {_format_standard(profile)}: {reason}"
                )
                hint = "check the PDF with another validator, such as veraPDF"
                yield OutputFinding(code="CHK009", message=message, hint=hint)
                continue
            for failure in failures:
                if not any(name in failure.rule for name in own_rules) and not _is_false_alarm(pdf, failure):
                    yield _make_finding(pdf, profile, failure, locate)


@contextmanager
def _start_validator() -> Iterator[ValidateFunction]:
    """Start the validator in a new process, since its threads would deadlock in a forked process."""
    worker = BackgroundWorker(trusted=False)
    try:
        yield lambda data, profile: worker.run_job(_run_validator_in_sandbox, data, profile)
    finally:
        worker.stop()


def _run_validator_in_sandbox(data: bytes, profile: str) -> list[Violation]:
    enter_sandbox(Sandbox())
    return run_validator(data, profile)


def run_validator(data: bytes, profile: str) -> list[Violation]:
    """Return a PDF's violations of a profile. Raise `ValidatorError` if the validator fails."""
    import page

    try:
        report = page.validate_pdf_bytes(data, profile=profile)
    except (page.ProfileError, ValueError):
        raise ValidatorError("the validator does not support this standard") from None
    except page.PageError as refusal:
        raise ValidatorError(str(refusal)) from None
    return [
        Violation(
            failure.rule_id,
            failure.message,
            (failure.object_id.object_number, failure.object_id.generation) if failure.object_id else None,
        )
        for failure in report.failures
    ]


def _make_finding(
    pdf: pikepdf.Pdf, profile: str, violation: Violation, locate: LocateFunction
) -> OutputFinding:
    page = _PAGE_NUMBER.search(violation.message)
    finding = OutputFinding(
        code="CHK007" if profile == _PDF_UA else "CHK008",
        rule=violation.rule,
        message=f"the file violates {_format_standard(profile)}, {violation.rule}: {violation.message}",
        hint=REBUILD_HINT,
        page=_get_page_label(pdf, int(page.group(1))) if page else "",
    )
    return locate(violation.objgen[0], finding) if violation.objgen else finding


def _format_standard(profile: str) -> str:
    return "PDF/UA-1" if profile == _PDF_UA else f"PDF/A-{profile}"


def _get_page_label(pdf: pikepdf.Pdf, number: int) -> str:
    return str(pdf.pages[number - 1].label) if 0 < number <= len(pdf.pages) else str(number)


def _is_false_alarm(pdf: pikepdf.Pdf, violation: Violation) -> bool:
    """Return whether a violation is a false alarm about the length of a stream.

    If a stream ends with a carriage return, the validator treats this byte as part of the line break before
    ``endstream`` (ISO 32000-1, 7.3.8.1).
    """
    if "STREAM-LENGTH" not in violation.rule or violation.objgen is None:
        return False
    stream = pdf.get_object(violation.objgen)
    return isinstance(stream, pikepdf.Stream) and stream.read_raw_bytes().endswith(b"\r")
