"""Test `triptych docs`, which opens the guide in a browser from a cache in the home folder."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from triptych.cli import main

CACHE = "XDG_CACHE_HOME"


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Record the URLs that are opened in a browser."""
    addresses: list[str] = []
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(webbrowser, "open", lambda address: not addresses.append(address))
    return addresses


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["docs", *words])


def test_the_first_page_opens(opened: list[str], tmp_path: Path) -> None:
    result = run()
    assert result.exit_code == 0
    (address,) = opened
    assert address.startswith((tmp_path / "cache/triptych/guide").as_uri())
    assert address.endswith("/index.html")
    assert result.output == f"Opened {address.removeprefix('file://')}.\n"


@pytest.mark.parametrize("name", ["reference/commands", "reference/commands.md", "commands", "Commands"])
def test_a_page_opens_by_its_name(opened: list[str], name: str) -> None:
    assert run(name).exit_code == 0
    assert opened[0].endswith("/reference/commands.html")


def test_the_gallery_is_a_page(opened: list[str]) -> None:
    assert run("gallery").exit_code == 0
    assert opened[0].endswith("/gallery/index.html")


def test_only_the_path_is_printed(opened: list[str]) -> None:
    result = run("--path", "commands")
    assert (opened, Path(result.output.strip()).is_file()) == ([], True)


def test_unknown_page_is_an_error_with_a_suggestion() -> None:
    result = run("comands")
    assert result.exit_code == 2
    assert 'The guide has no page "comands". Did you mean "commands"?' in result.output


def test_without_a_browser_the_path_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    assert run().output.startswith("No browser was found. Open this file in one: /")


def test_guide_is_written_once(tmp_path: Path) -> None:
    page = Path(run("--path").output.strip())
    page.write_text("kept")
    assert Path(run("--path").output.strip()).read_text() == "kept"


def test_pages_of_another_version_are_removed(tmp_path: Path) -> None:
    old = tmp_path / "cache/triptych/guide/0.0.9-abc"
    old.mkdir(parents=True)
    assert run("--path").exit_code == 0
    assert [path.name[:6] for path in old.parent.iterdir()] != ["0.0.9-"]
    assert not old.exists()


def test_missing_home_folder_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CACHE)
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    result = run()
    assert result.exit_code == 3
    assert "set XDG_CACHE_HOME" in result.output


def test_unwritable_cache_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert run().exit_code == 3


def test_the_help_and_a_new_project_point_to_the_guide(tmp_path: Path) -> None:
    help_text = CliRunner().invoke(main, ["--help"]).output
    assert help_text.rstrip().endswith("To read the guide, run `triptych docs`.")
    created = CliRunner().invoke(main, ["new", str(tmp_path / "report")]).output
    assert created.endswith("To read the guide, run:\n  triptych docs\n")
