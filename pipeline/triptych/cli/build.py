"""``triptych build``: build the outputs of a project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triptych.cli.options import (
    Address,
    address_of,
    cache_of,
    cache_option,
    formats_option,
    jobs_option,
    limits_option,
    profile_option,
    project_argument,
    reporter,
    voice_options,
)
from triptych.cli.reports.report import Reporter, counts, tally
from triptych.cli.surroundings import ExitCode, Stopped, exit_code_for, stop_if_asked
from triptych.diagnostics import Diagnostic
from triptych.engine.build_folder import links_in_build
from triptych.engine.freshness import Record, build_key, read_record, record_path, write_record
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import OutputFormat
from triptych.project import BUILD_FOLDER, Project

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from triptych.press import Outcome, Request


_ONCE = (
    "OUT001",
    "ENV004",
    "ENV006",
    "ENV007",
)  # findings of one build; the next does not repeat them


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for on the command line; ``formats`` None means those of the manifest, ``jobs`` None one
    process a processor.
    """

    output_folder: Path
    cache_folder: Path
    cache_address: str = ""
    formats: tuple[OutputFormat, ...] | None
    profiles: tuple[str, ...]
    talk: str
    strict: bool
    trusted: bool = True
    explain: bool
    jobs: int | None

    def of_outputs(self) -> list[str]:
        """The part of it that decides what a build makes."""
        formats, profiles = ",".join(self.formats or ()), ",".join(self.profiles)
        told = [f"strict={self.strict}", f"trusted={self.trusted}"]
        return [str(self.output_folder), formats, *told, profiles, self.talk]

    def project(self, folder: Path) -> Project:
        """The project in a folder, which may raise limits where it is trusted."""
        return Project(folder, trusted=self.trusted)

    def request(self, project: Project) -> Request:
        """The same for the press."""
        from triptych.engine.processes.workers import default_jobs
        from triptych.press import Request

        return Request(
            output_folder=self.output_folder,
            formats=self.formats,
            cache_folder=self.cache_folder,
            cache_address=self.cache_address,
            records_folder=project.records,
            strict=self.strict,
            jobs=self.jobs or default_jobs(),
            profiles=self.profiles,
            talk=self.talk,
            explained=self.explain,
        )


@click.command()
@project_argument
@formats_option()
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    show_default="DIR/build",
    help="Output folder.",
)
@profile_option
@click.option("--talk", metavar="NAME", default="", help="Build the deck for a talk listed under `talks:`.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@jobs_option()
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@click.option("--watch", is_flag=True, help="Rebuild after each change; stop with Ctrl-C.")
@click.option("--explain", is_flag=True, help="Report which steps ran and which inputs changed.")
@limits_option("trusted")
@cache_option
@voice_options
@click.pass_context
def build(
    ctx: click.Context,
    folder: Path,
    formats: tuple[OutputFormat, ...] | None,
    output_dir: Path | None,
    profiles: tuple[str, ...],
    talk: str,
    strict: bool,
    jobs: int | None,
    force: bool,
    watch: bool,
    explain: bool,
    trusted: bool,
    cache_dir: Path | Address | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    lists_all: bool,
) -> None:
    """Build the PDF, the EPUB and the PowerPoint deck of a project.

    DIR is the folder that contains source/book.yaml (default: the current one). If the source has errors,
    nothing is written and earlier outputs are kept.

    \b
    Example:
      triptych build my-report --to pdf,epub --strict
    """
    report = reporter(folder, quiet=quiet, verbose=verbose, as_json=as_json, lists_all=lists_all)
    project = Project(folder)
    asked = Asked(
        output_folder=(output_dir or project.root / BUILD_FOLDER).resolve(),
        cache_folder=cache_of(project, cache_dir),
        cache_address=address_of(cache_dir),
        formats=formats,
        profiles=profiles,
        talk=talk,
        strict=strict,
        trusted=trusted,
        explain=explain,
        jobs=jobs,
    )
    if watch:
        from triptych.cli.rebuilding import build_after_changes

        build_after_changes(folder, asked, report, force=force)
    ctx.exit(build_once(asked.project(folder), asked, report, force=force))


def build_once(
    project: Project,
    asked: Asked,
    report: Reporter,
    *,
    force: bool = False,
    executor: Executor | None = None,
    memory: Memory = NO_MEMORY,
    rehearses: bool = False,
) -> int:
    """Build where there is something to do, and say what became of it; returns the exit code.

    Where there is nothing, what stays may rehearse: the first change is made as quickly as the next then.
    """
    if found := links_in_build(project):  # before a record is read or written there
        report.diagnostics(found)
        report.say(f"Nothing was written: found {tally(found)}.", "failed", **counts(found))
        return ExitCode.SOURCE
    key = build_key(project, asked.of_outputs(), project.records)
    place = record_path(project.records, key)
    record = None if force else read_record(place)
    # What was read in vain is no input of the build that follows.
    if record is not None and record.holds(Project(project.root, project.environ), key):
        project.digests.update(record.inputs)
        report.diagnostics(map(Diagnostic.from_json, record.diagnostics))
        report.say(
            "Nothing has changed; the outputs are up to date.", "up-to-date", outputs=list(record.outputs)
        )
        if rehearses:
            _rehearse(asked.project(project.root), asked, executor, memory)
        return 0
    from triptych.cli.surroundings import at_work

    with at_work():
        outcome = _pressed(project, asked, report, executor, memory)
    if outcome is None:
        return ExitCode.ENVIRONMENT
    found = outcome.diagnostics
    report.diagnostics(found)
    if not outcome.ok:
        report.say(f"Nothing was written: found {tally(found)}.", "failed", **counts(found))
        if not _has_outputs(asked.output_folder):  # the first build of a newcomer
            report.hint(
                "run `triptych explain CODE` to understand a finding; `triptych docs` opens the guide"
            )
        return exit_code_for(found, strict=asked.strict)
    for path in outcome.paths:
        report.output(path)
    if asked.explain:
        from triptych.cli.reports.steps import say_steps

        say_steps(report, outcome.steps)
    if report.as_json or found:
        report.say(f"Built with {tally(found)}.", "done", **counts(found))
    kept = tuple(finding.to_json() for finding in found if finding.code not in _ONCE)
    outputs = {str(path): digest for path, digest in outcome.digests.items()}
    write_record(place, Record(key, dict(project.digests), outputs, kept))
    return 0


def _has_outputs(folder: Path) -> bool:
    return folder.is_dir() and any(path.is_file() for path in folder.iterdir())


def _rehearse(project: Project, asked: Asked, executor: Executor | None, memory: Memory) -> None:
    """Have all processes make what is there, and learn the book."""
    from triptych.press import press

    request = replace(asked.request(project), publishes=False, explained=False)
    press(project, request, lambda stage: stop_if_asked(), executor, memory)


def _pressed(
    project: Project, asked: Asked, report: Reporter, executor: Executor | None, memory: Memory
) -> Outcome | None:
    """What the press made of a project; None where the disk refused, which is said."""
    from triptych.press import press

    def stage(name: str) -> None:
        stop_if_asked()
        report.stage(name)

    try:
        with report.running():
            outcome = press(project, asked.request(project), stage, executor, memory)
            if not outcome.ok:
                stop_if_asked()  # that may be what was found
        return outcome
    except Stopped:
        report.event("failed", errors=0, warnings=0, reason="stopped")
        raise
    except OSError as error:
        if error.errno is None:  # a library that cannot be loaded, which the group reports
            report.event("failed", errors=1, warnings=0, reason=str(error))
            raise
        from triptych.cli import say_refused

        reason = say_refused(error, asked.output_folder)
        report.event("failed", errors=1, warnings=0, notes=0, reason=reason)
        return None
