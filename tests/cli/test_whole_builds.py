"""Test all three outputs of one build, and the effect of changed inputs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import Run
from tests.conftest import tiny_png, write_files
from triptych.cli import main

OUTPUTS = ["my-report.epub", "my-report.pdf", "my-report.pptx"]
UP_TO_DATE = "Nothing has changed; the outputs are up to date.\n"
# An e-book with all types of inputs, so that each of them can be changed.
RICH = {
    "source/book.yaml": "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\nbibliography: refs.bib\njinja: true\n"
    "format:\n  epub:\n    embed-fonts: false\n",
    "source/section.md": "![A dot](dot.png)\n\n"
    '::: {.chart data=data.csv x=x y=y type=line fig-alt="C"}\nC\n:::\n\n'
    'It is {{ data("values.csv").last("y") }} [@k].\n',
    "source/dot.png": tiny_png(),
    "source/data.csv": "x,y\n1,2\n2,3\n",
    "source/data/values.csv": "x,y\n1,2\n2,3\n",
    "source/refs.bib": "@book{k,\n  author = {Knuth, Donald},\n  title = {The TeXbook},\n  year = {1984},\n}\n",
    "templates/epub/imprint.xhtml.j2": "{% extends 'epub/page.xhtml.j2' %}\n{% block title %}I{% endblock %}\n"
    "{% block content %}<p>first</p>{% endblock %}\n",
}


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="triptych")


def files_in(folder: Path) -> list[str]:
    """Return the files in build/ except the cache, including any staging folders."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".cache")


@pytest.fixture(scope="module")
def scaffold(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Return the project of ``triptych new``, built. Tests must not change it."""
    root = tmp_path_factory.mktemp("scaffold") / "report"
    assert invoke("new", root).exit_code == 0
    return root, invoke("build", root, "--jobs", "1", "--format", "json")


@pytest.fixture
def copy_of_scaffold(scaffold: tuple[Path, Result], tmp_path: Path) -> Path:
    """Return a copy of the built project, which tests may change."""
    return Path(shutil.copytree(scaffold[0], tmp_path / "report"))


@pytest.fixture(scope="module")
def built_rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_files(tmp_path_factory.mktemp("rich") / "rich", RICH)
    result = invoke("build", root, "--to", "epub", "-j", "1")
    assert result.exit_code == 0, result.output
    return root


@pytest.fixture
def rebuilt(built_rich: Path) -> Callable[[str, str | bytes], bool]:
    """Return whether a build with a changed file gives another e-book; the change is undone later."""

    def change(path: str, content: str | bytes) -> bool:
        output = built_rich / "build/a-book.epub"
        before, old = output.read_bytes(), (built_rich / path).read_bytes()
        try:
            write_files(built_rich, {path: content})
            result = invoke("build", built_rich, "--to", "epub", "-j", "1")
            assert result.exit_code == 0, result.output
            return UP_TO_DATE not in result.stdout and output.read_bytes() != before
        finally:
            write_files(built_rich, {path: old})
            assert invoke("build", built_rich, "--to", "epub", "-j", "1").exit_code == 0

    return change


class TestAllOutputs:
    def test_new_and_build_make_all_three(self, scaffold: tuple[Path, Result]) -> None:
        root, result = scaffold
        assert (result.exit_code, result.stderr) == (0, "")
        assert files_in(root / "build") == OUTPUTS

    def test_outputs_are_readable_by_everyone(self, scaffold: tuple[Path, Result]) -> None:
        assert {path.stat().st_mode & 0o777 for path in (scaffold[0] / "build").glob("my-*")} == {0o644}

    def test_events_follow_the_order_of_the_stages(self, scaffold: tuple[Path, Result]) -> None:
        stdout = [json.loads(line) for line in scaffold[1].stdout.splitlines()]
        stages = [event["name"] for event in stdout if event["event"] == "stage"]
        assert stages == ["reading", "pdf", "epub", "pptx", "checking", "publishing"]
        assert [event["event"] for event in stdout[6:]] == ["output", "output", "output", "done"]
        for event in stdout[6:9]:
            assert Path(event["path"]).stat().st_size == event["bytes"]

    def test_second_build_has_nothing_to_do(self, run: Run, scaffold: tuple[Path, Result]) -> None:
        assert run("build", scaffold[0]).stdout == UP_TO_DATE
        assert run("build", scaffold[0], "--quiet").output == ""

    @pytest.mark.e2e
    def test_the_finished_files_pass_the_check(self, run: Run, scaffold: tuple[Path, Result]) -> None:
        result = run("check", scaffold[0], "--strict")
        assert result.exit_code == 0
        words, verdict = result.output.splitlines()
        assert words.startswith("The deck has ") and verdict == "No findings."

    def test_a_failed_build_leaves_all_three_byte_for_byte(self, run: Run, copy_of_scaffold: Path) -> None:
        build = copy_of_scaffold / "build"
        before = {name: ((build / name).read_bytes(), (build / name).stat().st_mtime_ns) for name in OUTPUTS}
        section = copy_of_scaffold / "source/results.md"
        section.write_text(section.read_text("utf-8") + "\nSee @fig-gone.\n", "utf-8")
        assert run("build", copy_of_scaffold, "-j", "1").exit_code == 1
        assert files_in(build) == OUTPUTS
        assert {
            name: ((build / name).read_bytes(), (build / name).stat().st_mtime_ns) for name in OUTPUTS
        } == before

    def test_clean_removes_all_three_outputs_and_nothing_else(self, run: Run, copy_of_scaffold: Path) -> None:
        write_files(copy_of_scaffold, {"build/my-report.docx": "mine", "build/other/my-report.pdf": "mine"})
        assert run("clean", copy_of_scaffold).stdout == "Removed 4 items.\n"
        assert files_in(copy_of_scaffold / "build") == ["my-report.docx", "other"]
        assert (copy_of_scaffold / "build/other/my-report.pdf").read_text() == "mine"

    def test_clean_with_an_invalid_manifest_keeps_outputs(self, run: Run, copy_of_scaffold: Path) -> None:
        """Test that ``clean`` removes no outputs if the manifest is invalid: output names are unknown."""
        (copy_of_scaffold / "source/book.yaml").write_text("a: [\n")
        assert run("clean", copy_of_scaffold).exit_code == 0
        assert files_in(copy_of_scaffold / "build") == OUTPUTS


class TestWhatAsksForAnotherBuild:
    @pytest.mark.parametrize(
        ("path", "content"),
        [
            ("source/section.md", "Other.\n"),
            ("source/dot.png", tiny_png(5, 5)),
            ("source/data.csv", "x,y\n1,2\n2,9\n"),
            ("source/data/values.csv", "x,y\n1,2\n2,9\n"),
            ("source/refs.bib", str(RICH["source/refs.bib"]).replace("1984", "1986")),
            ("source/book.yaml", str(RICH["source/book.yaml"]).replace("lang: en", "lang: de")),
            (
                "templates/epub/imprint.xhtml.j2",
                str(RICH["templates/epub/imprint.xhtml.j2"]).replace("first", "second"),
            ),
        ],
        ids=lambda value: value if isinstance(value, str) and "\n" not in value else "",
    )
    def test_a_changed_file(
        self, rebuilt: Callable[[str, str | bytes], bool], path: str, content: str | bytes
    ) -> None:
        assert rebuilt(path, content)

    def test_unread_file_does_not_cause_a_rebuild(
        self, rebuilt: Callable[[str, str | bytes], bool], built_rich: Path
    ) -> None:
        write_files(built_rich, {"source/notes.txt": "a"})
        assert not rebuilt("source/notes.txt", "b")

    def test_another_date_of_the_environment(
        self, run: Run, built_rich: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = (built_rich / "build/a-book.epub").read_bytes()
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        result = run("build", built_rich, "--to", "epub")
        assert UP_TO_DATE not in result.stdout
        assert (built_rich / "build/a-book.epub").read_bytes() != before
        monkeypatch.delenv("SOURCE_DATE_EPOCH")
        assert run("build", built_rich, "--to", "epub", "--force").exit_code == 0

    def test_a_damaged_output(self, run: Run, built_rich: Path) -> None:
        output = built_rich / "build/a-book.epub"
        whole = output.read_bytes()
        output.write_bytes(whole[:-1])
        assert UP_TO_DATE not in run("build", built_rich, "--to", "epub").stdout
        assert output.read_bytes() == whole

    def test_a_deleted_cache(self, run: Run, built_rich: Path) -> None:
        whole = (built_rich / "build/a-book.epub").read_bytes()
        shutil.rmtree(built_rich / "build/.cache")
        assert UP_TO_DATE not in run("build", built_rich, "--to", "epub").stdout
        assert (built_rich / "build/a-book.epub").read_bytes() == whole

    def test_other_formats_do_not_make_the_first_out_of_date(self, run: Run, minimal: Path) -> None:
        run("build", minimal, "--to", "epub")
        assert run("build", minimal, "--to", "epub,pptx", "-j", "1").exit_code == 0
        assert files_in(minimal / "build") == ["a-book.epub", "a-book.pptx"]
        assert run("build", minimal, "--to", "epub").stdout == UP_TO_DATE

    def test_source_is_not_modified(self, built_rich: Path) -> None:
        names = {path.relative_to(built_rich).as_posix() for path in built_rich.rglob("*") if path.is_file()}
        assert {name for name in names if not name.startswith("build/")} - {"source/notes.txt"} == set(RICH)


class TestOverrides:
    """Test that errors in templates of the project are reported as diagnostics."""

    @pytest.mark.parametrize("template", ["{% if %}", "{{ nope }}", "{{ meta.__class__.__mro__ }}"])
    def test_invalid_override_is_reported(self, run: Run, minimal: Path, template: str) -> None:
        write_files(minimal, {"templates/epub/imprint.xhtml.j2": template})
        result = run("build", minimal)
        assert result.exit_code == 1
        assert "imprint.xhtml.j2" in result.stderr
        assert files_in(minimal / "build") == []
