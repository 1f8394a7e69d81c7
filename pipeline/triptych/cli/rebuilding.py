"""``triptych build --watch``: builds, and again after each change, until somebody ends it.

This process keeps all loaded that reads and binds, and the processes beside it stay with what they have
loaded: a change costs what it changes. They are those of any build (``engine/processes/workers.py``), started
while this process has no thread, and started anew where they would remember what is not so any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path
from threading import Event
from typing import Literal, NoReturn

import click

from triptych.cli.build import Asked, build_once
from triptych.cli.reports.report import Reporter, count
from triptych.cli.surroundings import Stopped, at_work, stop_if_asked
from triptych.engine.garbage_collection import Pauses, no_collector
from triptych.engine.memory import Memory
from triptych.engine.processes.installed_programs import NotInstalled
from triptych.engine.processes.workers import workers
from triptych.engine.temporary_files import is_gone
from triptych.press import warm_up
from triptych.preview.watching import Stamps, Watch, changed, forget_templates
from triptych.project import Project


def build_after_changes(folder: Path, asked: Asked, report: Reporter, *, force: bool) -> NoReturn:
    """Build now and after each change. Ends by Ctrl-C, by a request, or where a library is missing."""
    memory = Memory()
    project = Project(folder)
    request = asked.request(project)
    watch = Watch(project.root, Pauses().collect)
    seen = watch.look()
    with at_work(), no_collector():
        while True:
            with workers(request.jobs, remembers=True) as beside:
                warm_up(beside, request)
                seen = _build_while_warm(watch, seen, asked, report, beside, memory, force=force)
            force = False


def _build_while_warm(
    watch: Watch,
    seen: Stamps,
    asked: Asked,
    report: Reporter,
    beside: Executor,
    memory: Memory,
    *,
    force: bool,
) -> Stamps:
    """Build as long as the processes beside this one are good for it → how the files were then."""
    rehearses = True  # these processes know nothing yet
    while True:
        project = asked.project(watch.root)
        good = _built(project, asked, report, beside, memory, force=force, rehearses=rehearses)
        force = rehearses = False
        watch.asked_for |= project.digests.keys()
        # What was asked for counts from now on; what changed since the look is the next change.
        before = {**watch.look_at(watch.asked_for - seen.keys()), **seen}
        seen = _next_change(watch, before, report)
        paths = changed(before, seen)
        report.say(f"{_named(paths)} changed.", "changed", paths=sorted(paths))
        if forget_templates(watch.root, paths, memory) or not good or is_gone():
            return seen


def _built(
    project: Project,
    asked: Asked,
    report: Reporter,
    beside: Executor,
    memory: Memory,
    *,
    force: bool,
    rehearses: bool,
) -> bool:
    """Build once → whether the processes are still good. What is wrong is said, and ends nothing."""
    try:
        build_once(project, asked, report, force=force, executor=beside, memory=memory, rehearses=rehearses)
    except (ImportError, NotInstalled):
        raise
    except Exception as error:
        stop_if_asked()
        return _said(error, report)
    return True


def _said(error: Exception, report: Reporter) -> Literal[False]:
    """What has gone wrong that is not in the source."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if not report.as_json:
        click.echo(f"error: {reason}", err=True)
    report.event("failed", errors=1, warnings=0, notes=0, reason=reason)
    return False


def _next_change(watch: Watch, before: Stamps, report: Reporter) -> Stamps:
    try:
        stop_if_asked()
        report.say("Waiting for changes (press Ctrl-C to stop).", "waiting")
        seen = watch.wait(before, Event())
    except Stopped:
        report.event("stopped")
        raise
    assert seen is not None  # nobody sets the event
    return seen


def _named(paths: Iterable[str]) -> str:
    """The file that changed, or how many did."""
    names = sorted(paths)
    return names[0] if len(names) == 1 else count(len(names), "file")
