"""Show the outputs in a browser and rebuild them after each change: ``triptych preview``."""

from __future__ import annotations

import errno
import os
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triptych.cli.options import (
    CacheLocation,
    cache_option,
    formats_option,
    limits_option,
    profile_option,
    project_argument,
    reporting_options,
)
from triptych.cli.report import Reporter
from triptych.diagnostics import Diagnostic
from triptych.formats import OutputFormat

if TYPE_CHECKING:
    from triptych.preview.serving import PreviewServer
    from triptych.preview.state import OutputFile, SharedState

DEFAULT_PORT = 4200
_MAX_PORTS = 20  # number of ports that are tried, from ``DEFAULT_PORT``


@click.command()
@project_argument
@formats_option("Comma-separated outputs: pdf, epub, pptx.")
@profile_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Loopback address to listen on."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    show_default=f"the first free one from {DEFAULT_PORT}",
    help="Port to listen on.",
)
@click.option(
    "--open/--no-open",
    "in_browser",
    default=None,
    show_default="open on a desktop",
    help="Open a browser.",
)
@limits_option("trusted")
@cache_option
@reporting_options
def preview(
    folder: Path,
    formats: tuple[OutputFormat, ...] | None,
    profiles: tuple[str, ...],
    host: str,
    port: int | None,
    in_browser: bool | None,
    trusted: bool,
    cache: CacheLocation,
    report: Reporter,
) -> None:
    """Show the outputs in a browser and rebuild them when a file changes.

    The e-book is updated first, then the PDF and the slides. Findings are shown on the page and in the
    terminal. An output with errors keeps its last good version. Press Ctrl-C to stop.

    \b
    Example:
      triptych preview my-report --to epub
    """
    from triptych.engine.garbage_collection import pause_garbage_collection
    from triptych.preview.building import PreviewBuilder
    from triptych.preview.state import SharedState

    shared = SharedState()
    server = _start_server(shared, host, port)
    builder = PreviewBuilder(
        folder,
        shared,
        _LockedReporter(report),
        formats=formats,
        profiles=profiles,
        trusted=trusted,
        cache_folder=cache.folder,
    )
    report.print_message(f"Preview at {server.url} (press Ctrl-C to stop)", "serving", url=server.url)
    builder.start()
    if in_browser or (in_browser is None and _can_open_browser()):
        webbrowser.open(server.url)
    try:
        with pause_garbage_collection():
            server.serve_forever()
    finally:
        shared.close_preview()
        builder.close()
        server.server_close()
        report.write_event("stopped")


def _start_server(shared: SharedState, host: str, port: int | None) -> PreviewServer:
    """Return a server on ``port``. If it is None, use the first free port from ``DEFAULT_PORT``."""
    from triptych.preview.serving import NotLoopback, PreviewServer

    ports = range(DEFAULT_PORT, DEFAULT_PORT + _MAX_PORTS) if port is None else (port,)
    for number in ports:
        try:
            return PreviewServer(shared, host, number)
        except NotLoopback:
            raise click.UsageError(
                f"{host} is not a loopback address, so other machines could open the preview. "
                "To open it from another machine, forward the port with `ssh -L`."
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise click.UsageError(f"Cannot listen on {host}: {error.strerror or error}.") from None
    taken = (
        f"port {port} is"
        if port is not None
        else f"ports {DEFAULT_PORT} to {DEFAULT_PORT + _MAX_PORTS - 1} are"
    )
    raise click.UsageError(f"{taken.capitalize()} in use. Choose another port with --port.")


def _can_open_browser() -> bool:
    """Return whether a graphical browser can be opened. A text browser would occupy the terminal."""
    screen = sys.platform in ("darwin", "win32") or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}
    return bool(screen) and sys.stdout.isatty()


class _LockedReporter:
    """Reports the progress of builds from several threads."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._lock = threading.Lock()

    def receive_findings(self, findings: list[Diagnostic]) -> None:
        """Report the findings of a build stage."""
        with self._lock:
            self._report.report_findings(findings)

    def receive_output(self, output: OutputFile) -> None:
        """Report that an output was updated."""
        with self._lock:
            words = f"{output.name}  updated in {output.seconds:.2f} s"
            self._report.print_message(words, "updated", name=output.name, seconds=round(output.seconds, 3))

    def receive_failure(self, reason: str) -> None:
        """Report that a build ended with an exception."""
        with self._lock:
            self._report.write_event("failed", reason=reason)
            if not self._report.as_json:
                click.echo(f"error: {reason}", err=True)
