"""Test ``triptych build``: all outputs are written or none, and the exit code says which."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import write_files

EPUB = "build/a-book.epub"


def events(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


def files_in(folder: Path) -> list[str]:
    """Return all files outside the cache."""
    return sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and ".cache" not in p.parts
    )


def test_a_good_project_is_built(run: Run, minimal: Path) -> None:
    result = run("build", minimal)
    assert result.exit_code == 0, result.output
    assert files_in(minimal / "build") == ["a-book.epub"]
    assert "a-book.epub" in result.stdout


def test_render_is_another_name_for_build(run: Run, minimal: Path) -> None:
    assert run("render", minimal).exit_code == 0
    assert (minimal / EPUB).is_file()


def test_the_project_is_the_current_folder_by_default(
    run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(minimal)
    assert run("build").exit_code == 0
    assert (minimal / EPUB).is_file()


def test_outputs_may_go_to_another_folder(run: Run, minimal: Path, tmp_path: Path) -> None:
    assert run("build", minimal, "--output-dir", tmp_path / "out").exit_code == 0
    assert files_in(tmp_path / "out") == ["a-book.epub"]
    assert not (minimal / EPUB).exists()


def test_same_source_has_the_same_bytes(run: Run, minimal: Path) -> None:
    run("build", minimal)
    first = (minimal / EPUB).read_bytes()
    run("build", minimal, "--force")
    assert (minimal / EPUB).read_bytes() == first


class TestMistakes:
    def test_all_are_reported_in_one_run_in_order(self, run: Run, broken: Path) -> None:
        result = run("build", broken)
        places = re.findall(r"(source/\S+:\d+:\d+): ", result.stderr)
        assert places == ["source/other.md:1:10", "source/section.md:4:5", "source/section.md:6:6"]
        assert result.exit_code == 1

    def test_failed_build_writes_nothing(self, run: Run, broken: Path) -> None:
        result = run("build", broken)
        assert files_in(broken / "build") == []
        assert "Nothing was written: found 2 errors and 1 warning." in result.stdout

    def test_the_first_build_that_fails_points_to_the_guide(self, run: Run, broken: Path) -> None:
        hint = (
            "  hint: run `triptych explain CODE` to understand a finding; `triptych docs` opens the guide\n"
        )
        assert run("build", broken).stderr.endswith(hint)
        assert "triptych docs" not in run("build", broken, "--quiet").stderr
        result = run("build", broken, "--format", "json")
        assert "triptych docs" not in result.stdout + result.stderr

    def test_a_later_build_that_fails_does_not(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        (minimal / "source/section.md").write_text("See @fig-gone.\n")
        assert "triptych docs" not in run("build", minimal).stderr

    def test_earlier_outputs_are_unchanged(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        before = (minimal / EPUB).read_bytes(), (minimal / EPUB).stat().st_mtime_ns
        (minimal / "source/section.md").write_text("See @fig-gone.\n")
        assert run("build", minimal).exit_code == 1
        assert ((minimal / EPUB).read_bytes(), (minimal / EPUB).stat().st_mtime_ns) == before
        assert files_in(minimal / "build") == ["a-book.epub"]

    def test_manifest_and_section_errors_are_reported_together(self, run: Run, broken: Path) -> None:
        path = broken / "source/book.yaml"
        path.write_text(path.read_text() + "nonsense: 1\n")
        result = run("build", broken)
        assert "MAN001" in result.stderr and "REF001" in result.stderr

    def test_a_missing_manifest_is_an_error_of_the_source(self, run: Run, tmp_path: Path) -> None:
        result = run("build", tmp_path)
        assert result.exit_code == 1
        assert "MAN003" in result.stderr

    def test_missing_folder_is_a_usage_error(self, run: Run, tmp_path: Path) -> None:
        assert run("build", tmp_path / "gone").exit_code == 2

    def test_warnings_alone_do_not_stop_a_build(self, run: Run, minimal: Path) -> None:
        (minimal / "source/section.md").write_text("#### Deep\n")
        result = run("build", minimal)
        assert result.exit_code == 0
        assert "warning[ACC002]" in result.stderr

    def test_warnings_stop_a_strict_build(self, run: Run, minimal: Path) -> None:
        (minimal / "source/section.md").write_text("#### Deep\n")
        assert run("build", minimal, "--strict").exit_code == 1
        assert files_in(minimal / "build") == []

    def test_an_output_folder_that_is_a_file_is_an_error_and_no_crash(self, run: Run, minimal: Path) -> None:
        (minimal / "build").write_text("a file")
        result = run("build", minimal)
        assert result.exit_code == 3
        assert (minimal / "build").read_text() == "a file"

    def test_invalid_source_date_epoch_is_an_error_without_a_traceback(
        self, run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
        result = run("build", minimal)
        assert result.exit_code == 3
        assert 'SOURCE_DATE_EPOCH is not a valid Unix timestamp: "tomorrow"' in result.output

    def test_markup_in_a_message_is_printed_literally(self, run: Run, minimal: Path) -> None:
        (minimal / "source/section.md").write_text('---\n"[bold]x": 1\n---\nText.\n')
        assert "[bold]" in run("build", minimal).stderr

    def test_long_findings_are_printed_on_one_line(self, run: Run, minimal: Path) -> None:
        (minimal / "source/section.md").write_text(f"![A]({'x' * 200}.png)\n")
        assert any("x" * 200 in line for line in run("build", minimal).stderr.splitlines())


class TestFormats:
    def test_single_format_can_be_requested(self, run: Run, tmp_path: Path, minimal: Path) -> None:
        (minimal / "source/book.yaml").write_text(
            "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\n"
        )
        assert run("build", minimal, "--to", "epub").exit_code == 0
        assert files_in(minimal / "build") == ["a-book.epub"]

    @pytest.mark.parametrize("formats", ["docx", "", ",", "epub,docx"])
    def test_unknown_format_is_a_usage_error(self, run: Run, minimal: Path, formats: str) -> None:
        result = run("build", minimal, "--to", formats)
        assert result.exit_code == 2
        assert "pdf, epub, pptx" in result.stderr

    def test_spaces_and_capitals_in_the_list_do_not_matter(self, run: Run, minimal: Path) -> None:
        assert run("build", minimal, "--to", " EPUB ,epub").exit_code == 0


class TestFreshness:
    def test_an_unchanged_project_is_up_to_date(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        before = (minimal / EPUB).stat().st_mtime_ns
        result = run("build", minimal)
        assert "Nothing has changed; the outputs are up to date." in result.stdout
        assert (minimal / EPUB).stat().st_mtime_ns == before

    def test_the_temporary_folder_of_a_killed_build_is_removed(
        self, run: Run, minimal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("build", minimal)
        left = tmp_path / "temporary/triptych-123-abc"
        left.mkdir(parents=True)
        monkeypatch.setenv("TMPDIR", str(left.parent))
        monkeypatch.setattr("tempfile.tempdir", None)
        assert "up to date" in run("build", minimal).stdout
        assert not left.exists()

    def test_force_builds_all_the_same(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        assert "up to date" not in run("build", minimal, "--force").stdout

    def test_changed_section_is_rebuilt(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        before = (minimal / EPUB).read_bytes()
        (minimal / "source/section.md").write_text("Other text.\n")
        assert run("build", minimal).exit_code == 0
        assert (minimal / EPUB).read_bytes() != before

    def test_touched_section_is_not_rebuilt(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        os.utime(minimal / "source/section.md", (1, 1))
        assert "up to date" in run("build", minimal).stdout

    def test_deleted_output_is_rebuilt(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        (minimal / EPUB).unlink()
        run("build", minimal)
        assert (minimal / EPUB).is_file()

    def test_warnings_are_repeated(self, run: Run, minimal: Path) -> None:
        (minimal / "source/section.md").write_text("#### Deep\n")
        first = run("build", minimal).stderr
        assert run("build", minimal).stderr == first != ""

    def test_new_picture_closer_to_the_section_is_used(self, run: Run, minimal: Path) -> None:
        """Test that a new picture closer to the section is used, though the last build did not read it."""
        from tests.conftest import tiny_png

        write_files(
            minimal,
            {
                "source/book.yaml": (minimal / "source/book.yaml")
                .read_text()
                .replace("section.md", "one/section.md"),
                "source/one/section.md": "![A dot](dot.png)\n",
                "source/dot.png": tiny_png(),
            },
        )
        assert run("build", minimal).exit_code == 0
        before = (minimal / EPUB).read_bytes()
        write_files(minimal, {"source/one/dot.png": tiny_png(5, 5)})
        assert run("build", minimal).exit_code == 0
        assert (minimal / EPUB).read_bytes() != before


class TestVoice:
    def test_quiet_build_without_findings_prints_nothing(self, run: Run, minimal: Path) -> None:
        result = run("build", minimal, "--quiet")
        assert (result.exit_code, result.output) == (0, "")

    def test_quiet_build_prints_errors_only(self, run: Run, broken: Path) -> None:
        result = run("build", broken, "-q")
        assert "REF001" in result.stderr
        assert "ACC002" not in result.stderr
        assert result.stdout == ""

    def test_verbose_build_prints_each_step(self, run: Run, minimal: Path) -> None:
        stderr = run("build", minimal, "-v").stderr
        assert "Reading the source" in stderr and "Writing the EPUB" in stderr

    def test_quiet_and_verbose_exclude_each_other(self, run: Run, minimal: Path) -> None:
        assert run("build", minimal, "-q", "-v").exit_code == 2

    def test_json_is_one_event_a_line(self, run: Run, minimal: Path) -> None:
        text = events(run("build", minimal, "--format", "json").stdout)
        assert [event["name"] for event in text if event["event"] == "stage"] == [
            "reading",
            "epub",
            "checking",
            "publishing",
        ]
        (output,) = (event for event in text if event["event"] == "output")
        assert Path(output["path"]).stat().st_size == output["bytes"]
        assert text[-1]["event"] == "done"

    def test_json_of_a_failure_has_the_findings_and_their_count(self, run: Run, broken: Path) -> None:
        result = run("build", broken, "--format", "json")
        text = events(result.stdout)
        results = [event for event in text if event["event"] == "diagnostic"]
        assert [(e["code"], e["path"], e["line"], e["column"]) for e in results] == [
            ("REF002", "source/other.md", 1, 10),
            ("REF001", "source/section.md", 4, 5),
            ("ACC002", "source/section.md", 6, 6),
        ]
        assert text[-1] == {"event": "failed", "errors": 2, "warnings": 1, "notes": 0}
        assert result.stderr == ""

    def test_json_of_an_unchanged_project_parses(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        (text,) = events(run("build", minimal, "--format", "json").stdout)
        assert text["event"] == "up-to-date"
        assert text["outputs"] == [str(minimal / EPUB)]


class TestLinksOutOfTheProject:
    """Test that files outside the project cannot get into its outputs through symbolic links."""

    @pytest.mark.parametrize("name", ["templates/epub/imprint.xhtml.j2", "templates/epub", "templates"])
    def test_unreadable_templates_are_reported_by_name(
        self, run: Run, minimal: Path, tmp_path: Path, name: str
    ) -> None:
        elsewhere = write_files(tmp_path / "elsewhere", {"epub/imprint.xhtml.j2": "Secret"})
        link = minimal / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(elsewhere / Path(name).relative_to("templates"))
        result = run("build", minimal)
        assert result.exit_code == 1
        assert (
            f'/{name}:1:1: error[SEC005]: "{name}" is a symbolic link to a file or folder outside the project\n'
            "  hint: replace the link with a copy of the target\n"
        ) in result.stderr

    def test_build_does_not_walk_the_file_system(self, run: Run, minimal: Path) -> None:
        (minimal / "templates").symlink_to("/")
        assert "templates:1:1: error[SEC005]" in run("build", minimal).stderr

    @pytest.mark.parametrize("command", ["build", "check", "inspect"])
    def test_output_folder_outside_the_project_is_rejected(
        self, run: Run, minimal: Path, tmp_path: Path, command: str
    ) -> None:
        elsewhere = write_files(tmp_path / "elsewhere", {"letter.txt": "Dear"})
        (minimal / "build").symlink_to(elsewhere)
        result = run(command, minimal)
        assert result.exit_code == 1
        assert (
            'build:1:1: error[SEC005]: "build" is a symbolic link to a folder outside the project'
            in result.stderr
        )
        assert [path.name for path in elsewhere.rglob("*")] == ["letter.txt"]

    def test_output_folder_within_the_project_may_be_a_link(self, run: Run, minimal: Path) -> None:
        (minimal / "outputs").mkdir()
        (minimal / "build").symlink_to("outputs")
        assert run("build", minimal).exit_code == 0
        assert (minimal / EPUB).is_file()

    def test_a_theme_that_is_one_is_an_error(self, run: Run, minimal: Path, tmp_path: Path) -> None:
        (tmp_path / "mine.yaml").write_text("extends: house\n")
        (minimal / "source/themes").mkdir()
        (minimal / "source/themes/mine.yaml").symlink_to(tmp_path / "mine.yaml")
        manifest = minimal / "source/book.yaml"
        manifest.write_text(manifest.read_text() + "theme: themes/mine.yaml\n")
        assert 'path "themes/mine.yaml" is outside the project folder' in run("build", minimal).stderr


class TestExplain:
    def test_explain_lists_steps_with_changed_inputs(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        section = minimal / "source/section.md"
        section.write_text(f"{section.read_text('utf-8')}\nOne sentence more.\n", "utf-8")
        reported = run("build", minimal, "--explain").stdout
        assert re.search(r"^section +1 ran +0 cached ", reported, re.MULTILINE), reported
        assert "    source/section.md: text and body changed\n" in reported
        stdout = run("build", minimal, "--force", "--explain").stdout
        assert re.search(r"^section +0 ran +1 cached ", stdout, re.MULTILINE), stdout

    def test_json_events_report_each_step(self, run: Run, minimal: Path) -> None:
        steps = [
            item
            for item in events(run("build", minimal, "--explain", "--format", "json").stdout)
            if item["event"] == "step"
        ]
        (section,) = [step for step in steps if step["name"] == "section"]
        assert section == {
            "event": "step",
            "name": "section",
            "subject": "source/section.md",
            "ran": True,
            "changed_inputs": [],
        }
