"""The journal of a build: what ran, and which input made it."""

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
    """A build that asks for one text → its journal."""
    cache = Cache(folder / "cache", folder / name)
    cache.get_or_make(Task.for_step(AST, "source/a.md", **inputs), lambda: b"tree")
    return folder / name


def kept(journal: Path) -> Path:
    """A journal as it is kept for the next build."""
    place = journal.with_name(f"{journal.name}.kept")
    save_journal(journal, place)
    return place


def test_what_is_made_for_the_first_time_has_no_reason(tmp_path: Path) -> None:
    journal = asked(tmp_path, "one", text="a")
    assert explain_build(journal, tmp_path / "none") == [JournalEntry("ast", "source/a.md", has_run=True)]


def test_the_inputs_that_changed_are_named(tmp_path: Path) -> None:
    before = asked(tmp_path, "one", text="a", format="x")
    now = asked(tmp_path, "two", text="b", format="x")
    assert explain_build(now, kept(before)) == [
        JournalEntry("ast", "source/a.md", has_run=True, changed_inputs=("text",))
    ]


def test_what_was_remembered_did_not_run(tmp_path: Path) -> None:
    before = asked(tmp_path, "one", text="a")
    now = asked(tmp_path, "two", text="a")
    assert explain_build(now, kept(before)) == [JournalEntry("ast", "source/a.md", has_run=False)]


def test_a_task_that_one_made_and_another_found_ran(tmp_path: Path) -> None:
    asked(tmp_path, "one", text="a")
    journal = asked(tmp_path, "one", text="a")
    assert [entry.has_run for entry in explain_build(journal, tmp_path / "none")] == [True]


def test_entries_have_the_order_of_the_steps(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", tmp_path / JOURNAL_NAME)
    for step in (CHART, AST):
        cache.put(Task.for_step(step, "b"), b"")
        cache.put(Task.for_step(step, "a"), b"")
    found = explain_build(tmp_path / JOURNAL_NAME, tmp_path / "none")
    assert [(entry.step, entry.subject) for entry in found] == [
        ("ast", "a"),
        ("ast", "b"),
        ("chart", "a"),
        ("chart", "b"),
    ]
    assert count_tasks_by_step(found) == {"ast": (2, 0), "chart": (2, 0)}


def test_slots_are_not_told(tmp_path: Path) -> None:
    Cache(tmp_path / "cache", tmp_path / JOURNAL_NAME).put(Task.for_step(LAYOUT, "a"), b"")
    assert explain_build(tmp_path / JOURNAL_NAME, tmp_path / "none") == []


def test_many_write_into_one_journal(tmp_path: Path) -> None:
    cache = Cache(None, tmp_path / JOURNAL_NAME)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: cache.put(Task.for_step(AST, f"{number:03}"), b""), range(200)))
    found = explain_build(tmp_path / JOURNAL_NAME, tmp_path / "none")
    assert [entry.subject for entry in found] == [f"{number:03}" for number in range(200)]


def test_what_is_no_line_of_a_journal_says_nothing(tmp_path: Path) -> None:
    (tmp_path / JOURNAL_NAME).write_text(
        'no line\n["gone","x",true,{},""]\n["ast","x",true,{}]\n["ast","x",true,{},""]\n'
    )
    found = explain_build(tmp_path / JOURNAL_NAME, tmp_path / "none")
    assert [(entry.subject, entry.description) for entry in found] == [("x", AST.description)]


def test_the_journal_is_kept_for_the_next_build(tmp_path: Path) -> None:
    asked(tmp_path, JOURNAL_NAME, text="a")
    Cache(tmp_path / "cache", tmp_path / JOURNAL_NAME).save_journal()
    now = asked(tmp_path, "two", text="b")
    (entry,) = explain_build(now, Cache(tmp_path / "cache").last_journal_path)
    assert entry.changed_inputs == ("text",)


def test_steps_have_names_of_their_own() -> None:
    assert len({step.name for step in CACHED_STEPS}) == len(CACHED_STEPS)
