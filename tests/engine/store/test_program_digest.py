"""Test the digest of the program: it is stored for other processes, and only valid for the same files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from triptych.engine.store import program_digest
from triptych.engine.store.cache_folder import read_signed
from triptych.engine.store.program_digest import (
    clear_program_digest,
    get_program_digest,
    save_program_digest,
)
from triptych.engine.store.signing import sign_content

LONG_AGO = 1_000_000_000 * 10**9


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Replace this package with one of two files and a template."""
    for name in (
        "triptych/engine/store/program_digest.py",
        "triptych/a.py",
        "weasyprint_typography/b.py",
        "triptych/__pycache__/a.pyc",
        "templates/t.j2",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    monkeypatch.setattr(program_digest, "__file__", str(tmp_path / "triptych/engine/store/program_digest.py"))
    monkeypatch.setattr(program_digest, "get_templates_folder", lambda: tmp_path / "templates")
    monkeypatch.setattr(program_digest, "_TIMESTAMP_RESOLUTION", -(10**9))  # files count as old enough
    (tmp_path / "records").mkdir()
    clear_program_digest()
    yield tmp_path
    clear_program_digest()


def anew(kept: Path | None) -> str:
    """Return the digest that another process would compute."""
    clear_program_digest()
    return get_program_digest(kept)


def said(kept: Path) -> list[str]:
    """Return the stored values: the timestamps of the files, and the digest."""
    return (read_signed(kept) or b"").decode().split()


def test_stored_digest_matches_the_files(package: Path) -> None:
    kept = package / "records/program"
    assert anew(kept) == anew(kept) == anew(None)
    assert kept.is_file()


def test_no_file_is_read_while_nothing_changed(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = package / "records/program"
    before = anew(kept)
    monkeypatch.setattr(program_digest, "_hash_contents", lambda: "another")
    assert anew(kept) == before


@pytest.mark.parametrize(
    "change", ["longer", "same size", "same time", "replaced", "new", "gone", "renamed", "template"]
)
def test_each_change_of_a_file_is_noticed(package: Path, change: str) -> None:
    kept, file = package / "records/program", package / "triptych/a.py"
    os.utime(file, ns=(LONG_AGO, LONG_AGO))
    before = anew(kept)
    match change:
        case "longer":
            file.write_text("another")
        case "same size":
            file.write_text("two")
        case "same time":
            file.write_text("two")
            os.utime(file, ns=(LONG_AGO, LONG_AGO))
        case "replaced":
            (package / "b").write_text("two")
            os.utime(package / "b", ns=(LONG_AGO, LONG_AGO))
            (package / "b").replace(file)
        case "new":
            (package / "triptych/b.py").write_text("one")
        case "gone":
            file.unlink()
        case "renamed":
            file.rename(package / "triptych/b.py")
        case "template":
            (package / "templates/t.j2").write_text("two")
    after = anew(kept)
    assert after != before
    assert after == anew(None)


def test_bytecode_is_not_part_of_the_program(package: Path) -> None:
    before = anew(None)
    (package / "triptych/__pycache__/a.pyc").write_text("two")
    (package / "triptych/a.pyc").write_text("two")
    assert anew(None) == before


def test_digest_of_recently_changed_files_is_not_stored(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test that recent changes prevent storing: another change could have the same timestamp."""
    monkeypatch.setattr(program_digest, "_TIMESTAMP_RESOLUTION", 3600 * 10**9)
    anew(package / "records/program")
    assert not (package / "records/program").exists()


def test_digest_written_by_others_is_not_trusted(package: Path) -> None:
    kept = package / "records/program"
    before = anew(kept)
    stamps, _ = said(kept)
    kept.write_bytes(f"{stamps} {'0' * 64}\n".encode())
    assert anew(kept) == before


def test_no_folder_is_created_only_for_the_digest(package: Path) -> None:
    kept = package / "none/program"
    anew(kept)
    assert not kept.parent.exists()
    save_program_digest(kept)
    assert kept.is_file()


def test_digest_stored_late_is_that_of_the_files_read(package: Path) -> None:
    """Test that the stored digest is that of the loaded files, even if files change during the run."""
    kept = package / "none/program"
    before = anew(kept)
    (package / "triptych/a.py").write_text("two")
    save_program_digest(kept)
    assert said(kept)[1] == before
    assert anew(kept) == anew(None) != before


@pytest.mark.parametrize("content", [b"", b"one", b"a b c", b"\xff\xfe", b"one two"])
@pytest.mark.parametrize("signs", [False, True])
def test_different_digest_file_is_rewritten(package: Path, content: bytes, signs: bool) -> None:
    kept = package / "records/program"
    kept.write_bytes(sign_content(kept.name, content) if signs else content)
    assert anew(kept) == anew(None)
    assert said(kept)[1] == anew(None)
