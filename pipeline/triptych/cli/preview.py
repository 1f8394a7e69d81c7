"""Show the outputs in a browser and rebuild them after each change: ``triptych preview``."""

from __future__ import annotations

import errno
import os
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
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
    trust_option,
)
from triptych.cli.report import Reporter
from triptych.diagnostics import Diagnostic
from triptych.formats import OutputFormat

if TYPE_CHECKING:
    from triptych.preview.navigation import Navigator
    from triptych.preview.serving import PreviewServer
    from triptych.preview.state import OutputFile, SharedState

DEFAULT_PORT = 4200
_MAX_PORTS = 20  # number of ports to try, from ``DEFAULT_PORT``


def server_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of commands that serve pages to a browser: the address, and whether to open it."""
    host = click.option(
        "--host",
        default="127.0.0.1",
        show_default=True,
        metavar="HOST",
        help="Loopback address to listen on.",
    )
    port = click.option(
        "--port",
        type=click.IntRange(0, 65535),
        metavar="N",
        show_default=f"the first free one from {DEFAULT_PORT}",
        help="Port to listen on.",
    )
    in_browser = click.option(
        "--open/--no-open",
        "in_browser",
        default=None,
        show_default="open on a desktop",
        help="Open a browser.",
    )
    return host(port(in_browser(command)))


@click.command()
@project_argument
@formats_option("Comma-separated outputs: pdf, epub, pptx.")
@profile_option
@server_options
@click.option(
    "--editor",
    metavar="COMMAND",
    show_default="$VISUAL or $EDITOR",
    help="Editor that opens when you click a word: a program such as `code`, or a command with {path}, "
    "{line} and {column}.",
)
@limits_option("trusted")
@trust_option
@cache_option
@reporting_options(with_reports=False)
def preview(
    folder: Path,
    formats: tuple[OutputFormat, ...] | None,
    profiles: tuple[str, ...],
    host: str,
    port: int | None,
    in_browser: bool | None,
    editor: str | None,
    trusted: bool,
    runs_filters: bool,
    cache: CacheLocation,
    report: Reporter,
) -> None:
    """Show the outputs in a browser and rebuild them when a file changes.

    The e-book is updated first, then the PDF and the slides. Findings are shown on the page and in the
    terminal. If an output fails to build, its last valid version stays on screen. Click a word to open its
    source line in the editor. Press Ctrl-C to stop.

    \b
    Example:
      triptych preview my-report --to epub
    """
    from triptych.engine.garbage_collection import pause_garbage_collection
    from triptych.preview.building import PreviewBuilder
    from triptych.preview.editors import choose_editor
    from triptych.preview.navigation import Navigator
    from triptych.preview.state import SharedState

    shared_state = SharedState()
    navigator = Navigator(folder.absolute(), shared_state, choose_editor(editor, os.environ))
    server = start_server(shared_state, host, port, navigator)
    builder = PreviewBuilder(
        folder,
        shared_state,
        _LockedReporter(report),
        formats=formats,
        profiles=profiles,
        trusted=trusted,
        runs_filters=runs_filters,
        cache_folder=cache.folder,
    )
    report.print_message(f"Preview at {server.url} (press Ctrl-C to stop)", "serving", url=server.url)
    builder.start()
    open_browser(server.url, in_browser)
    try:
        with pause_garbage_collection():
            server.serve_forever()
    finally:
        shared_state.close_preview()
        builder.close()
        navigator.close()
        server.server_close()
        report.write_event("stopped")


def start_server(
    shared_state: SharedState,
    host: str,
    port: int | None,
    navigator: Navigator,
    save_times: Callable[[Sequence[int]], None] | None = None,
) -> PreviewServer:
    """Return a server on ``port`` or, if it is None, on the first free port from ``DEFAULT_PORT``."""
    from triptych.preview.serving import NotLoopbackError, PreviewServer

    ports = range(DEFAULT_PORT, DEFAULT_PORT + _MAX_PORTS) if port is None else (port,)
    for number in ports:
        try:
            return PreviewServer(shared_state, host, number, navigator, save_times)
        except NotLoopbackError:
            raise click.UsageError(
                f"{host} is not a loopback address, so other machines could open the preview. "
                "To open it from another machine, forward the port with `ssh -L`."
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise click.UsageError(f"Cannot listen on {host}: {error.strerror or error}.") from None
    ports_in_use = (
        f"port {port} is"
        if port is not None
        else f"ports {DEFAULT_PORT} to {DEFAULT_PORT + _MAX_PORTS - 1} are"
    )
    raise click.UsageError(f"{ports_in_use.capitalize()} in use. Choose another port with --port.")


def open_browser(url: str, in_browser: bool | None) -> None:
    """Open a page in a browser; if ``in_browser`` is None, only on a desktop."""
    if in_browser or (in_browser is None and _can_open_browser()):
        webbrowser.open(url)


def _can_open_browser() -> bool:
    """Return whether a graphical browser can be opened. A text browser would occupy the terminal."""
    screen = sys.platform in ("darwin", "win32") or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}
    return bool(screen) and sys.stdout.isatty()


class _LockedReporter:
    """Reports the progress of builds that run in several threads."""

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
