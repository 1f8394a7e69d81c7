"""What EPUBCheck says of an e-book: the program in Java, or that for Node, which writes the same report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from triptych.checks.epub.package import Package
from triptych.checks.found import Found
from triptych.engine.processes import installed_programs
from triptych.engine.processes.programs import ProgramFailed, run_and_hear

# A Java that lives so shortly gains nothing from its optimising compiler and parallel collector. It is to
# speak English wherever it runs, and to reach no server whatever a book names.
_JAVA = (
    *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true", "-Duser.language=en"),
    *(f"-D{scheme}.proxy{key}" for scheme in ("http", "https") for key in ("Host=127.0.0.1", "Port=9")),
)
_OPTIONS = ("-u", "-q")
_BARE: Mapping[str, str] = MappingProxyType({})
_SECONDS = 300
_ENDS = (0, 1)  # 1: it found errors

_CODES = {"FATAL": "CHK011", "ERROR": "CHK011", "WARNING": "CHK012"}
# Of what it only remarks on, that which readers would notice: no name for a formula or a drawn link, an
# empty address, an empty label, metadata without a value, a role that no reading system knows.
_WORTHWHILE = frozenset(("ACC-009", "ACC-011", "HTM-045", "NCX-006", "OPF-072", "OPF-088"))
_PREAMBLE = "Error while parsing file: "
_LONG = 160  # characters
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')


def run_epubcheck(book: Path, folder: Path) -> Any:
    """An e-book and a folder to write in → the report. Raises ``ProgramFailed`` and ``ValueError``."""
    arguments = [*_JAVA, f"-Djava.io.tmpdir={folder}", f"-Duser.home={folder}"]
    return _report(
        [str(installed_programs.java()), *arguments, "-jar", str(installed_programs.epubcheck_jar())],
        book,
        folder,
    )


def run_epubcheck_ts(book: Path, folder: Path) -> Any:
    """As ``run_epubcheck``, in Node."""
    path = installed_programs.path_with_node()
    return _report([str(installed_programs.epubcheck_ts())], book, folder, {"PATH": path})


def _report(command: list[str], book: Path, folder: Path, environment: Mapping[str, str] = _BARE) -> Any:
    report = folder / "report.json"
    command = [*command, str(book), "--json", str(report), *_OPTIONS]
    _, heard = run_and_hear(command, timeout=_SECONDS, environment=environment, accept=_ENDS)
    if not report.is_file():  # a Java that cannot start ends with 1 as well
        raise ProgramFailed(Path(command[0]).name, heard or "no report was written")
    return json.loads(report.read_text("utf-8"))


def epubcheck_findings(name: str, report: Any, package: Package) -> Iterator[Found]:
    """A report of a program of some name → each thing that is wrong, at each place."""
    for message in report["messages"]:
        identity, severity = str(message["ID"]), str(message["severity"]).upper()
        code = "CHK012" if identity in _WORTHWHILE else _CODES.get(severity)
        if code is None:
            continue
        message_text = _shortened(str(message["message"]))
        for place in message.get("locations") or [{}]:
            found = Found(
                code=code,
                output="EPUB",
                rule=f"{identity} {_QUOTED.sub('', message_text)}",
                message=f"{name} reports {identity}: {message_text}{_target(place.get('context'))}",
            )
            line, column = (int(place.get(key) or 0) for key in ("line", "column"))
            yield package.at(found, str(place.get("path", "")), line, column)


def _shortened(message: str) -> str:
    """A message without the list of all that might have stood there instead."""
    message = " ".join(message.removeprefix(_PREAMBLE).split())
    return message.partition("; expected ")[0] if len(message) > _LONG else message


def _target(context: Any) -> str:
    """Where a link leads that has no end; the address is that of a server which there is not."""
    _, _, fragment = str(context or "").partition("#")
    return f" (#{fragment})" if fragment and str(context).startswith("https://") else ""
