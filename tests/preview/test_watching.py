"""Test which file changes are noticed, and when."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.conftest import write_files
from triptych import folders as bundled_files
from triptych.engine.memory import NO_MEMORY
from triptych.engine.store.program_digest import get_program_digest
from triptych.preview import watching
from triptych.preview.watching import FileWatcher, clear_template_caches, list_changed_paths
from triptych.project import Project
from triptych.theme.theme import load_theme


@pytest.fixture
def watch(tmp_path: Path) -> FileWatcher:
    return FileWatcher(
        write_files(tmp_path, {"source/book.yaml": "a", "source/data/x.csv": "b", "notes.txt": "c"})
    )


def test_only_source_and_templates_are_watched(watch: FileWatcher) -> None:
    write_files(watch.root, {"build/a.epub": "", ".git/HEAD": "", "templates/epub/style.css.j2": ""})
    assert set(watch.stamp_files()) == {
        "source/book.yaml",
        "source/data/x.csv",
        "templates/epub/style.css.j2",
    }


def test_all_inputs_of_a_build_are_watched(watch: FileWatcher) -> None:
    project = Project(watch.root)
    digests = {name: project.get_digest(name) for name in ("notes.txt", "gone.txt")}
    before = watch.watch_inputs(project, digests, watch.stamp_files())
    assert before == watch.stamp_files()
    write_files(watch.root, {"gone.txt": "here"})
    assert list_changed_paths(before, watch.stamp_files()) == {"gone.txt"}


def test_inputs_created_or_changed_while_they_were_read_are_changes(watch: FileWatcher) -> None:
    stamps, project = watch.stamp_files(), Project(watch.root)
    digests = {name: project.get_digest(name) for name in ("notes.txt", "gone.txt")}
    write_files(watch.root, {"notes.txt": "other", "gone.txt": "here"})
    before = watch.watch_inputs(project, digests, stamps)
    assert list_changed_paths(before, watch.stamp_files()) == {"notes.txt", "gone.txt"}


def test_polling_interval_does_not_grow_after_a_pause(
    watch: FileWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(100))
    pauses: list[float] = []

    class Stop(threading.Event):
        def wait(self, pause: float | None = None) -> bool:
            pauses.append(pause or 0)
            return len(pauses) == 3

    watch = FileWatcher(watch.root, lambda: [next(clock) for _ in range(50)].clear())
    monkeypatch.setattr(watching.time, "perf_counter", lambda: next(clock) / 1000)
    assert watch.wait_for_change(watch.stamp_files(), Stop()) is None
    assert len(set(pauses[1:])) == 1


@pytest.mark.parametrize(
    "name", [".section.md.swp", "section.md~", "#section.md#", ".#section.md", "4913.tmp"]
)
def test_temporary_files_of_editors_are_ignored(watch: FileWatcher, name: str) -> None:
    before = watch.stamp_files()
    write_files(watch.root, {f"source/{name}": ""})
    assert watch.stamp_files() == before


def test_new_changed_and_removed_files_are_changes(watch: FileWatcher) -> None:
    before = watch.stamp_files()
    write_files(watch.root, {"source/new.md": "", "source/book.yaml": "longer"})
    (watch.root / "source/data/x.csv").unlink()
    assert list_changed_paths(before, watch.stamp_files()) == {
        "source/new.md",
        "source/book.yaml",
        "source/data/x.csv",
    }


def test_a_replaced_file_of_the_same_size_and_time_is_a_change(watch: FileWatcher) -> None:
    path = watch.root / "source/book.yaml"
    before, times = watch.stamp_files(), path.stat()
    beside = write_files(watch.root, {"source/.beside": "z"}) / "source/.beside"
    os.utime(beside, ns=(times.st_atime_ns, times.st_mtime_ns))
    beside.replace(path)
    assert list_changed_paths(before, watch.stamp_files()) == {"source/book.yaml"}


def test_folder_that_links_to_itself_is_handled(watch: FileWatcher) -> None:
    (watch.root / "source/loop").symlink_to(watch.root / "source", target_is_directory=True)
    assert "source/book.yaml" in watch.stamp_files()


def test_a_folder_that_is_a_link_out_of_the_project_is_not_looked_at(watch: FileWatcher) -> None:
    before = watch.stamp_files()
    (watch.root / "templates").symlink_to("/")
    assert watch.stamp_files() == before


def test_earlier_change_ends_waiting(watch: FileWatcher) -> None:
    before = watch.stamp_files()
    write_files(watch.root, {"source/book.yaml": "changed"})
    assert watch.wait_for_change(before, threading.Event()) == watch.stamp_files()


def test_stop_request_ends_waiting(watch: FileWatcher) -> None:
    stop = threading.Event()
    stop.set()
    assert watch.wait_for_change(watch.stamp_files(), stop) is None


def test_changed_built_in_templates_of_a_checkout_are_reloaded(
    watch: FileWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundled_files, "get_templates_folder", lambda: watch.root / "templates")
    before, theme = get_program_digest(), load_theme()
    assert not clear_template_caches(watch.root, ["source/book.yaml"], NO_MEMORY)
    assert load_theme() is theme
    assert clear_template_caches(watch.root, ["source/book.yaml", "templates/print/book.css.j2"], NO_MEMORY)
    assert load_theme() is not theme
    assert get_program_digest() == before  # computed again for the same files


def test_project_files_are_not_part_of_the_program(watch: FileWatcher) -> None:
    theme = load_theme()
    assert not clear_template_caches(watch.root, ["templates/print/book.css.j2"], NO_MEMORY)
    assert load_theme() is theme
