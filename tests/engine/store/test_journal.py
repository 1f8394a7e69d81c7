"""Test the journal of a build: which steps ran, and which input was the reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from triptych.engine.cache import Cache
from triptych.engine.store.journal import (
    JOURNAL_NAME,
    JournalEntry,
    count_tasks_by_step,
    explain_build,
    save_journal,
)
from triptych.engine.tasks import AST, CACHED_STEPS, CHART, LAYOUT, Task


def asked(folder: Path, name: str, **inputs: str) -> Path:
    """Run a build with one text as input, and return its journal."""
    cache = Cache(folder / "cache", folder / name)
    cache.get_or_make(Task.for_step(AST, "source/a.md", **inputs), lambda: b"tree")
    return folder / name


def kept(journal: Path) -> Path:
    """Return a journal as it is stored for the next build."""
    place = journal.with_name(f"{journal.name}.kept")
    save_journal(journal, place)
    return place


def test_first_run_has_no_reason(tmp_path: Path) -> None:
    journal = asked(tmp_path, "one", text="a")
    assert explain_build(journal, tmp_path / "none") == [JournalEntry("ast", "source/a.md", has_run=True)]


def test_changed_inputs_are_listed(tmp_path: Path) -> None:
    before = asked(tmp_path, "one", text="a", format="x")
    now = asked(tmp_path, "two", text="b", format="x")
    assert explain_build(now, kept(before)) == [
        JournalEntry("ast", "source/a.md", has_run=True, changed_inputs=("text",))
    ]


def test_cached_task_did_not_run(tmp_path: Path) -> None:
    before = asked(tmp_path, "one", text="a")
    now = asked(tmp_path, "two", text="a")
    assert explain_build(now, kept(before)) == [JournalEntry("ast", "source/a.md", has_run=False)]


def test_task_run_once_and_cached_once_counts_as_run(tmp_path: Path) -> None:
    asked(tmp_path, "one", text="a")
    journal = asked(tmp_path, "one", text="a")
    assert [entry.has_run for entry in explain_build(journal, tmp_path / "none")] == [True]


def test_entries_have_the_order_of_the_steps(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", tmp_path / JOURNAL_NAME)
    for step in (CHART, AST):
        cache.put(Task.for_step(step, "b"), b"")
        cache.put(Task.for_step(step, "a"), b"")
    result = explain_build(tmp_path / JOURNAL_NAME, tmp_path / "none")
    assert [(entry.step, entry.subject) for entry in result] == [
        ("ast", "a"),
        ("ast", "b"),
        ("chart", "a"),
        ("chart", "b"),
    ]
    assert count_tasks_by_step(result) == {"ast": (2, 0), "chart": (2, 0)}


def test_slots_are_not_listed(tmp_path: Path) -> None:
    Cache(tmp_path / "cache", tmp_path / JOURNAL_NAME).put(Task.for_step(LAYOUT, "a"), b"")
    assert explain_build(tmp_path / JOURNAL_NAME, tmp_path / "none") == []


def test_many_write_into_one_journal(tmp_path: Path) -> None:
    cache = Cache(None, tmp_path / JOURNAL_NAME)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: cache.put(Task.for_step(AST, f"{number:03}"), b""), range(200)))
    result = explain_build(tmp_path / JOURNAL_NAME, tmp_path / "none")
    assert [entry.subject for entry in result] == [f"{number:03}" for number in range(200)]


def test_malformed_journal_line_is_ignored(tmp_path: Path) -> None:
    (tmp_path / JOURNAL_NAME).write_text(
        'no line\n["gone","x",true,{},""]\n["ast","x",true,{}]\n["ast","x",true,{},""]\n'
    )
    result = explain_build(tmp_path / JOURNAL_NAME, tmp_path / "none")
    assert [(entry.subject, entry.description) for entry in result] == [("x", AST.description)]


def test_journal_is_kept_for_the_next_build(tmp_path: Path) -> None:
    asked(tmp_path, JOURNAL_NAME, text="a")
    Cache(tmp_path / "cache", tmp_path / JOURNAL_NAME).save_journal()
    now = asked(tmp_path, "two", text="b")
    (entry,) = explain_build(now, Cache(tmp_path / "cache").last_journal_path)
    assert entry.changed_inputs == ("text",)


def test_steps_have_unique_names() -> None:
    assert len({step.name for step in CACHED_STEPS}) == len(CACHED_STEPS)
