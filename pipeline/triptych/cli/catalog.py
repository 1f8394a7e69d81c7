"""``triptych catalog``: many titles in one run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from triptych.catalog.title_build import TitleResult, TitleState
from triptych.cli.options import (
    Address,
    cache_option,
    jobs_option,
    limits_option,
    reporter,
    select_cache_address,
    voice_options,
)
from triptych.cli.report import Reporter, count_by_severity, display_path, format_count, format_counts
from triptych.cli.surroundings import ExitCode
from triptych.diagnostics import has_errors
from triptych.model.whole_numbers import parse_whole_number

if TYPE_CHECKING:
    from triptych.catalog.titles import Catalog, Title


F = TypeVar("F", bound=Callable[..., Any])


class Shard(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """One of several shards, such as 3/16."""

    name = "N/M"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Which part, from 1, and how many there are."""
        if isinstance(value, tuple):
            return value
        number, whole = map(parse_whole_number, str(value).partition("/")[::2])
        if number is None or whole is None or not 1 <= number <= whole:
            self.fail(f"{value} is not a shard such as 3/16.", param, ctx)
        return number, whole


def selection(function: F) -> F:
    """``CATALOG``, and which of its titles are meant."""
    for option in (
        click.option(
            "--shard",
            type=Shard(),
            default="1/1",
            show_default=True,
            help="Process only part N of M, such as 3/16.",
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


def work_options(function: F) -> F:
    """``--jobs``, ``--strict``, ``--limits`` and ``--cache-dir``: how titles are built or read."""
    for option in (
        cache_option,
        limits_option("strict"),
        click.option("--strict", is_flag=True, help="Treat warnings as errors."),
        jobs_option("Number of titles to process in parallel."),
    ):
        function = option(function)
    return function


@click.group()
def catalog() -> None:
    """Build, check and list many titles.

    CATALOG is a YAML file that lists the folders of the titles (default: catalog.yaml).

    \b
    Example:
      triptych catalog build catalog.yaml --jobs 8
    """
    gc.enable()  # titles without end may follow each other


@catalog.command()
@selection
@work_options
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
    help="Continue or stop when a title fails.",
)
@voice_options
@click.pass_context
def build(
    ctx: click.Context,
    file: Path,
    only: tuple[str, ...],
    shard: tuple[int, int],
    jobs: int | None,
    scheduler: str,
    resume: bool,
    keep_going: bool,
    strict: bool,
    trusted: bool,
    cache_dir: Path | Address | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    lists_all: bool,
) -> None:
    """Build the titles of a catalogue and write a report.

    Each title is built in its own process. A title that fails keeps its earlier outputs. The exit code is 1
    if any title failed.

    \b
    Example:
      triptych catalog build --only "oceans/*" --jobs 8
    """
    from triptych.catalog.ledger import Ledger
    from triptych.catalog.preparation import RunOptions, locate_records
    from triptych.catalog.report import make_report, write_report
    from triptych.catalog.run import build_titles, load_earlier_results, stale
    from triptych.engine.cache import key_findings
    from triptych.engine.processes.pool import default_jobs

    report = reporter(file.parent, quiet=quiet, verbose=verbose, as_json=as_json, lists_all=lists_all)
    listed, titles = _read(ctx, report, file, only, shard)
    asked = RunOptions(
        jobs=jobs or default_jobs(),
        scheduler=scheduler,
        cache=cache_dir if isinstance(cache_dir, Path) else None,
        address=select_cache_address(cache_dir),
        force=not resume,
        strict=strict,
        trusted=trusted,
        fail_fast=not keep_going,
    )
    earlier, start = load_earlier_results(listed), time.monotonic()
    progress = Progress(report)
    running = build_titles(listed, titles, asked, progress.begin, progress.wait)
    report.diagnostics(key_findings())
    with report.running(), closing(running) as results:
        made = [progress.tell(one) for one in results]
    report.diagnostics(stale(titles, Ledger(locate_records(listed))))
    whole = make_report(listed, made, earlier, time.monotonic() - start)
    write_report(whole, listed.output_folder)
    states = ", ".join(f"{number} {state}" for state, number in sorted(whole.counts.items()))
    place = listed.output_folder / "report.html"
    left = len(titles) - len(made)
    more = f", {left} not started" if left else ""
    sentence = f"{format_count(len(titles), 'title')}: {states}{more}. Report: {display_path(place)}"
    numbers = {str(state): number for state, number in whole.counts.items()}
    report.say(sentence, "done", counts=numbers, report=str(place))
    ctx.exit(ExitCode.SUCCESS if whole.is_good and not left else ExitCode.SOURCE)


@catalog.command()
@selection
@work_options
@voice_options
@click.pass_context
def check(
    ctx: click.Context,
    file: Path,
    only: tuple[str, ...],
    shard: tuple[int, int],
    jobs: int | None,
    strict: bool,
    trusted: bool,
    cache_dir: Path | Address | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    lists_all: bool,
) -> None:
    """Check the sources of the titles of a catalogue.

    Nothing is built.

    \b
    Example:
      triptych catalog check --strict
    """
    from triptych.catalog.preparation import RunOptions
    from triptych.catalog.run import check_titles
    from triptych.engine.cache import key_findings
    from triptych.engine.processes.pool import default_jobs

    report = reporter(file.parent, quiet=quiet, verbose=verbose, as_json=as_json, lists_all=lists_all)
    listed, titles = _read(ctx, report, file, only, shard)
    cache = cache_dir if isinstance(cache_dir, Path) else None
    asked = RunOptions(jobs=jobs or default_jobs(), cache=cache, strict=strict, trusted=trusted)
    progress = Progress(report)
    report.diagnostics(key_findings())
    with report.running(), closing(check_titles(listed, titles, asked, progress.begin)) as results:
        made = [progress.tell(one) for one in results]
    bad = sum(not one.is_good for one in made)
    told = f"{bad} with errors" if bad else "no errors"
    report.say(f"{format_count(len(made), 'title')}: {told}.", "done", titles=len(made), failed=bad)
    ctx.exit(ExitCode.SOURCE if bad else ExitCode.SUCCESS)


@catalog.command("list")
@selection
@voice_options
@click.pass_context
def list_(
    ctx: click.Context,
    file: Path,
    only: tuple[str, ...],
    shard: tuple[int, int],
    quiet: bool,
    verbose: bool,
    as_json: bool,
    lists_all: bool,
) -> None:
    """List the titles of a catalogue with their states in the last run.

    \b
    Example:
      triptych catalog list --format json
    """
    from triptych.catalog.run import load_earlier_results

    report = reporter(file.parent, quiet=quiet, verbose=verbose, as_json=as_json, lists_all=lists_all)
    listed, titles = _read(ctx, report, file, only, shard)
    known = load_earlier_results(listed)
    for title in titles:
        state = known[title.name].state if title.name in known else "not built"
        told = {"name": title.name, "folder": display_path(title.folder), "state": str(state)}
        report.say(f"{title.name}  {state}", "title", **told, profiles=title.profiles, formats=title.formats)


@catalog.command()
@selection
@click.pass_context
def clean(ctx: click.Context, file: Path, only: tuple[str, ...], shard: tuple[int, int]) -> None:
    """Remove the outputs and records of the titles of a catalogue.

    Outputs that were edited by hand, and all other files, are kept.

    \b
    Example:
      triptych catalog clean --only "oceans/*"
    """
    from triptych.catalog.preparation import clean as clean_titles

    listed, titles = _read(ctx, Reporter(root=file.parent), file, only, shard)
    removed = clean_titles(listed, titles)
    click.echo(f"Removed {format_count(len(removed), 'file')}." if removed else "Nothing to remove.")


def _read(
    ctx: click.Context, report: Reporter, file: Path, only: tuple[str, ...], shard: tuple[int, int]
) -> tuple[Catalog, list[Title]]:
    """A catalogue and the titles that are meant; ends with what is wrong with it."""
    from triptych.catalog.titles import choose_titles, read_catalog

    listed, found = read_catalog(file)
    report.diagnostics(found)
    if listed is None or has_errors(found):
        report.say(f"Nothing was done: found {format_counts(found)}.", "failed", **count_by_severity(found))
        ctx.exit(ExitCode.SOURCE)
    titles = choose_titles(listed.titles, only, shard)
    if not titles and only:
        raise click.UsageError(
            f"No title matches {' or '.join(only)}. Run `triptych catalog list` for all names."
        )
    return listed, titles


class Progress:
    """Hears what becomes of titles, and tells."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._start = 0.0
        self._whole = self._done = self._failed = 0

    def begin(self, count: int) -> None:
        """So many titles are to be built."""
        self._start = self._start or time.monotonic()
        self._whole += count
        self._report.event("started", titles=count)
        self._show()

    def wait(self) -> None:
        """Another run is at work in the same folder."""
        self._report.say("Waiting for another run in the same output folder to finish …", "waiting")
        self._report.status("waiting …")

    def tell(self, made: TitleResult) -> TitleResult:
        """A title is done; it comes back as it is."""
        self._done += made.state is not TitleState.KEPT
        self._failed += not made.is_good
        self._report.diagnostics(made.diagnostics)
        details = {"pages": made.pages, "slides": made.slides, "words": made.words}
        self._report.say(
            _format_title(made),
            "title",
            name=made.name,
            state=str(made.state),
            reason=made.reason,
            outputs=list(made.outputs),
            seconds=round(made.seconds, 3),
            memory=made.memory,
            **details,
        )
        self._show()
        return made

    def _show(self) -> None:
        """How far it is, and how long it still takes at this pace."""
        if self._done == 0:
            self._report.status(f"{self._whole} titles …")
            return
        pace = (time.monotonic() - self._start) / self._done
        failed = f", {self._failed} failed" if self._failed else ""
        left = _format_time((self._whole - self._done) * pace)
        self._report.status(f"{self._done} of {self._whole} titles{failed}, about {left} remaining …")


def _format_title(made: TitleResult) -> str:
    """A title in one line."""
    amounts = ((made.pages, "pages"), (made.slides, "slides"), (round(made.seconds, 1), "s"))
    told = ", ".join(f"{number} {unit}" for number, unit in amounts if number)
    why = f": {made.reason}" if made.reason and not made.diagnostics else ""
    return f"{made.name}  {made.state}{f' ({told})' if told else ''}{why}"


def _format_time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
