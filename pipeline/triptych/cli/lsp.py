"""Run the language server (LSP): ``triptych lsp``."""

from __future__ import annotations

import gc
import logging
import os
import sys

import click

from triptych.cli.lifecycle import ExitCode


@click.command()
@click.option("--stdio", is_flag=True, help="Use stdin and stdout (the default; accepted for compatibility).")
@click.option("--log", is_flag=True, help="Log each request to standard error.")
def lsp(stdio: bool, log: bool) -> None:
    """Run the language server (LSP over stdin and stdout).

    Your editor starts the server, which provides diagnostics, completion, hover, go to definition and
    rename. To set up an editor, see `triptych docs`.

    \b
    Example:
      triptych lsp
    """
    from triptych.engine.extras import get_install_command, is_installed

    if not is_installed("lsp"):
        click.echo("error: the language server needs packages that are not installed", err=True)
        click.echo(f"  hint: install them with `{get_install_command('lsp')}`", err=True)
        sys.exit(ExitCode.ENVIRONMENT)
    from triptych.lsp.server import serve

    logging.basicConfig(level=logging.INFO if log else logging.ERROR, stream=sys.stderr, force=True)
    # Output of libraries and programs must not interfere with the protocol.
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    gc.enable()
    gc.freeze()
    serve(sys.stdin.buffer, stdout)
