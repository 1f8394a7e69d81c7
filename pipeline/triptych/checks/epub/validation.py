"""Validators of e-books: which are there, and what they say of a file, each in a folder of its own."""

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
from triptych.checks.findings import OutputFinding, limit_repeats
from triptych.diagnostics import Span
from triptych.engine.processes import programs as installed_programs
from triptych.engine.processes.programs import ProgramFailed, run, run_with_stderr
from triptych.project import MANIFEST

_LONGEST_REASON = 200  # characters
_ACE_SECONDS = 600
_STEP = re.compile(r"/(\d+)")
_ASIDE = re.compile(r"\[[^\]]*\]")
# Its browser is to reach no server, whatever a book names.
_NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
_OWN = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR", "TEMP", "TMP")
# A Java that lives so shortly gains nothing from its optimising compiler and parallel collector. It is to
# speak English wherever it runs, and to reach no server whatever a book names.
_JAVA = (
    *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true", "-Duser.language=en"),
    *(f"-D{scheme}.proxy{key}" for scheme in ("http", "https") for key in ("Host=127.0.0.1", "Port=9")),
)
_OPTIONS = ("-u", "-q")
_BARE: Mapping[str, str] = MappingProxyType({})
_EPUBCHECK_SECONDS = 300
_ENDS = (0, 1)  # 1: it found errors
_CODES = {"FATAL": "CHK011", "ERROR": "CHK011", "WARNING": "CHK012"}
# Of what it only remarks on, that which readers would notice: no name for a formula or a drawn link, an
# empty address, an empty label, metadata without a value, a role that no reading system knows.
_WORTHWHILE = frozenset(("ACC-009", "ACC-011", "HTM-045", "NCX-006", "OPF-072", "OPF-088"))
_PREAMBLE = "Error while parsing file: "
_LONGEST_MESSAGE = 160  # characters
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')


class Validator(NamedTuple):
    """``run`` has the program write its report, ``findings`` reads it."""

    run: Callable[[Path, Path], Any]
    findings: Callable[[str, Any, EpubPackage], Iterator[OutputFinding]]


def installed_validators() -> tuple[str, ...]:
    """Return the validators of this machine; the one for Node only if there is no EPUBCheck in Java."""
    there = {
        "Ace": installed_programs.find_ace() is not None,
        "EPUBCheck": installed_programs.find_java() is not None
        and installed_programs.find_epubcheck_jar() is not None,
    }
    there["epubcheck-ts"] = not there["EPUBCheck"] and installed_programs.find_epubcheck_ts() is not None
    return tuple(name for name in VALIDATORS if there[name])


def validate(name: str, path: Path) -> tuple[OutputFinding, ...]:
    """Return the findings of a validator; CHK009 if its report cannot be read."""
    validator = VALIDATORS[name]
    with tempfile.TemporaryDirectory(prefix="triptych-", ignore_cleanup_errors=True) as folder:
        try:
            report = validator.run(path.resolve(), Path(folder))
            return tuple(limit_repeats(validator.findings(name, report, EpubPackage(path))))
        except ProgramFailed as failure:
            return (_report_no_answer(name, f"{name} could not be run: {failure}"),)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return (_report_no_answer(name, f"the report of {name} cannot be read"),)


def _report_no_answer(name: str, message: str) -> OutputFinding:
    line = " ".join(message.split())
    line = line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]} …"
    hint = f"reinstall {name}, then run `triptych check` again"
    return OutputFinding(code="CHK009", output="EPUB", message=line, hint=hint)


def run_ace(book: Path, folder: Path) -> Any:
    """Run Ace with a folder for its files; return its report. Raises ``ProgramFailed`` and ``ValueError``.

    The exit code of Ace does not depend on its findings. It uses the browser of the machine, else its own.
    """
    out = folder / "out"
    browser = installed_programs.find_chromium()
    environment = {**dict.fromkeys(_OWN, str(folder)), **_NOWHERE}
    environment["PATH"] = installed_programs.path_with_node()
    if browser:
        environment["PUPPETEER_EXECUTABLE_PATH"] = str(browser)
    else:
        environment["PUPPETEER_CACHE_DIR"] = str(Path.home() / ".cache/puppeteer")
    command: list[str | Path] = [str(installed_programs.find_ace()), "-s", "-f", "-o", out, book]
    run(command, timeout=_ACE_SECONDS, environment=environment)
    return json.loads((out / "report.json").read_text("utf-8"))


def read_ace_report(name: str, report: Any, package: EpubPackage) -> Iterator[OutputFinding]:
    """Return CHK013 for each barrier in a report of Ace; findings on metadata point to the manifest."""
    for document in report["assertions"]:
        file = package.named(str(document["earl:testSubject"]["url"]))
        for assertion in document["assertions"]:
            test, result = assertion["earl:test"], assertion["earl:result"]
            if result["earl:outcome"] != "fail":
                continue
            found = _make_ace_finding(name, test, result)
            if file == package.document:
                yield replace(found, file=file, span=Span(path=MANIFEST))
                continue
            pointers = (result.get("earl:pointer") or {}).get("cfi") or [""]
            for pointer in pointers:
                yield package.at_element(found, file, _parse_steps(str(pointer)))


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


def _parse_steps(pointer: str) -> tuple[int, ...]:
    """Parse a canonical fragment identifier into steps to an element, without ids and text offsets."""
    return tuple(step for step in map(int, _STEP.findall(_ASIDE.sub("", pointer))) if step % 2 == 0)


def run_epubcheck(book: Path, folder: Path) -> Any:
    """Run EPUBCheck in Java and return its report. Raises ``ProgramFailed`` and ``ValueError``."""
    arguments = [*_JAVA, f"-Djava.io.tmpdir={folder}", f"-Duser.home={folder}"]
    return _run_and_load(
        [
            str(installed_programs.find_java()),
            *arguments,
            "-jar",
            str(installed_programs.find_epubcheck_jar()),
        ],
        book,
        folder,
    )


def run_epubcheck_ts(book: Path, folder: Path) -> Any:
    """As ``run_epubcheck``, in Node."""
    path = installed_programs.path_with_node()
    return _run_and_load([str(installed_programs.find_epubcheck_ts())], book, folder, {"PATH": path})


def _run_and_load(
    command: list[str], book: Path, folder: Path, environment: Mapping[str, str] = _BARE
) -> Any:
    report = folder / "report.json"
    command = [*command, str(book), "--json", str(report), *_OPTIONS]
    _, heard = run_with_stderr(command, timeout=_EPUBCHECK_SECONDS, environment=environment, accept=_ENDS)
    if not report.is_file():  # a Java that cannot start ends with 1 as well
        raise ProgramFailed(Path(command[0]).name, heard or "no report was written")
    return json.loads(report.read_text("utf-8"))


def read_epubcheck_report(name: str, report: Any, package: EpubPackage) -> Iterator[OutputFinding]:
    """Return the findings in a report of EPUBCheck, each at its places."""
    for message in report["messages"]:
        identity, severity = str(message["ID"]), str(message["severity"]).upper()
        code = "CHK012" if identity in _WORTHWHILE else _CODES.get(severity)
        if code is None:
            continue
        message_text = _shorten(str(message["message"]))
        for place in message.get("locations") or [{}]:
            found = OutputFinding(
                code=code,
                output="EPUB",
                rule=f"{identity} {_QUOTED.sub('', message_text)}",
                message=f"{name} reports {identity}: {message_text}{_get_target(place.get('context'))}",
            )
            line, column = (int(place.get(key) or 0) for key in ("line", "column"))
            yield package.at(found, str(place.get("path", "")), line, column)


def _shorten(message: str) -> str:
    """Cut off the list of expected alternatives."""
    message = " ".join(message.removeprefix(_PREAMBLE).split())
    return message.partition("; expected ")[0] if len(message) > _LONGEST_MESSAGE else message


def _get_target(context: Any) -> str:
    """Where a link leads that has no end; the address is that of a server which there is not."""
    _, _, fragment = str(context or "").partition("#")
    return f" (#{fragment})" if fragment and str(context).startswith("https://") else ""


# The slowest first: they are begun in this order.
VALIDATORS: Mapping[str, Validator] = {
    "Ace": Validator(run_ace, read_ace_report),
    "EPUBCheck": Validator(run_epubcheck, read_epubcheck_report),
    "epubcheck-ts": Validator(run_epubcheck_ts, read_epubcheck_report),
}
