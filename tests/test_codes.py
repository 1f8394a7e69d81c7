"""Test the folder of each diagnostic code: a minimal source that triggers it, and the printed message."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from triptych.diagnostics import CODES, read_explanation, sort_findings
from triptych.engine.cache import Cache
from triptych.project import Project
from triptych.stages import read_project

CASES = Path(__file__).with_name("codes")
FOLDERS = sorted(path.parent for path in CASES.rglob("expected.txt"))

SLOW = {"DIA001"}  # draws a diagram of hundreds of nodes

# Codes that writers and checks of finished files raise, and no source triggers by itself.
ONLY_FROM_OUTPUTS = {
    *(f"CHK{number:03}" for number in range(1, 19)),
    "CHT004",
    *(f"CHK{number:03}" for number in range(20, 24)),
    "DEK001",
    "DTP006",
    "DEK002",
    "DEK003",
    *(f"CAT{number:03}" for number in range(1, 9)),
    "DEK005",
    "DEK006",
    "DEK007",
    "DEK008",
    *(f"EXT{number:03}" for number in range(1, 4)),
    "DTP003",
    "DTP004",
    "FNT004",
    "ENV001",
    "LNT025",
    "ENV002",
    "ENV003",
    "ENV004",
    "ENV005",
    "ENV006",
    "ENV007",
    "ENV008",
    "ENV009",
    "SEC009",
    *(f"IMP{number:03}" for number in range(1, 4)),
    "IMG004",
    "IMG005",
    "IMG006",
    "MAN007",
    "MAN012",
    "MTH002",
    "MTH003",
    "MTH004",
    "MTH007",
    "MAN008",
    "ONX001",
    "ONX002",
    "OUT001",
    "PAR001",
    "PDF001",
    "PDF002",
    "PDF003",
    "PDF004",
    *(f"PRS{number:03}" for number in (1, 2, 3, 4, 5, *range(10, 18))),
    "THM003",
    "TPL002",
}

# Codes that a source triggers only with a generated file: see tests/test_font_files.py.
ONLY_WITH_A_FONT = {"FNT003"}

# Codes whose cause is not in the text of a file but in its bytes, or in a missing file.
NOT_TEXT = {"SEC003", "TPL003", "CIT003", "FNT002", "MAN003"}


def _name(folder: Path) -> str:
    return folder.relative_to(CASES).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=_name)
def test_smallest_source_prints_the_expected_findings(folder: Path, shared_cache: Cache) -> None:
    _, _, result = read_project(Project(folder, environ={}), shared_cache)
    output = "".join(f"{diagnostic}\n" for diagnostic in sort_findings(result))
    assert output == (folder / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("folder", FOLDERS, ids=_name)
def test_each_folder_expects_its_code(folder: Path) -> None:
    code = folder.relative_to(CASES).parts[0]
    assert f"[{code}]" in (folder / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(code, marks=pytest.mark.e2e if code in SLOW else ())
        for code in sorted({path.relative_to(CASES).parts[0] for path in FOLDERS} - NOT_TEXT)
    ],
)
def test_the_good_example_of_a_code_mends_its_source(code: str, shared_cache: Cache, tmp_path: Path) -> None:
    """Test that the good example of a code, in place of the bad one, removes the finding."""
    _, bad, good = read_explanation(code)
    places = [
        (folder, path)
        for folder in FOLDERS
        if folder.relative_to(CASES).parts[0] == code
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name != "expected.txt"
        and bad in path.read_bytes().decode("utf-8", "replace")
    ]
    assert places, f"no file below {CASES / code} has the bad example"
    folder, path = places[0]
    shutil.copytree(folder, tmp_path / "book")
    copy = tmp_path / "book" / path.relative_to(folder)
    copy.write_text(path.read_text("utf-8").replace(bad, good), "utf-8")
    _, _, findings = read_project(Project(tmp_path / "book", environ={}), shared_cache)
    assert code not in {diagnostic.code for diagnostic in findings}


@pytest.mark.parametrize("code", CODES)
def test_each_code_of_a_source_has_a_folder(code: str) -> None:
    assert (code in ONLY_FROM_OUTPUTS | ONLY_WITH_A_FONT) != any(
        folder.relative_to(CASES).parts[0] == code for folder in FOLDERS
    )


def test_no_folder_is_named_after_an_unknown_code() -> None:
    assert {folder.relative_to(CASES).parts[0] for folder in FOLDERS} <= set(CODES)
