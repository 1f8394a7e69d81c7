"""``triptych build``: make the outputs of a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from triptych.cli.options import (
    Formats,
    cache_of,
    cache_option,
    profile_option,
    project_argument,
    reporter,
    voice_options,
)
from triptych.cli.reports.report import Reporter, counts, tally
from triptych.cli.stopping import Terminated
from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.engine.freshness import Record, build_key, read_record, record_path, write_record
from triptych.outputs import OutputFormat
from triptych.project import BUILD_FOLDER, Project


@click.command()
@project_argument
@click.option(
    "--to", "formats", type=Formats(), help="Outputs to make, such as pdf,epub. Default: the manifest's."
)
@click.option("--output-dir", type=click.Path(file_okay=False, path_type=Path), help="Default: DIR/build.")
@profile_option
@click.option("--talk", metavar="NAME", default="", help="Make the deck of a talk under `talks:`.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("-j", "--jobs", type=click.IntRange(1), help="Processes to use. Default: one a processor.")
@click.option("--force", is_flag=True, help="Build even when nothing has changed.")
@click.option("--explain", is_flag=True, help="Say which steps ran, and which inputs made them.")
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
    explain: bool,
    cache_dir: Path | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Build the project in DIR: a PDF, an EPUB and a PowerPoint deck.

    DIR is the folder that holds source/book.yaml, by default the current one. With an error in the
    source nothing is written, and earlier outputs stay as they are.
    """
    report = reporter(folder, quiet=quiet, verbose=verbose, as_json=as_json)
    project = Project(folder)
    output_folder = (output_dir or project.root / BUILD_FOLDER).resolve()
    records = project.records
    asked = [str(output_folder), ",".join(formats or ()), f"strict={strict}", ",".join(profiles), talk]
    key = build_key(project, asked, records)
    place = record_path(records, key)
    record = None if force else read_record(place)
    if record is not None and record.holds(project, key):
        report.diagnostics(map(_diagnostic, record.diagnostics))
        report.say(
            "Nothing has changed: the outputs are up to date.", "up-to-date", outputs=list(record.outputs)
        )
        return
    request = {
        "output_folder": output_folder,
        "formats": formats,
        "cache_folder": cache_of(project, cache_dir),
        "records_folder": records,
        "strict": strict,
        "profiles": profiles,
        "talk": talk,
        "explained": explain,
    }
    from triptych.cli.at_work import at_work

    with at_work():
        ctx.exit(_press(project, report, request, jobs, key, place))


def _press(
    project: Project, report: Reporter, request: dict[str, Any], jobs: int | None, key: str, place: Path
) -> int:
    """Run the press and say what became of it; returns the exit code."""
    from triptych.cli.reports.steps import say_steps
    from triptych.engine.workers import default_jobs
    from triptych.press import Request, press

    request = {**request, "jobs": jobs or default_jobs()}
    try:
        with report.running():
            outcome = press(project, Request(**request), report.stage)
    except (KeyboardInterrupt, Terminated):
        report.event("failed", errors=0, warnings=0, reason="stopped")
        raise
    except OSError as error:
        if error.errno is None:  # a library that cannot be loaded, which the group reports
            report.event("failed", errors=1, warnings=0, reason=str(error))
            raise
        message = f"{error.strerror}: {error.filename or request['output_folder']}"
        click.echo(f"error: {message}", err=True)
        report.event("failed", errors=1, warnings=0, notes=0, reason=message)
        return 1
    found = outcome.diagnostics
    report.diagnostics(found)
    if not outcome.ok:
        report.say(f"Nothing was written: {tally(found)}.", "failed", **counts(found))
        return 1
    for path in outcome.paths:
        report.output(path)
    if request["explained"]:
        say_steps(report, outcome.steps)
    if report.as_json or found:
        report.say(f"Built, with {tally(found)}.", "done", **counts(found))
    _remember(project, key, place, outcome.paths, found)
    return 0


def _remember(project: Project, key: str, path: Path, outputs: object, found: list[Diagnostic]) -> None:
    import hashlib

    found = [finding for finding in found if finding.code != "OUT001"]  # that happens once
    digests = {str(output): hashlib.sha256(output.read_bytes()).hexdigest() for output in outputs}  # type: ignore[attr-defined]
    write_record(path, Record(key, dict(project.digests), digests, tuple(d.to_json() for d in found)))


def _diagnostic(stored: object) -> Diagnostic:
    """A diagnostic as it was written down."""
    values = dict(stored)  # type: ignore[call-overload]
    place, line, column = values.get("path"), values.get("line"), values.get("column")
    span = Span(path=place, line=line, column=column) if place else None
    return Diagnostic(
        code=values["code"],
        message=values["message"],
        hint=values["hint"],
        span=span,
        judged=Severity(values["severity"]),
    )
