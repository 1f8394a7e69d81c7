"""The digest of the program: kept from one process to the next, and never for another program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from triptych.engine.store import program_digest
from triptych.engine.store.cache_folder import read_signed
from triptych.engine.store.program_digest import (
    forget_program_digest,
    get_program_digest,
    save_program_digest,
)
from triptych.engine.store.signing import sign_content

LONG_AGO = 1_000_000_000 * 10**9


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program of two files and a template, in the place of this one."""
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
    monkeypatch.setattr(program_digest, "_TIMESTAMP_RESOLUTION", -(10**9))  # what is new is as good as old
    (tmp_path / "records").mkdir()
    forget_program_digest()
    yield tmp_path
    forget_program_digest()


def anew(kept: Path | None) -> str:
    """What another process would say."""
    forget_program_digest()
    return get_program_digest(kept)


def said(kept: Path) -> list[str]:
    """What is kept: the stamps of the files, and the digest."""
    return (read_signed(kept) or b"").decode().split()


def test_a_kept_digest_is_that_of_the_files(package: Path) -> None:
    kept = package / "records/program"
    assert anew(kept) == anew(kept) == anew(None)
    assert kept.is_file()


def test_while_nothing_differs_no_file_is_read(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = package / "records/program"
    before = anew(kept)
    monkeypatch.setattr(program_digest, "_digest_contents", lambda: "another")
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


def test_what_python_makes_of_a_file_is_no_part_of_the_program(package: Path) -> None:
    before = anew(None)
    (package / "triptych/__pycache__/a.pyc").write_text("two")
    (package / "triptych/a.pyc").write_text("two")
    assert anew(None) == before


def test_of_what_was_changed_just_now_nothing_is_kept(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could be changed again within the same tick of the disk's clock."""
    monkeypatch.setattr(program_digest, "_TIMESTAMP_RESOLUTION", 3600 * 10**9)
    anew(package / "records/program")
    assert not (package / "records/program").exists()


def test_the_digest_that_somebody_else_has_written_is_not_believed(package: Path) -> None:
    kept = package / "records/program"
    before = anew(kept)
    stamps, _ = said(kept)
    kept.write_bytes(f"{stamps} {'0' * 64}\n".encode())
    assert anew(kept) == before


def test_no_folder_is_made_for_it_before_there_is_something_else_to_keep(package: Path) -> None:
    kept = package / "none/program"
    anew(kept)
    assert not kept.parent.exists()
    save_program_digest(kept)
    assert kept.is_file()


def test_what_is_kept_late_is_what_was_read(package: Path) -> None:
    """The program may have changed while it was at work."""
    kept = package / "none/program"
    before = anew(kept)
    (package / "triptych/a.py").write_text("two")
    save_program_digest(kept)
    assert said(kept)[1] == before
    assert anew(kept) == anew(None) != before


@pytest.mark.parametrize("content", [b"", b"one", b"a b c", b"\xff\xfe", b"one two"])
@pytest.mark.parametrize("signs", [False, True])
def test_a_file_that_says_something_else_is_written_anew(package: Path, content: bytes, signs: bool) -> None:
    kept = package / "records/program"
    kept.write_bytes(sign_content(kept.name, content) if signs else content)
    assert anew(kept) == anew(None)
    assert said(kept)[1] == anew(None)
