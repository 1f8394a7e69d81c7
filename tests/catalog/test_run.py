"""Test catalogue runs: incremental builds, the report on failed titles, and outputs that stay intact."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.catalog.conftest import MakeCatalog, title
from tests.conftest import write_files
from triptych.catalog import preparation, title_build
from triptych.catalog.ledger import Ledger, LedgerEntry
from triptych.catalog.preparation import RunOptions, locate_records, make_title_job, remove_outputs
from triptych.catalog.run import (
    build_titles,
    check_titles,
    collect_result,
    drop_transient_findings,
    load_earlier_results,
)
from triptych.catalog.title_build import TitleJob, TitleResult, TitleState
from triptych.catalog.titles import Catalog
from triptych.catalog.workers import FinishedJob
from triptych.engine.store.signing import sign_line

BROKEN = "See @fig-none."
ONE_AT_A_TIME = RunOptions(jobs=1)


def built(catalog: Catalog, asked: RunOptions = ONE_AT_A_TIME) -> dict[str, TitleResult]:
    return {title.name: title for title in build_titles(catalog, catalog.titles, asked)}


def states(catalog: Catalog, asked: RunOptions = ONE_AT_A_TIME) -> dict[str, TitleState]:
    return {name: result.state for name, result in built(catalog, asked).items()}


@pytest.fixture
def catalog(make_catalog: MakeCatalog) -> Catalog:
    """Return a catalogue of two valid titles with an invalid one between them."""
    files = {**title("one"), **title("other", BROKEN), **title("two")}
    return make_catalog("titles: [one, other, two]\n", files)


def test_failure_has_its_position_and_other_titles_are_built(catalog: Catalog) -> None:
    result = built(catalog)
    assert {name: item.state for name, item in result.items()} == {
        "one": TitleState.BUILT,
        "other": TitleState.FAILED,
        "two": TitleState.BUILT,
    }
    (finding,) = result["other"].diagnostics
    assert (
        str(finding).splitlines()[0]
        == 'other/source/a.md:3:5: error[REF001]: no figure has the id "fig-none"'
    )
    assert list(result["one"].outputs) == ["one.epub"]
    assert result["one"].words > 4
    assert not (catalog.output_folder / "other").exists()
    log = (locate_records(catalog) / "logs/other.log").read_text()
    assert "error[REF001]" in log and "failed in" in log


@pytest.mark.usefixtures("in_this_process")
def test_only_changed_or_failed_titles_are_rebuilt(catalog: Catalog) -> None:
    before = built(catalog)
    assert states(catalog) == {
        "one": TitleState.UP_TO_DATE,
        "other": TitleState.FAILED,
        "two": TitleState.UP_TO_DATE,
    }
    (catalog.root / "other/source/a.md").write_text("# Mended\n")
    (catalog.root / "one/source/a.md").write_text("# Changed\n")
    assert states(catalog) == {
        "one": TitleState.BUILT,
        "other": TitleState.BUILT,
        "two": TitleState.UP_TO_DATE,
    }
    shutil.rmtree(catalog.output_folder / "two")
    after = built(catalog)
    assert {name: item.state for name, item in after.items()} == {
        "one": TitleState.UP_TO_DATE,
        "other": TitleState.UP_TO_DATE,
        "two": TitleState.BUILT,
    }
    assert after["two"].outputs == before["two"].outputs
    assert set(states(catalog, RunOptions(jobs=1, force=True)).values()) == {TitleState.BUILT}


@pytest.mark.e2e
def test_catalog_build_equals_a_build_of_the_single_title(catalog: Catalog) -> None:
    from triptych.press import press
    from triptych.project import Project
    from triptych.request import BuildRequest

    built(catalog)
    alone = catalog.root / "alone"
    press(Project(catalog.root / "one"), BuildRequest(output_folder=alone))
    assert (catalog.output_folder / "one/one.epub").read_bytes() == (alone / "one.epub").read_bytes()


@pytest.mark.usefixtures("in_this_process")
def test_shared_files_are_in_each_title_and_can_be_overridden(make_catalog: MakeCatalog) -> None:
    files = {
        **title("one", "From {{< var house >}}."),
        **title("two", "From {{< var house >}}."),
        "two/source/book.yaml": (
            "book: {title: two, chapters: [a.md]}\nlang: en\nvariables: {house: my place}\n"
            "format: {epub: {embed-fonts: false}}\n"
        ),
    }
    catalog = make_catalog("titles: [one, two]\ndefaults: {variables: {house: our house}}\n", files)
    assert set(states(catalog).values()) == {TitleState.BUILT}
    texts = {name: _texts(catalog.output_folder / f"{name}/{name}.epub") for name in ("one", "two")}
    assert "From our house." in texts["one"]
    assert "From my place." in texts["two"]


def _texts(epub: Path) -> str:
    import zipfile

    with zipfile.ZipFile(epub) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xhtml"))


@pytest.mark.usefixtures("in_this_process")
def test_the_first_that_fails_may_end_the_run(catalog: Catalog) -> None:
    result = built(catalog, RunOptions(jobs=1, fail_fast=True))
    assert list(result) == ["one", "other"]
    assert states(catalog) == {
        "one": TitleState.UP_TO_DATE,
        "other": TitleState.FAILED,
        "two": TitleState.BUILT,
    }


def test_lost_process_is_reported_in_that_run_only(catalog: Catalog) -> None:
    finished_job = FinishedJob(
        make_title_job(catalog, catalog.titles[0], ONE_AT_A_TIME),
        TitleResult(name="one", state=TitleState.BUILT),
        1.0,
        1,
        "it fell",
    )
    result = collect_result(finished_job)
    assert [str(diagnostic) for diagnostic in result.diagnostics] == [
        "note[ENV004]: one: it fell; the title was rebuilt in a new process"
    ]
    assert drop_transient_findings(result).diagnostics == ()


def test_title_over_the_time_limit_is_reported_with_its_log(make_catalog: MakeCatalog) -> None:
    catalog = make_catalog("titles: [one]\nlimits: {time: 0.01s}\n", title("one"))
    result = built(catalog)["one"]
    assert (result.state, result.reason) == (TitleState.ABORTED, "the time limit (0.01 s) was exceeded")
    (finding,) = result.diagnostics
    assert finding.code == "CAT005" and finding.hint is not None and finding.hint.endswith("logs/one.log")


@pytest.mark.usefixtures("in_this_process")
def test_unreadable_file_is_reported(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(files: object) -> str:
        raise PermissionError(13, "Permission denied", str(catalog.root / "one/source/a.md"))

    monkeypatch.setattr(preparation, "hash_files", refused)
    result = built(catalog)["one"]
    assert result.state is TitleState.FAILED
    assert [str(diagnostic) for diagnostic in result.diagnostics] == [
        "error[CAT006]: one/source/a.md: permission denied"
    ]


@pytest.mark.e2e
def test_folder_in_place_of_an_output_fails_only_its_title(catalog: Catalog) -> None:
    (catalog.output_folder / "one/one.epub").mkdir(parents=True)
    result = built(catalog)
    assert result["one"].state is TitleState.FAILED
    assert [finding.code for finding in result["one"].diagnostics] == ["ENV008"]
    assert result["two"].state is TitleState.BUILT


@pytest.mark.usefixtures("in_this_process")
def test_internal_error_fails_only_one_title(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build = title_build._build_project

    def fail(job: TitleJob) -> TitleResult:
        if job.name == "one":
            raise LookupError("no such thing")
        return build(job)

    monkeypatch.setattr(title_build, "_build_project", fail)
    result = built(catalog)
    assert result["one"].state is TitleState.FAILED
    assert result["one"].reason == "LookupError: no such thing"
    assert result["two"].state is TitleState.BUILT
    assert "Traceback" in capsys.readouterr().err  # the log of a title that is built in its own process


@pytest.mark.usefixtures("in_this_process")
def test_check_writes_no_files(catalog: Catalog) -> None:
    before = sorted(catalog.root.rglob("*"))
    result = {title.name: title.state for title in check_titles(catalog, catalog.titles, ONE_AT_A_TIME)}
    assert result == {"one": TitleState.VALID, "other": TitleState.FAILED, "two": TitleState.VALID}
    assert sorted(catalog.root.rglob("*")) == before


@pytest.mark.usefixtures("in_this_process")
def test_clean_removes_outputs_and_keeps_edited_files(catalog: Catalog) -> None:
    built(catalog)
    (catalog.output_folder / "two/two.epub").write_bytes(b"somebody's")
    (catalog.output_folder / "one/note.txt").write_text("mine")
    removed = remove_outputs(catalog, catalog.titles[:1])
    assert [path.name for path in removed] == ["one.epub"]
    assert list(load_earlier_results(catalog)) == ["other", "two"]
    remove_outputs(catalog, catalog.titles)
    there = [path.relative_to(catalog.output_folder).as_posix() for path in catalog.output_folder.rglob("*")]
    assert sorted(there) == ["one", "one/note.txt", "two", "two/two.epub"]


class TestLedger:
    def test_the_last_word_counts_and_a_torn_line_does_not(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        for state in (TitleState.FAILED, TitleState.BUILT):
            ledger.add_entry(LedgerEntry("k", TitleResult(name="one", state=state)))
        with (tmp_path / "titles.jsonl").open("a") as file:
            file.write(sign_line("titles.jsonl", '{"key": "k", "result": {"name": "two"'))
        known = Ledger(tmp_path).entries
        assert [(name, entry.result.state) for name, entry in known.items()] == [("one", TitleState.BUILT)]

    def test_removed_titles_are_dropped_from_the_records(self, tmp_path: Path) -> None:
        ledger = Ledger(tmp_path)
        for name in ("one", "two"):
            ledger.add_entry(LedgerEntry("k", TitleResult(name=name, state=TitleState.BUILT)))
        ledger.retain_titles(frozenset({"two"}))
        assert list(Ledger(tmp_path).entries) == ["two"]
        assert len((tmp_path / "titles.jsonl").read_text().splitlines()) == 1

    @pytest.mark.parametrize("mark", ["", "0" * 64 + " ", "é "])
    def test_files_written_by_others_are_ignored(self, tmp_path: Path, mark: str) -> None:
        Ledger(tmp_path).add_entry(LedgerEntry("k", TitleResult(name="one", state=TitleState.BUILT)))
        file = tmp_path / "titles.jsonl"
        file.write_text(mark + file.read_text().partition(" ")[2])
        assert Ledger(tmp_path).entries == {}


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.usefixtures("in_this_process")
class TestLinksAmongTheOutputs:
    """Test that files are neither written nor removed through symbolic links in a catalogue."""

    @pytest.fixture
    def outside(self, tmp_path: Path) -> Path:
        names = (
            "precious",
            "one.epub",
            "source/book.yaml",
            "source/precious",
            "titles.jsonl",
            "project/source/x",
        )
        return write_files(tmp_path / "outside", dict.fromkeys(names, "precious"))

    @pytest.mark.parametrize(
        "place",
        [
            "one",
            ".catalog/projects/one",
            ".catalog/projects/one/project",
            ".catalog/projects/one/project/source",
            ".catalog/logs",
        ],
    )
    def test_fail_their_title(self, catalog: Catalog, outside: Path, place: str) -> None:
        before = contents(outside)
        link = catalog.output_folder / place
        link.parent.mkdir(parents=True)
        link.symlink_to(outside)
        result = built(catalog)["one"]
        assert (result.state, contents(outside)) == (TitleState.FAILED, before)
        assert "a symbolic link blocks the build; remove the link" in result.reason
        remove_outputs(catalog, catalog.titles)
        assert contents(outside) == before

    def test_log_that_is_a_link(self, catalog: Catalog, outside: Path) -> None:
        (catalog.output_folder / ".catalog/logs").mkdir(parents=True)
        (catalog.output_folder / ".catalog/logs/one.log").symlink_to(outside / "precious")
        assert states(catalog)["one"] is TitleState.FAILED
        assert (outside / "precious").read_text() == "precious"

    def test_in_the_place_of_the_records_end_the_run(self, catalog: Catalog, outside: Path) -> None:
        before = contents(outside)
        catalog.output_folder.mkdir(parents=True, exist_ok=True)
        locate_records(catalog).symlink_to(outside)
        with pytest.raises(NotADirectoryError, match="must be a folder, not a symbolic link"):
            built(catalog)
        remove_outputs(catalog, catalog.titles)
        assert contents(outside) == before
