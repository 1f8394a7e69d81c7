"""``triptych inspect --talks``: what is said to each slide of the built decks, and how long it takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from triptych.project import BUILD_FOLDER, Project

if TYPE_CHECKING:
    from triptych.checks.deck.talk import Talk
    from triptych.settings.manifest import Manifest

_TITLE = 60  # characters of a title


def show_talks(
    ctx: click.Context, project: Project, profiles: tuple[str, ...], only: str | None, *, as_json: bool
) -> None:
    """Print the talks of a project that have been built: the book's own, then those under ``talks:``.

    With a name, ``only`` that of the manifest's talks.
    """
    from triptych.cli.reports.report import Reporter
    from triptych.cli.surroundings import ExitCode
    from triptych.settings.reading import read_manifest

    manifest, _, found = read_manifest(project, profiles, only or "")
    unknown = [finding for finding in found if finding.code == "MAN007"]
    if manifest is None or unknown:
        Reporter(root=project.root).diagnostics(unknown or found)
        ctx.exit(ExitCode.SOURCE)
    names = ("", *manifest.talks) if only is None else (only,)
    built = {name: (one, talk) for name, one, talk in _built(project, profiles, names)}
    if as_json:
        told = {
            name: {"pace": one.talk.pace, **talk.to_json(one.talk.pace)}
            for name, (one, talk) in built.items()
        }
        click.echo(json.dumps({"talks": told}, ensure_ascii=False))
        return
    if not built:
        command = f"triptych build --talk {only}" if only else "triptych build"
        click.echo(f"No deck found: run `{command}` first.")
    for place, (one, talk) in enumerate(built.values()):
        if place:
            click.echo()
        _print(one, talk)


def _built(
    project: Project, profiles: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[tuple[str, Manifest, Talk]]:
    from triptych.checks.deck.package import Unreadable
    from triptych.checks.deck.talk import read_talk
    from triptych.languages.labels import load_labels
    from triptych.settings.reading import read_manifest

    for name in names:
        manifest, _, _ = read_manifest(project, profiles, name)
        path = manifest and project.root / BUILD_FOLDER / manifest.file_name("pptx")
        if manifest and path and path.is_file():
            try:
                yield name, manifest, read_talk(path.read_bytes(), load_labels(manifest.language))
            except Unreadable:
                click.echo(f"{path.name}: the file is damaged; run `triptych check` for details", err=True)


def _print(manifest: Manifest, talk: Talk) -> None:
    """A line for each slide that is shown, the sum, and what is hidden."""
    from triptych.languages.numerals import format_clock

    pace, minutes = manifest.talk.pace, manifest.talk.minutes
    click.echo(f"{manifest.file_name('pptx')}, at {pace} words per minute")
    for slide in talk.seen:
        title = slide.title if len(slide.title) <= _TITLE else f"{slide.title[: _TITLE - 1]}…"
        click.echo(
            f"{slide.number:>4}  {title:<{_TITLE}}  {slide.words:>5}  {format_clock(slide.minutes(pace)):>6}"
        )
    limit = f" of {minutes:g} min" if minutes else ""
    summed = f"{len(talk.seen)} slides"
    click.echo(f"      {summed:<{_TITLE}}  {talk.words:>5}  {format_clock(talk.words / pace):>6}{limit}")
    if talk.hidden:
        click.echo(f"      {len(talk.hidden)} hidden backup slides:")
        for slide in talk.hidden:
            click.echo(f"{slide.number:>4}  {slide.title}")
