"""Test that incremental builds after random edits give the same bytes as full builds.

The suite tries a few edits; ``TRIPTYCH_EDITS=200 pytest tests/e2e/test_random_edits.py`` tries 200.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from triptych.engine.cache import Cache
from triptych.engine.memory import Memory
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.session import BuildSession
from triptych.stages import read_project

from .edits import EDITS

pytestmark = pytest.mark.e2e

EVERYTHING = Path(__file__).parents[1] / "books" / "everything"
_COUNT = int(os.environ.get("TRIPTYCH_EDITS", "2"))
_SEED = int(os.environ.get("TRIPTYCH_SEED", "1"))


def digests(outcome: BuildOutcome) -> Mapping[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in outcome.paths}


def test_warm_build_equals_a_cold_build_after_any_edit(tmp_path: Path) -> None:
    rng = random.Random(_SEED)
    folder = Path(shutil.copytree(EVERYTHING, tmp_path / "book"))
    warm = BuildRequest(output_folder=tmp_path / "warm", cache_folder=tmp_path / "cache", jobs=2)
    cold = BuildRequest(output_folder=tmp_path / "cold")
    press(Project(folder), warm)
    for number in range(_COUNT):
        edit = rng.choice(EDITS)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        text = f"edit {number}: {edit(rng, folder)}"
        item, other = press(Project(folder), warm), press(Project(folder), cold)
        assert item.diagnostics == other.diagnostics, text
        assert digests(item) == digests(other), text
        if not item.has_outputs:  # a reference has lost its target; the edit is undone
            for path, data in before.items():
                path.write_bytes(data)


def test_session_build_equals_a_cold_build_after_any_edit(tmp_path: Path) -> None:
    rng = random.Random(_SEED + 1)
    folder = Path(shutil.copytree(EVERYTHING, tmp_path / "book"))
    warm = BuildRequest(output_folder=tmp_path / "warm", cache_folder=tmp_path / "cache", jobs=2)
    cold = BuildRequest(output_folder=tmp_path / "cold")
    with BuildSession(2, has_memory=True) as session:
        press(Project(folder), warm, session=session)
        for number in range(_COUNT + 1):
            edit = rng.choice(EDITS)
            before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            text = f"edit {number}: {edit(rng, folder)}"
            item = press(Project(folder), warm, session=session)
            other = press(Project(folder), cold)
            assert item.diagnostics == other.diagnostics, text
            assert digests(item) == digests(other), text
            if not item.has_outputs:
                for path, data in before.items():
                    path.write_bytes(data)


def test_an_edit_leaves_all_other_chapters_the_very_same(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EVERYTHING, tmp_path / "book"))
    cache = Cache(tmp_path / "cache", memory=Memory())
    _, before, _ = read_project(Project(folder), cache)
    _, before, _ = read_project(Project(folder), cache)
    section = folder / before.chapters[2].source if before is not None else folder
    section.write_text(section.read_text("utf-8") + "\nOne sentence more at the end.\n", "utf-8")
    _, after, _ = read_project(Project(folder), cache)
    assert before is not None and after is not None
    others = [new.id for old, new in zip(before.chapters, after.chapters, strict=True) if new is not old]
    assert others == [before.chapters[2].id]
