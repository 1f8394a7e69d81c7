"""What became of a title, told where it can be mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from triptych.catalog.processes.guarded import Done, Lost
from triptych.catalog.title_build import Made, State, Work
from triptych.catalog.titles import Catalog, Title
from triptych.diagnostics import Diagnostic

_ONCE = ("ENV004", "ENV006", "ENV007")  # what happens in one run, and is not told again by the next


def made_of(done: Done[Work, Made]) -> Made:
    """What a process has made, with ENV004 where one was lost before, or CAT005 where both were."""
    if isinstance(done.result, Lost):
        lost = Diagnostic(
            code="CAT005",
            message=f"{done.job.name}: {done.result.reason}",
            hint=f"see the log file {done.job.log}",
        )
        return Made(
            name=done.job.name,
            state=State.LOST,
            reason=done.result.reason,
            diagnostics=(lost,),
            seconds=done.seconds,
            memory=done.memory,
        )
    again = (_done_again(done),) if done.before else ()
    return replace(done.result, memory=done.memory, diagnostics=(*done.result.diagnostics, *again))


def lasting(made: Made) -> Made:
    """A title without what is told of it in one run alone."""
    return replace(made, diagnostics=tuple(one for one in made.diagnostics if one.code not in _ONCE))


def _done_again(done: Done[Work, Made]) -> Diagnostic:
    message = f"{done.job.name}: {done.before}; the title was rebuilt in a new process"
    return Diagnostic(code="ENV004", message=message)


def unreadable(catalog: Catalog, title: Title, error: OSError) -> Made:
    """CAT006 for a title of which a file cannot be read."""
    file = Path(str(error.filename or title.folder))
    path = file.relative_to(catalog.root).as_posix() if file.is_relative_to(catalog.root) else str(file)
    message = f"{path}: {(error.strerror or 'the file cannot be read').lower()}"
    found = Diagnostic(code="CAT006", message=message)
    return Made(name=title.name, state=State.FAILED, reason=message, diagnostics=(found,))


def at_home(made: Made, files: Mapping[str, Path], root: Path) -> Made:
    """Findings with their files where they lie in the catalogue."""

    def moved(finding: Diagnostic) -> Diagnostic:
        file = files.get(finding.span.path) if finding.span else None
        if finding.span is None or file is None or not file.is_relative_to(root):
            return finding
        return replace(finding, span=replace(finding.span, path=file.relative_to(root).as_posix()))

    return replace(made, diagnostics=tuple(map(moved, made.diagnostics)))
