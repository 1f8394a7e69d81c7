"""What a validator says of a PDF: PDF/UA-1 (ISO 14289-1) always, PDF/A (ISO 19005) where it is claimed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from triptych.checks.pdf.found import Found

VALIDATOR = "page-validation"
_UA = "ua1"
_PAGE = re.compile(r"\bpage (\d+)")
# What our own checks say with its place. The validator names the first of each kind, and often no place.
_OURS = {
    "heading levels": "HEADING-NESTING",
    "Figure text": "FIGURE-ALTERNATIVE-TEXT",
    "Formula text": "FORMULA-ALTERNATIVE-TEXT",
    "link tag": "LINK-LINK-TAG",
    "link description": "LINK-CONTENTS",
    "untagged text": "CONTENT-TAGGING",
    "untagged drawing": "CONTENT-TAGGING",
    "table scope": "TABLE-HEADERS-SCOPE",
    "ragged table": "TABLE-ROW-COLUMNSPAN",
    "untagged": "TAGGED-DOCUMENT",
}

# Number of an object → a finding with the place of what it is.
Locate = Callable[[int, Found], Found]


def claims(pdf: pikepdf.Pdf) -> list[str]:
    """The profiles that a file says it keeps to, in the validator's words, PDF/UA-1 first."""
    try:
        with pdf.open_metadata() as metadata:
            ua = str(metadata.get("pdfuaid:part", ""))
            part, level = str(metadata.get("pdfaid:part", "")), str(metadata.get("pdfaid:conformance", ""))
    except Exception:  # a packet that is no XML: the validator says so
        return []
    return ([_UA] if ua == "1" else []) + ([f"{part}{level.lower()}"] if part else [])


def conformance_findings(pdf: pikepdf.Pdf, data: bytes, told: set[str], locate: Locate) -> Iterator[Found]:
    """The rules that a file breaks, without those of the kinds that were ``told`` already."""
    try:
        import page
    except ImportError:
        message = f"PDF/UA and PDF/A were not validated: {VALIDATOR} is not installed"
        yield Found(code="CHK009", message=message, hint=f"pip install {VALIDATOR}")
        return
    claimed = claims(pdf)
    if _UA not in claimed:
        yield Found(code="CHK007", rule="claim", message="it does not say that it is PDF/UA-1")
    ours = {_OURS[rule] for rule in told if rule in _OURS}
    for profile in dict.fromkeys((_UA, *claimed)):
        try:
            report = page.validate_pdf_bytes(data, profile=profile)
        except (page.ProfileError, ValueError):
            yield Found(
                code="CHK009", message=f"PDF/A-{profile} was not validated: {VALIDATOR} does not know it"
            )
            continue
        except page.PageError as refusal:
            yield Found(
                code="CHK009", message=f"{_called(profile)} was not validated: {VALIDATOR} gave up: {refusal}"
            )
            continue
        for failure in report.failures:
            if any(name in failure.rule_id for name in ours) or _is_false_alarm(pdf, failure):
                continue
            yield _finding(pdf, profile, failure, locate)


def _finding(pdf: pikepdf.Pdf, profile: str, failure: Any, locate: Locate) -> Found:
    on = _PAGE.search(failure.message)
    found = Found(
        code="CHK007" if profile == _UA else "CHK008",
        rule=failure.rule_id,
        message=f"{_called(profile)} is broken, {failure.rule_id}: {failure.message}",
        page=_label(pdf, int(on.group(1))) if on else "",
    )
    return locate(failure.object_id.object_number, found) if failure.object_id else found


def _called(profile: str) -> str:
    return "PDF/UA-1" if profile == _UA else f"PDF/A-{profile}"


def _label(pdf: pikepdf.Pdf, number: int) -> str:
    return str(pdf.pages[number - 1].label) if 0 < number <= len(pdf.pages) else str(number)


def _is_false_alarm(pdf: pikepdf.Pdf, failure: Any) -> bool:
    """Whether a stream is said to be too long that ends in a carriage return.

    The validator takes it for half of the end of line before ``endstream`` (ISO 32000-1, 7.3.8.1).
    """
    if "STREAM-LENGTH" not in failure.rule_id or failure.object_id is None:
        return False
    stream = pdf.get_object(failure.object_id.object_number, failure.object_id.generation)
    return isinstance(stream, pikepdf.Stream) and stream.read_raw_bytes().endswith(b"\r")
