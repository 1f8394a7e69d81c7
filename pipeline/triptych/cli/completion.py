"""Print a script that completes commands and options in a shell: ``triptych completion``."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
_VARIABLE = "_TRIPTYCH_COMPLETE"  # the variable that click reads, derived from the program name


@click.command()
@click.argument("shell", type=click.Choice(tuple(_SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a shell completion script.

    Save it where the shell looks for completions, and open a new terminal:

    \b
      bash  ~/.local/share/bash-completion/completions/triptych
      zsh   ~/.zfunc/_triptych
      fish  ~/.config/fish/completions/triptych.fish

    If the folder does not exist, create it first.

    \b
    Example:
      mkdir -p ~/.zfunc
      triptych completion zsh > ~/.zfunc/_triptych
    """
    complete = _SHELLS[shell](ctx.find_root().command, {}, "triptych", _VARIABLE)
    # ``source()`` is not used, since it runs bash to find its version.
    click.echo(complete.source_template % complete.source_vars())
