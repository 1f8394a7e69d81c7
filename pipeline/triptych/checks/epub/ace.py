"""What Ace by DAISY says of an e-book: barriers to people who read with other senses or other tools."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from triptych.checks.epub.package import Package
from triptych.checks.found import Found
from triptych.diagnostics import Span
from triptych.engine.processes import installed_programs
from triptych.engine.processes.programs import run
from triptych.project import MANIFEST

_SECONDS = 600
_STEP = re.compile(r"/(\d+)")
_ASIDE = re.compile(r"\[[^\]]*\]")
# Its browser is to reach no server, whatever a book names.
_NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
_OWN = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR", "TEMP", "TMP")


def run_ace(book: Path, folder: Path) -> Any:
    """An e-book and a folder to write in → the report. Raises ``ProgramFailed`` and ``ValueError``.

    Ace ends well whatever it found. Its browser is that of the machine, else the one that came with it.
    """
    out = folder / "out"
    browser = installed_programs.chromium()
    environment = {**dict.fromkeys(_OWN, str(folder)), **_NOWHERE}
    environment["PATH"] = installed_programs.path_with_node()
    if browser:
        environment["PUPPETEER_EXECUTABLE_PATH"] = str(browser)
    else:
        environment["PUPPETEER_CACHE_DIR"] = str(Path.home() / ".cache/puppeteer")
    command: list[str | Path] = [str(installed_programs.ace()), "-s", "-f", "-o", out, book]
    run(command, timeout=_SECONDS, environment=environment)
    return json.loads((out / "report.json").read_text("utf-8"))


def ace_findings(name: str, report: Any, package: Package) -> Iterator[Found]:
    """A report → CHK013 for each barrier, at its place; what is about metadata is the manifest's."""
    for document in report["assertions"]:
        file = package.named(str(document["earl:testSubject"]["url"]))
        for assertion in document["assertions"]:
            test, result = assertion["earl:test"], assertion["earl:result"]
            if result["earl:outcome"] != "fail":
                continue
            found = _finding(name, test, result)
            if file == package.document:
                yield replace(found, file=file, span=Span(path=MANIFEST))
                continue
            pointers = (result.get("earl:pointer") or {}).get("cfi") or [""]
            for pointer in pointers:
                yield package.at_element(found, file, _steps(str(pointer)))


def _finding(name: str, test: Any, result: Any) -> Found:
    rule, impact = str(test["dct:title"]), str(test["earl:impact"])
    advice = test.get("help") or {}
    description = str(advice.get("dct:description") or test.get("dct:description") or rule).rstrip(".")
    detail = str(result.get("dct:description") or "").partition("\n")[0].strip()
    return Found(
        code="CHK013",
        output="EPUB",
        rule=rule,
        message=f"{name} reports {rule} ({impact}): {description}"
        + (f": {detail}" if detail and detail != description else ""),
        hint=f"follow the advice at {advice['url']}" if advice.get("url") else None,
    )


def _steps(pointer: str) -> tuple[int, ...]:
    """A canonical fragment identifier → its steps to an element, without ids and places in text."""
    return tuple(step for step in map(int, _STEP.findall(_ASIDE.sub("", pointer))) if step % 2 == 0)
