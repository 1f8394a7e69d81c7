"""Rehearse a talk in a browser and record the time of each slide: ``triptych rehearse``."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triptych.cli.options import profile_option, project_argument
from triptych.cli.preview import open_browser, server_options, start_server
from triptych.project import Project

if TYPE_CHECKING:
    from triptych.preview.state import SharedState


@click.command()
@project_argument
@profile_option
@click.option("--talk", default="", metavar="NAME", help="Rehearse a talk listed under `talks:`.")
@server_options
@click.pass_context
def rehearse(
    ctx: click.Context,
    folder: Path,
    profiles: tuple[str, ...],
    talk: str,
    host: str,
    port: int | None,
    in_browser: bool | None,
) -> None:
    """Rehearse a talk in a browser and record the time of each slide.

    The page shows the current and the next slide of the built deck, the notes, and the elapsed and
    planned time of the slide. Use the arrow keys or the space bar to move, P to pause, R to restart,
    and Esc to end the rehearsal and save the times in talk-times.csv, which `triptych inspect --talks`
    uses. Press Ctrl-C to stop.

    \b
    Example:
      triptych rehearse my-report
    """
    from triptych.checks.deck.talk_times import FILE_NAME, update_talk_times
    from triptych.cli.inspect import read_built_talks, read_talk_manifest, read_talk_times_file
    from triptych.engine.publication import publish_files
    from triptych.preview.navigation import Navigator
    from triptych.preview.outputs import read_slides
    from triptych.preview.state import OutputFile, SharedState

    project = Project(folder)
    read_talk_manifest(ctx, project, profiles, talk)
    built = next(read_built_talks(project, profiles, (talk,)), None)
    if built is None:
        command = f"triptych build --talk {talk}" if talk else "triptych build --to pptx"
        raise click.UsageError(f"No deck found: run `{command}` first.")
    _, path, manifest, spoken, data = built
    visible = spoken.visible_slides
    pace = manifest.talk.pace

    def save_times(seconds: Sequence[int]) -> None:
        times = {slide.title: count for slide, count in zip(visible, seconds, strict=True) if count}
        titles = [slide.title for slide in visible]
        text = update_talk_times(read_talk_times_file(project), talk, titles, times)
        publish_files({project.root / FILE_NAME: text.encode()})

    shared_state = SharedState()
    shared_state.update_state(
        title=path.name,
        slides=read_slides(data),
        planned_seconds=tuple(round(slide.compute_minutes(pace) * 60) for slide in visible),
        outputs={"pptx": OutputFile.from_data(path.name, data, 0.0)},
    )
    navigator = Navigator(folder.absolute(), shared_state, "")
    server = start_server(shared_state, host, port, navigator, save_times)
    url = f"{server.url}presenter"
    click.echo(f"Rehearsal at {url} (press Ctrl-C to stop)")
    threading.Thread(target=_draw_slides, args=(shared_state, data), daemon=True).start()
    open_browser(url, in_browser)
    try:
        server.serve_forever()
    finally:
        shared_state.close_preview()
        navigator.close()
        server.server_close()


def _draw_slides(shared_state: SharedState, data: bytes) -> None:
    """Draw the slides with LibreOffice. Without it, or if it fails, the page shows their text."""
    from triptych.engine.processes.programs import ProgramError
    from triptych.preview.slide_images import find_libreoffice, render_slides

    program = find_libreoffice()
    if program is None:
        return
    with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as folder:
        try:
            shared_state.update_state(slide_images=render_slides(data, program, Path(folder), frozenset()))
        except (ProgramError, OSError) as error:
            click.echo(f"the slides are shown as text: {error}", err=True)
