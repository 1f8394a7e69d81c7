"""What a validator says of a PDF: PDF/UA-1 (ISO 14289-1) always, PDF/A (ISO 19005) where it is claimed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeAlias

import pikepdf

from triptych.checks.findings import REBUILD, OutputFinding
from triptych.engine.extras import how_to_install, is_installed
from triptych.engine.processes.child import ChildLost
from triptych.engine.processes.pool import BackgroundWorker

VALIDATOR = "page-validation"
_UA = "ua1"
_PAGE = re.compile(r"\bpage (\d+)")
# What our own checks say with its place. The validator names the first of each kind, and often no place.
_OURS = {
    "heading levels": "HEADING-NESTING",
    "Figure text": "FIGURE-ALTERNATIVE-TEXT",
    "Formula text": "FORMULA-ALTERNATIVE-TEXT",
    "untagged text": "CONTENT-TAGGING",
    "untagged": "TAGGED-DOCUMENT",
}


class Failure(NamedTuple):
    """A rule that is broken; ``objgen`` is the number of an object and its generation, where it has one."""

    rule: str
    message: str
    objgen: tuple[int, int] | None


class NotValidated(Exception):
    """Why a file could not be validated."""


# A file and a profile → the rules that it breaks.
Validate: TypeAlias = Callable[[bytes, str], list[Failure]]
# Number of an object → a finding with the place of what it is.
Locate: TypeAlias = Callable[[int, OutputFinding], OutputFinding]


def read_claims(pdf: pikepdf.Pdf) -> list[str]:
    """Return the profiles that a file claims, in the validator's words, PDF/UA-1 first."""
    try:
        with pdf.open_metadata() as metadata:
            ua = str(metadata.get("pdfuaid:part", ""))
            part, level = str(metadata.get("pdfaid:part", "")), str(metadata.get("pdfaid:conformance", ""))
    except Exception:  # a packet that is no XML: the validator says so
        return []
    return ([_UA] if ua == "1" else []) + ([f"{part}{level.lower()}"] if part else [])


def check_conformance(
    pdf: pikepdf.Pdf, data: bytes, told: set[str], locate: Locate, validate: Validate | None = None
) -> Iterator[OutputFinding]:
    """Find the rules that a file breaks, except those of the kinds that were ``told`` already."""
    claimed = read_claims(pdf)
    if _UA not in claimed:
        yield OutputFinding(
            code="CHK007", rule="claim", message="the metadata does not declare PDF/UA-1", hint=REBUILD
        )
    if validate is None and not is_installed("check"):
        message = f"conformance with PDF/UA and PDF/A was not checked: {VALIDATOR} is not installed"
        yield OutputFinding(code="CHK009", message=message, hint=how_to_install("check"))
        return
    ours = {_OURS[rule] for rule in told if rule in _OURS}
    with _start_validator() as apart:
        for profile in dict.fromkeys((_UA, *claimed)):
            try:
                failures = (validate or apart)(data, profile)
            except (NotValidated, ChildLost) as reason:
                message = f"{VALIDATOR} could not check conformance with {_name_standard(profile)}: {reason}"
                hint = "check the PDF with another validator, such as veraPDF"
                yield OutputFinding(code="CHK009", message=message, hint=hint)
                continue
            for failure in failures:
                if not any(name in failure.rule for name in ours) and not _is_false_alarm(pdf, failure):
                    yield _make_finding(pdf, profile, failure, locate)


@contextmanager
def _start_validator() -> Iterator[Validate]:
    """Start the validator in a fresh process: its threads would hang in a forked one."""
    companion = BackgroundWorker()
    try:
        yield lambda data, profile: companion.do(run_validator, data, profile)
    finally:
        companion.stop()


def run_validator(data: bytes, profile: str) -> list[Failure]:
    """Return the rules of a profile that a file breaks, the first place of each. Raises ``NotValidated``."""
    import page

    try:
        report = page.validate_pdf_bytes(data, profile=profile)
    except (page.ProfileError, ValueError):
        raise NotValidated("the validator does not support this standard") from None
    except page.PageError as refusal:
        raise NotValidated(str(refusal)) from None
    return [
        Failure(
            failure.rule_id,
            failure.message,
            (failure.object_id.object_number, failure.object_id.generation) if failure.object_id else None,
        )
        for failure in report.failures
    ]


def _make_finding(pdf: pikepdf.Pdf, profile: str, failure: Failure, locate: Locate) -> OutputFinding:
    on = _PAGE.search(failure.message)
    found = OutputFinding(
        code="CHK007" if profile == _UA else "CHK008",
        rule=failure.rule,
        message=f"the file violates {_name_standard(profile)}, {failure.rule}: {failure.message}",
        hint=REBUILD,
        page=_get_page_label(pdf, int(on.group(1))) if on else "",
    )
    return locate(failure.objgen[0], found) if failure.objgen else found


def _name_standard(profile: str) -> str:
    return "PDF/UA-1" if profile == _UA else f"PDF/A-{profile}"


def _get_page_label(pdf: pikepdf.Pdf, number: int) -> str:
    return str(pdf.pages[number - 1].label) if 0 < number <= len(pdf.pages) else str(number)


def _is_false_alarm(pdf: pikepdf.Pdf, failure: Failure) -> bool:
    """Whether a stream is said to be too long that ends in a carriage return.

    The validator takes it for half of the end of line before ``endstream`` (ISO 32000-1, 7.3.8.1).
    """
    if "STREAM-LENGTH" not in failure.rule or failure.objgen is None:
        return False
    stream = pdf.get_object(failure.objgen)
    return isinstance(stream, pikepdf.Stream) and stream.read_raw_bytes().endswith(b"\r")
