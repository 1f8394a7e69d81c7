"""Build, check, list and clean the titles of a catalogue in one run: ``triptych catalog``."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from triptych.catalog.title_build import TitleResult, TitleState
from triptych.cli.lifecycle import ExitCode, choose_exit_code
from triptych.cli.options import (
    CacheLocation,
    cache_option,
    jobs_option,
    limits_option,
    reporting_options,
    trust_option,
)
from triptych.cli.report import Reporter, count_by_severity, format_count, format_counts, format_path
from triptych.diagnostics import has_errors
from triptych.model.whole_numbers import parse_whole_number

if TYPE_CHECKING:
    from triptych.catalog.preparation import RunOptions
    from triptych.catalog.titles import Catalog, Title


F = TypeVar("F", bound=Callable[..., Any])


class ShardType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """The parameter type of ``--shard``, such as 3/16."""

    name = "N/M"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return the 1-based number of the shard, and the number of shards."""
        if isinstance(value, tuple):
            return value
        number, count = map(parse_whole_number, str(value).partition("/")[::2])
        if number is None or count is None or not 1 <= number <= count:
            self.fail(f"{value} is not a shard such as 3/16.", param, ctx)
        return number, count


def title_options(function: F) -> F:
    """Add the argument ``CATALOG``, and the options ``--only`` and ``--shard`` for selecting titles."""
    for option in (
        click.option(
            "--shard",
            type=ShardType(),
            default="1/1",
            show_default=True,
            help="Use only shard N of M of the titles, for example 3/16.",
        ),
        click.option(
            "--only",
            multiple=True,
            metavar="GLOB",
            show_default="all titles",
            help="Select titles by name; repeatable.",
        ),
        click.argument(
            "file",
            metavar="[CATALOG]",
            default="catalog.yaml",
            type=click.Path(dir_okay=False, exists=True, path_type=Path),
        ),
    ):
        function = option(function)
    return function


def run_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add ``--jobs``, ``--strict``, ``--limits`` and ``--cache-dir``, passed as ``RunOptions``."""

    @wraps(function)
    def command(
        *args: Any,
        jobs: int | None,
        strict: bool,
        trusted: bool,
        runs_filters: bool,
        cache: CacheLocation,
        **more: Any,
    ) -> None:
        from triptych.catalog.preparation import RunOptions
        from triptych.engine.processes.pool import count_processors

        options = RunOptions(
            jobs or count_processors(), cache.folder, cache.url, strict, trusted, runs_filters
        )
        function(*args, options=options, **more)

    for option in (
        cache_option,
        trust_option,
        limits_option("strict"),
        click.option("--strict", is_flag=True, help="Treat warnings as errors."),
        jobs_option("Number of titles to process in parallel."),
    ):
        command = option(command)
    return command


@click.group()
def catalog() -> None:
    """Build, check and list many titles.

    CATALOG is a YAML file that lists the folders of the titles (default: catalog.yaml).

    \b
    Example:
      triptych catalog build catalog.yaml --jobs 8
    """
    gc.enable()  # a run may process thousands of titles


@catalog.command()
@title_options
@run_options
@click.option(
    "--scheduler",
    metavar="URL",
    default="",
    show_default="this machine",
    help="Address of a Dask scheduler, such as tcp://host:8786.",
)
@click.option(
    "--resume/--force",
    default=True,
    show_default=True,
    help="Skip titles that are up to date, or build all titles.",
)
@click.option(
    "--keep-going/--fail-fast",
    default=True,
    show_default=True,
    help="After a title fails, build the remaining titles or stop.",
)
@reporting_options()
@click.pass_context
def build(
    ctx: click.Context,
    file: Path,
    only: tuple[str, ...],
    shard: tuple[int, int],
    options: RunOptions,
    scheduler: str,
    resume: bool,
    keep_going: bool,
    report: Reporter,
) -> None:
    """Build the titles of a catalogue and write a report.

    Each title is built in its own process. A title that fails keeps its earlier outputs. The exit code is 1
    if any title failed.

    \b
    Example:
      triptych catalog build --only "oceans/*" --jobs 8
    """
    from triptych.catalog.ledger import Ledger
    from triptych.catalog.preparation import locate_records
    from triptych.catalog.report import make_report, write_report
    from triptych.catalog.run import build_titles, load_earlier_results, report_outdated_titles
    from triptych.engine.cache import report_unsaved_key

    catalog, titles = _read_titles(ctx, report, file, only, shard)
    options = replace(options, scheduler=scheduler, force=not resume, fail_fast=not keep_going)
    earlier, start = load_earlier_results(catalog), time.monotonic()
    progress = CatalogProgress(report)
    running = build_titles(catalog, titles, options, progress.add_titles, progress.report_waiting)
    report.report_findings(report_unsaved_key())
    with report.show_progress(), closing(running) as results:
        built = [progress.report_title(result) for result in results]
    report.report_findings(report_outdated_titles(titles, Ledger(locate_records(catalog))))
    summary = make_report(catalog, built, earlier, time.monotonic() - start)
    write_report(summary, catalog.output_folder)
    states = ", ".join(f"{number} {state}" for state, number in sorted(summary.state_counts.items()))
    path = catalog.output_folder / "report.html"
    left = len(titles) - len(built)
    not_started = f", {left} not started" if left else ""
    sentence = f"{format_count(len(titles), 'title')}: {states}{not_started}. Report: {format_path(path)}"
    numbers = {str(state): number for state, number in summary.state_counts.items()}
    report.print_message(sentence, "done", counts=numbers, report=str(path))
    succeeded = summary.is_successful and not left
    ctx.exit(ExitCode.SUCCESS if succeeded else _choose_failure_code(built, strict=options.strict))


def _choose_failure_code(results: Iterable[TitleResult], *, strict: bool) -> ExitCode:
    """Return the exit code of a failed run: that of system errors only if there are no other errors."""
    failed = [result for result in results if not result.is_successful]
    codes = {choose_exit_code(result.diagnostics, strict=strict) for result in failed}
    return ExitCode.ENVIRONMENT if codes == {ExitCode.ENVIRONMENT} else ExitCode.SOURCE


@catalog.command()
@title_options
@run_options
@reporting_options()
@click.pass_context
def check(
    ctx: click.Context,
    file: Path,
    only: tuple[str, ...],
    shard: tuple[int, int],
    options: RunOptions,
    report: Reporter,
) -> None:
    """Check the sources of the titles of a catalogue.

    No outputs are built.

    \b
    Example:
      triptych catalog check --strict
    """
    from triptych.catalog.run import check_titles
    from triptych.engine.cache import report_unsaved_key

    catalog, titles = _read_titles(ctx, report, file, only, shard)
    progress = CatalogProgress(report)
    report.report_findings(report_unsaved_key())
    with (
        report.show_progress(),
        closing(check_titles(catalog, titles, options, progress.add_titles)) as results,
    ):
        checked = [progress.report_title(result) for result in results]
    failed_count = sum(not result.is_successful for result in checked)
    errors = f"{failed_count} with errors" if failed_count else "no errors"
    report.print_message(
        f"{format_count(len(checked), 'title')}: {errors}.", "done", titles=len(checked), failed=failed_count
    )
    ctx.exit(_choose_failure_code(checked, strict=options.strict) if failed_count else ExitCode.SUCCESS)


@catalog.command("list")
@title_options
@reporting_options()
@click.pass_context
def list_(
    ctx: click.Context,
    file: Path,
    only: tuple[str, ...],
    shard: tuple[int, int],
    report: Reporter,
) -> None:
    """List the titles of a catalogue with their status in the last run.

    \b
    Example:
      triptych catalog list --format json
    """
    from triptych.catalog.run import load_earlier_results

    catalog, titles = _read_titles(ctx, report, file, only, shard)
    results_by_title = load_earlier_results(catalog)
    for title in titles:
        state = results_by_title[title.name].state if title.name in results_by_title else "not built"
        facts = {"name": title.name, "folder": format_path(title.folder), "state": str(state)}
        report.print_message(
            f"{title.name}  {state}", "title", **facts, profiles=title.profiles, formats=title.formats
        )


@catalog.command()
@title_options
@click.pass_context
def clean(ctx: click.Context, file: Path, only: tuple[str, ...], shard: tuple[int, int]) -> None:
    """Remove the outputs and records of the titles of a catalogue.

    Outputs that were edited by hand, and all other files, are kept.

    \b
    Example:
      triptych catalog clean --only "oceans/*"
    """
    from triptych.catalog.preparation import remove_outputs

    catalog, titles = _read_titles(ctx, Reporter(root=file.parent), file, only, shard)
    removed = remove_outputs(catalog, titles)
    click.echo(f"Removed {format_count(len(removed), 'file')}." if removed else "Nothing to remove.")


def _read_titles(
    ctx: click.Context, report: Reporter, file: Path, patterns: tuple[str, ...], shard: tuple[int, int]
) -> tuple[Catalog, list[Title]]:
    """Return the catalogue and its selected titles. If the catalogue has errors, report them and exit."""
    from triptych.catalog.titles import read_catalog, select_titles

    catalog, findings = read_catalog(file)
    report.report_findings(findings)
    if catalog is None or has_errors(findings):
        report.print_message(
            f"Nothing was done: found {format_counts(findings)}.", "failed", **count_by_severity(findings)
        )
        ctx.exit(ExitCode.SOURCE)
    titles = select_titles(catalog.titles, patterns, shard)
    if not titles and patterns:
        raise click.UsageError(
            f"No title matches {' or '.join(patterns)}. Run `triptych catalog list` for all names."
        )
    return catalog, titles


class CatalogProgress:
    """Reports the progress of a run: each finished title, and the estimated remaining time."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._start = 0.0
        self._total = self._done = self._failed = 0

    def add_titles(self, count: int) -> None:
        """Add ``count`` titles to the number of titles to be processed."""
        self._start = self._start or time.monotonic()
        self._total += count
        self._report.write_event("started", titles=count)
        self._show_status()

    def report_waiting(self) -> None:
        """Report that the run is waiting for another run with the same output folder."""
        self._report.print_message("Waiting for another run in the same output folder to finish …", "waiting")
        self._report.show_status("waiting …")

    def report_title(self, result: TitleResult) -> TitleResult:
        """Report the result of a title, and return it."""
        self._done += result.state is not TitleState.UP_TO_DATE
        self._failed += not result.is_successful
        self._report.report_findings(result.diagnostics)
        if result.reason and not result.diagnostics:
            self._report.record_failure(f"{result.name}: {result.reason}")
        self._report.print_message(
            _format_title(result),
            "title",
            name=result.name,
            state=str(result.state),
            reason=result.reason,
            outputs=list(result.outputs),
            seconds=round(result.seconds, 3),
            memory=result.memory,
            pages=result.pages,
            slides=result.slides,
            words=result.words,
        )
        self._show_status()
        return result

    def _show_status(self) -> None:
        if self._done == 0:
            self._report.show_status(f"{self._total} titles …")
            return
        average = (time.monotonic() - self._start) / self._done
        failed = f", {self._failed} failed" if self._failed else ""
        left = _format_duration((self._total - self._done) * average)
        self._report.show_status(f"{self._done} of {self._total} titles{failed}, about {left} remaining …")


def _format_title(result: TitleResult) -> str:
    """Format a title's result: name, state, size, duration, and the reason for a failure."""
    amounts = ((result.pages, "pages"), (result.slides, "slides"), (round(result.seconds, 1), "s"))
    counts = ", ".join(f"{number} {unit}" for number, unit in amounts if number)
    why = f": {result.reason}" if result.reason and not result.diagnostics else ""
    return f"{result.name}  {result.state}{f' ({counts})' if counts else ''}{why}"


def _format_duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
