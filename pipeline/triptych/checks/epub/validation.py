"""Run the installed EPUB validators (EPUBCheck and Ace), and read their reports."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from triptych.checks.epub.package import EpubPackage
from triptych.checks.findings import OutputFinding, limit_findings
from triptych.diagnostics import Span
from triptych.engine.processes import programs as installed_programs
from triptych.engine.processes.programs import ProgramError, run_program, run_program_with_stderr
from triptych.project import MANIFEST

_MAX_REASON = 200  # characters
_ACE_SECONDS = 600
_BROWSER_START_SECONDS = 60  # Ace's default of 5 is too short on a busy machine
_CFI_STEP = re.compile(r"/(\d+)")
_CFI_ASSERTION = re.compile(r"\[[^\]]*\]")
# A proxy that does not exist keeps the browser and Java from opening connections for a book.
_NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
_PRIVATE_FOLDERS = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR", "TEMP", "TMP")
# Such a short process does not benefit from the optimising compiler and the parallel collector.
_JAVA_OPTIONS = (
    *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true", "-Duser.language=en"),
    *(f"-D{scheme}.proxy{key}" for scheme in ("http", "https") for key in ("Host=127.0.0.1", "Port=9")),
)
_NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})
_EPUBCHECK_SECONDS = 300
_EXIT_CODES = (0, 1)  # 1: the book has errors
_CODES_BY_SEVERITY = {"FATAL": "CHK011", "ERROR": "CHK011", "WARNING": "CHK012"}
# Usage messages that matter to readers: a formula or SVG link without a name, an empty URL or label, metadata
# without a value, or an unknown role.
_REPORTED_USAGE_IDS = frozenset(("ACC-009", "ACC-011", "HTM-045", "NCX-006", "OPF-072", "OPF-088"))
_PREAMBLE = "Error while parsing file: "
_MAX_MESSAGE = 160  # characters
_QUOTED_TEXT = re.compile(r'"[^"]*"|“[^”]*”')


class Validator(NamedTuple):
    """The function that runs a validator, and the function that reads its report."""

    run: Callable[[Path, Path], Any]
    read_report: Callable[[str, Any, EpubPackage], Iterator[OutputFinding]]


def list_installed_validators() -> tuple[str, ...]:
    """Return the names of the installed validators. epubcheck-ts is only used without EPUBCheck."""
    has_epubcheck = bool(installed_programs.find_java() and installed_programs.find_epubcheck_jar())
    installed = {
        "Ace": bool(installed_programs.find_ace()),
        "EPUBCheck": has_epubcheck,
        "epubcheck-ts": not has_epubcheck and bool(installed_programs.find_epubcheck_ts()),
    }
    return tuple(name for name in VALIDATORS if installed[name])


def run_validator(name: str, path: Path) -> tuple[OutputFinding, ...]:
    """Return the findings of a validator.

    If the validator fails or its report cannot be read, return a single finding, CHK009.
    """
    validator = VALIDATORS[name]
    with tempfile.TemporaryDirectory(prefix="triptych-", ignore_cleanup_errors=True) as folder:
        try:
            report = validator.run(path.resolve(), Path(folder))
            return tuple(limit_findings(validator.read_report(name, report, EpubPackage(path))))
        except ProgramError as failure:
            return (_make_failure_finding(name, f"{name} could not be run: {failure}"),)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return (_make_failure_finding(name, f"the report of {name} cannot be read"),)


def _make_failure_finding(name: str, message: str) -> OutputFinding:
    line = " ".join(message.split())
    line = line if len(line) <= _MAX_REASON else f"{line[:_MAX_REASON]} …"
    hint = f"reinstall {name}, then run `triptych check` again"
    return OutputFinding(code="CHK009", output="EPUB", message=line, hint=hint)


def run_ace(epub: Path, folder: Path) -> Any:
    """Run Ace on an EPUB and return its report. ``folder`` is for temporary files.

    Ace uses the installed Chromium, or its own if none is installed. Raise ``ProgramError`` if Ace fails, or
    ``ValueError`` if the report is not JSON.
    """
    out = folder / "out"
    browser = installed_programs.find_chromium()
    environment = {**dict.fromkeys(_PRIVATE_FOLDERS, str(folder)), **_NO_NETWORK}
    environment["PATH"] = installed_programs.make_npm_search_path()
    environment["ACE_TIMEOUT_INITIAL"] = str(_BROWSER_START_SECONDS * 1000)
    if browser:
        environment["PUPPETEER_EXECUTABLE_PATH"] = str(browser)
    else:
        environment["PUPPETEER_CACHE_DIR"] = str(Path.home() / ".cache/puppeteer")
    command: list[str | Path] = [str(installed_programs.find_ace()), "-s", "-f", "-o", out, epub]
    run_program(command, timeout=_ACE_SECONDS, environment=environment)
    return json.loads((out / "report.json").read_text("utf-8"))


def read_ace_report(name: str, report: Any, package: EpubPackage) -> Iterator[OutputFinding]:
    """Report CHK013 for each failed test in Ace's report. Faults in metadata are located in the manifest."""
    for document in report["assertions"]:
        file = package.resolve_file_name(str(document["earl:testSubject"]["url"]))
        for assertion in document["assertions"]:
            test, result = assertion["earl:test"], assertion["earl:result"]
            if result["earl:outcome"] != "fail":
                continue
            finding = _make_ace_finding(name, test, result)
            if file == package.package_document_name:
                yield replace(finding, file=file, span=Span(path=MANIFEST))
                continue
            pointers = (result.get("earl:pointer") or {}).get("cfi") or [""]
            for pointer in pointers:
                yield package.locate_finding_at_element(finding, file, _parse_cfi_steps(str(pointer)))


def _make_ace_finding(name: str, test: Any, result: Any) -> OutputFinding:
    rule, impact = str(test["dct:title"]), str(test["earl:impact"])
    advice = test.get("help") or {}
    description = str(advice.get("dct:description") or test.get("dct:description") or rule).rstrip(".")
    detail = str(result.get("dct:description") or "").partition("\n")[0].strip()
    return OutputFinding(
        code="CHK013",
        output="EPUB",
        rule=rule,
        message=f"{name} reports {rule} ({impact}): {description}"
        + (f": {detail}" if detail and detail != description else ""),
        hint=f"follow the advice at {advice['url']}" if advice.get("url") else None,
    )


def _parse_cfi_steps(pointer: str) -> tuple[int, ...]:
    """Return the element steps (even numbers) of an EPUB canonical fragment identifier."""
    return tuple(
        step for step in map(int, _CFI_STEP.findall(_CFI_ASSERTION.sub("", pointer))) if step % 2 == 0
    )


def run_epubcheck(epub: Path, folder: Path) -> Any:
    """Run EPUBCheck on an EPUB and return its report. ``folder`` is for temporary files.

    Raise ``ProgramError`` if EPUBCheck fails, or ``ValueError`` if the report is not JSON.
    """
    java, jar = installed_programs.find_java(), installed_programs.find_epubcheck_jar()
    folders = (f"-Djava.io.tmpdir={folder}", f"-Duser.home={folder}")
    return _run_and_read_report([str(java), *_JAVA_OPTIONS, *folders, "-jar", str(jar)], epub, folder)


def run_epubcheck_ts(epub: Path, folder: Path) -> Any:
    """Run epubcheck-ts in Node.js, like `run_epubcheck`."""
    path = installed_programs.make_npm_search_path()
    return _run_and_read_report([str(installed_programs.find_epubcheck_ts())], epub, folder, {"PATH": path})


def _run_and_read_report(
    command: list[str], epub: Path, folder: Path, environment: Mapping[str, str] = _NO_ENVIRONMENT
) -> Any:
    report = folder / "report.json"
    command = [*command, str(epub), "--json", str(report), "-u", "-q"]
    _, stderr = run_program_with_stderr(
        command, timeout=_EPUBCHECK_SECONDS, environment=environment, accept=_EXIT_CODES
    )
    if not report.is_file():  # the exit code is also 1 if Java cannot start
        raise ProgramError(Path(command[0]).name, stderr or "no report was written")
    return json.loads(report.read_text("utf-8"))


def read_epubcheck_report(name: str, report: Any, package: EpubPackage) -> Iterator[OutputFinding]:
    """Return the findings in EPUBCheck's report, one for each location."""
    for message in report["messages"]:
        identity, severity = str(message["ID"]), str(message["severity"]).upper()
        code = "CHK012" if identity in _REPORTED_USAGE_IDS else _CODES_BY_SEVERITY.get(severity)
        if code is None:
            continue
        message_text = _shorten_message(str(message["message"]))
        for location in message.get("locations") or [{}]:
            finding = OutputFinding(
                code=code,
                output="EPUB",
                rule=f"{identity} {_QUOTED_TEXT.sub('', message_text)}",
                message=f"{name} reports {identity}: {message_text}"
                f"{_format_link_target(location.get('context'))}",
            )
            line, column = (int(location.get(key) or 0) for key in ("line", "column"))
            yield package.locate_finding(finding, str(location.get("path", "")), line, column)


def _shorten_message(message: str) -> str:
    """Remove the list of expected elements from a long EPUBCheck message."""
    message = " ".join(message.removeprefix(_PREAMBLE).split())
    return message.partition("; expected ")[0] if len(message) > _MAX_MESSAGE else message


def _format_link_target(context: Any) -> str:
    """Return the fragment of a broken internal link; EPUBCheck reports it with an invented host."""
    _, _, fragment = str(context or "").partition("#")
    return f" (#{fragment})" if fragment and str(context).startswith("https://") else ""


# Slowest first, since they start in this order.
VALIDATORS: Mapping[str, Validator] = {
    "Ace": Validator(run_ace, read_ace_report),
    "EPUBCheck": Validator(run_epubcheck, read_epubcheck_report),
    "epubcheck-ts": Validator(run_epubcheck_ts, read_epubcheck_report),
}
