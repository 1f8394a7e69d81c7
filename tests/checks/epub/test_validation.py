"""Test that findings of validators are reported at their position in the source."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import tiny_png
from triptych.checks.epub import validation
from triptych.checks.epub.package import EpubPackage
from triptych.checks.epub.validation import (
    VALIDATORS,
    list_installed_validators,
    read_ace_report,
    read_epubcheck_report,
    run_validator,
)
from triptych.checks.findings import locate_findings
from triptych.engine.processes import programs as installed_programs

SOURCE = """\
The lantern stands forty-one metres over the sea.

![A dot on a white page](dot.png)

Bare rock, and nothing grows but thrift.
"""
PAGE = """\
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>A section</title></head><body>
<h1>A section</h1><p>The lantern stands forty-one metres over the sea.</p>
<figure><img src="dot.png"/></figure>
<p>Bare rock, and nothing grows but thrift.</p></body></html>"""
PACKAGE = """\
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata><language>english!!</language></metadata>
<manifest><item/></manifest></package>"""


@pytest.fixture(scope="module")
def book_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "book.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("EPUB/package.opf", PACKAGE)
        archive.writestr("EPUB/text/a.xhtml", PAGE)
        archive.writestr("EPUB/style.css", "p {}")
    return path


@pytest.fixture
def told(read_book_of, book_file: Path):
    """Return the diagnostics that result from a validator's report."""
    book, _ = read_book_of(SOURCE, files={"source/dot.png": tiny_png()})

    def tell(findings: Any, name: str, report: Any) -> list[str]:
        return [
            str(finding) for finding in locate_findings(findings(name, report, EpubPackage(book_file)), book)
        ]

    return tell


def message(severity: str, identity: str, text: str, *places: tuple[str, int, int]) -> dict[str, Any]:
    locations = [
        {"path": path, "line": line, "column": column, "context": None} for path, line, column in places
    ]
    return {"ID": identity, "severity": severity, "message": text, "locations": locations}


class TestEpubcheck:
    def said(self, told, *messages: dict[str, Any], name: str = "EPUBCheck") -> list[str]:
        return told(read_epubcheck_report, name, {"messages": list(messages)})

    def test_error_position_has_its_text(self, told) -> None:
        places = [("EPUB/text/a.xhtml", 2, 22), ("EPUB/text/a.xhtml", 4, 4)]
        assert self.said(
            told, message("ERROR", "RSC-005", 'Error while parsing file: Duplicate ID "x"', *places)
        ) == [
            'source/section.md:4:1: error[CHK011]: EPUB, EPUB/text/a.xhtml:2:22: EPUBCheck reports RSC-005: Duplicate ID "x"',
            'source/section.md:8:1: error[CHK011]: EPUB, EPUB/text/a.xhtml:4:4: EPUBCheck reports RSC-005: Duplicate ID "x"',
        ]

    def test_warnings_are_warnings_and_of_remarks_a_few_are(self, told) -> None:
        text = self.said(
            told,
            message("WARNING", "OPF-077", "Careful."),
            message("USAGE", "CSS-028", "Use of Font-face declaration.", ("EPUB/style.css", 1, 1)),
            message("USAGE", "HTM-045", "Encountered empty href.", ("EPUB/text/a.xhtml", 4, 4)),
            message("INFO", "XXX-001", "Fine."),
        )
        assert text == [
            "warning[CHK012]: EPUB: EPUBCheck reports OPF-077: Careful.",
            "source/section.md:8:1: warning[CHK012]: EPUB, EPUB/text/a.xhtml:4:4: EPUBCheck reports HTM-045: Encountered empty href.",
        ]

    def test_metadata_are_the_manifests_and_other_lines_of_the_package_are_nobodys(self, told) -> None:
        text = "Not well-formed"
        assert self.said(told, message("ERROR", "OPF-092", text, ("EPUB/package.opf", 2, 21))) == [
            f"source/book.yaml:1:1: error[CHK011]: EPUB, EPUB/package.opf:2:21: EPUBCheck reports OPF-092: {text}"
        ]
        for line, file in ((3, "EPUB/package.opf:3:9"), (-1, "EPUB/package.opf")):
            place = ("EPUB/package.opf", line, 9 if line > 0 else -1)
            assert self.said(told, message("ERROR", "OPF-001", text, place)) == [
                f"error[CHK011]: EPUB, {file}: EPUBCheck reports OPF-001: {text}"
            ]

    def test_style_sheet_and_archive_have_no_position(self, told) -> None:
        assert self.said(told, message("ERROR", "CSS-008", "Bad", ("EPUB/style.css", 1, 3))) == [
            "error[CHK011]: EPUB, EPUB/style.css:1:3: EPUBCheck reports CSS-008: Bad"
        ]
        assert self.said(told, message("FATAL", "PKG-008", "Bad", ("./book.epub", -1, -1))) == [
            "error[CHK011]: EPUB: EPUBCheck reports PKG-008: Bad"
        ]

    def test_message_omits_long_lists_of_allowed_content(self, told) -> None:
        text = f'attribute "foo" not allowed here; expected attribute {", ".join(map(str, range(99)))}'
        (result,) = self.said(told, message("ERROR", "RSC-005", text))
        assert result.endswith('RSC-005: attribute "foo" not allowed here')

    def test_dangling_link_is_reported(self, told) -> None:
        dead = message(
            "ERROR", "RSC-012", "Fragment identifier is not defined.", ("EPUB/text/a.xhtml", 2, 22)
        )
        dead["locations"][0]["context"] = "https://made-up.example/EPUB/text/a.xhtml#gone"
        assert self.said(told, dead)[0].endswith("is not defined. (#gone)")

    def test_the_program_for_node_writes_small_letters_and_lines_without_columns(self, told) -> None:
        result = message("error", "RSC-005", "Not unique", ("EPUB/text/a.xhtml", 4, -1))
        del result["locations"][0]["context"]
        assert self.said(told, result, name="epubcheck-ts") == [
            "source/section.md:8:1: error[CHK011]: EPUB, EPUB/text/a.xhtml:4: epubcheck-ts reports RSC-005: Not unique"
        ]


def violation(rule: str, *pointers: str) -> dict[str, Any]:
    return {
        "earl:result": {
            "earl:outcome": "fail",
            "dct:description": "Element does not have an alt attribute\nand more",
            "earl:pointer": {"cfi": list(pointers), "css": ["img"]},
        },
        "earl:test": {
            "earl:impact": "critical",
            "dct:title": rule,
            "help": {"url": "https://help.example/images", "dct:description": "Images must have a text"},
        },
    }


class TestAce:
    def said(self, told, url: str, *violations: dict[str, Any]) -> list[str]:
        report = {"assertions": [{"earl:testSubject": {"url": url}, "assertions": list(violations)}]}
        return told(read_ace_report, "Ace", report)

    def test_barrier_is_reported_at_its_element(self, told) -> None:
        assert self.said(told, "text/a.xhtml", violation("image-alt", "/4/6/2")) == [
            "source/section.md:6:26: warning[CHK013]: EPUB, EPUB/text/a.xhtml: Ace reports image-alt (critical): "
            "Images must have a text: Element does not have an alt attribute\n  hint: follow the advice at https://help.example/images"
        ]

    def test_ids_in_a_pointer_are_passed_over(self, told) -> None:
        (text,) = self.said(told, "/EPUB/text/a.xhtml", violation("contrast", "/4/8[x/2]/1:0"))
        assert text.startswith("source/section.md:8:1: ")

    def test_package_findings_are_reported_at_the_manifest(self, told) -> None:
        about = violation("metadata-accessmode")
        del about["earl:result"]["earl:pointer"]
        (text,) = self.said(told, "EPUB/package.opf", about)
        assert text.startswith("source/book.yaml:1:1: warning[CHK013]: EPUB, EPUB/package.opf: Ace reports ")

    def test_passed_assertions_are_not_reported(self, told) -> None:
        passed = violation("image-alt")
        passed["earl:result"]["earl:outcome"] = "pass"
        assert self.said(told, "text/a.xhtml", passed) == []


@settings(max_examples=60)
@given(
    path=st.sampled_from(["EPUB/text/a.xhtml", "EPUB/package.opf", "EPUB/style.css", "gone", ""]),
    line=st.integers(-3, 12),
    column=st.integers(-3, 120),
    pointer=st.from_regex(r"(/\d{1,2}(\[\w*\])?){0,5}(:\d)?", fullmatch=True),
)
def test_invalid_position_does_not_raise(
    book_file: Path, path: str, line: int, column: int, pointer: str
) -> None:
    package = EpubPackage(book_file)
    assert list(
        read_epubcheck_report(
            "EPUBCheck", {"messages": [message("ERROR", "X", "x", (path, line, column))]}, package
        )
    )
    report = {"assertions": [{"earl:testSubject": {"url": path}, "assertions": [violation("x", pointer)]}]}
    assert list(read_ace_report("Ace", report, package))


class TestPrograms:
    """Test with scripts that replace the real validators."""

    @pytest.fixture
    def put(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        """Return a function that writes a Python script to a PATH that contains no other program."""
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(installed_programs, "find_epubcheck_jar", lambda: None)

        def put(name: str, code: str = "") -> None:
            (tmp_path / name).write_text(f"#!{sys.executable} -I\nimport json, sys, time\n{code}\n")
            (tmp_path / name).chmod(0o755)

        return put

    def test_validator_needs_node(self, put) -> None:
        assert list_installed_validators() == ()
        put("epubcheck-ts"), put("ace")
        assert list_installed_validators() == ()
        put("node")
        assert list_installed_validators() == ("Ace", "epubcheck-ts")

    def test_epubcheck_replaces_equivalent_rules(self, put, monkeypatch: pytest.MonkeyPatch) -> None:
        put("node"), put("epubcheck-ts"), put("java")
        monkeypatch.setattr(installed_programs, "find_epubcheck_jar", lambda: Path("epubcheck.jar"))
        assert list_installed_validators() == ("EPUBCheck",)

    def test_a_folder_that_moves_with_the_user_is_not_looked_in(
        self, put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put("node"), put("ace")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PATH", os.pathsep.join((".", "")))
        assert list_installed_validators() == ()

    def test_report_is_read_with_any_error_exit_code(self, put, book_file: Path) -> None:
        report = {"messages": [message("error", "RSC-005", "Bad", ("EPUB/text/a.xhtml", 2, 22))]}
        put("node")
        put("epubcheck-ts", f"open(sys.argv[3], 'w').write({json.dumps(report)!r}); sys.exit(1)")
        (finding,) = run_validator("epubcheck-ts", book_file)
        assert (finding.code, finding.text) == ("CHK011", "The lantern stands forty-one metres over the sea.")

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("sys.exit('out of memory')", "out of memory"),
            ("", "no report was written"),
            ("sys.exit(3)", "exit code 3"),
            ("open(sys.argv[3], 'w').write('{')", "the report of epubcheck-ts cannot be read"),
            ("open(sys.argv[3], 'w').write('[1]')", "the report of epubcheck-ts cannot be read"),
            (
                "open(sys.argv[3], 'w').write('{\"messages\": [{\"ID\": 1}]}')",
                "the report of epubcheck-ts cannot be read",
            ),
            ("time.sleep(60)", "did not finish within 0.5 s"),
        ],
    )
    def test_validator_without_a_report_is_reported(
        self, put, book_file: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
    ) -> None:
        monkeypatch.setattr(validation, "_EPUBCHECK_SECONDS", 0.5 if "sleep" in code else 30)
        put("node")
        put("epubcheck-ts", code)
        (finding,) = run_validator("epubcheck-ts", book_file)
        assert finding.code == "CHK009"
        assert finding.located_message.startswith(
            ("EPUB: epubcheck-ts could not be run: ", "EPUB: the report of epubcheck-ts ")
        )
        assert reason in finding.located_message

    def test_aborted_validator_is_reported(self, put, book_file: Path) -> None:
        put("node"), put("ace", "sys.exit('no browser ' * 99)")
        (finding,) = run_validator("Ace", book_file)
        assert (
            finding.code == "CHK009"
            and "no browser" in finding.located_message
            and len(finding.located_message) < 300
        )

    def test_chromium_has_a_minute_to_start(self, put, book_file: Path) -> None:
        put("node")
        seen = "import os; os.mkdir(sys.argv[4]); assert os.environ['ACE_TIMEOUT_INITIAL'] == '60000'\n"
        put("ace", seen + "open(sys.argv[4] + '/report.json', 'w').write('{\"assertions\": []}')")
        assert run_validator("Ace", book_file) == ()

    def test_ace_has_a_private_folder_and_no_network(self, put, book_file: Path) -> None:
        put("node")
        seen = "import os; out = sys.argv[4]; os.mkdir(out); v = os.environ\n"
        seen += "assert v['HOME'] == os.path.dirname(out) and v['http_proxy'].endswith(':9')\n"
        put("ace", seen + "open(out + '/report.json', 'w').write('{\"assertions\": []}')")
        assert run_validator("Ace", book_file) == ()


def test_slowest_validator_starts_first() -> None:
    assert list(VALIDATORS) == ["Ace", "EPUBCheck", "epubcheck-ts"]
    assert validation._ACE_SECONDS > validation._EPUBCHECK_SECONDS
