"""Open a source file at a line in the user's editor."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import quote

from triptych.preview.source_lines import SourcePlace

_VSCODE = ("-g", "{path}:{line}:{column}")
_JETBRAINS = ("--line", "{line}", "--column", "{column}", "{path}")
_PLACE = ("{path}:{line}:{column}",)
# The arguments of graphical editors, by program name.
_ARGUMENTS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(
        ("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron", "trae"), _VSCODE
    ),
    **dict.fromkeys(("subl", "sublime_text", "zed", "zeditor", "zedit", "lapce"), _PLACE),
    **dict.fromkeys(
        ("idea", "pycharm", "webstorm", "goland", "clion", "rubymine", "phpstorm", "rider", "fleet"),
        _JETBRAINS,
    ),
    "kate": ("--line", "{line}", "--column", "{column}", "{path}"),
    "gedit": ("+{line}:{column}", "{path}"),
    "mate": ("--line", "{line}:{column}", "{path}"),
    "bbedit": ("+{line}", "{path}"),
    "notepad++": ("-n{line}", "-c{column}", "{path}"),
    **dict.fromkeys(("gvim", "mvim", "vimr"), ("+call cursor({line},{column})", "{path}")),
    "emacsclient": ("-n", "+{line}:{column}", "{path}"),
}
# Editors that need a terminal, which a server cannot start.
_TERMINAL_ARGUMENTS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("vi", "vim", "nvim"), ("+{line}", "{path}")),
    **dict.fromkeys(("nano", "pico"), ("+{line},{column}", "{path}")),
    **dict.fromkeys(("hx", "helix", "micro"), ("{path}:{line}:{column}",)),
    "emacsclient": ("+{line}:{column}", "{path}"),
    **dict.fromkeys(("emacs", "kak", "joe", "mg", "jed"), ("+{line}", "{path}")),
}
_TERMINAL_OPTIONS = frozenset(("-nw", "-t", "--tty", "--no-window-system"))
_PLACEHOLDER = "{path}"


@dataclass(frozen=True, slots=True)
class EditorCommand:
    """A command that opens a file at a line. ``can_start`` is False if the editor needs a terminal."""

    arguments: tuple[str, ...]
    can_start: bool

    @property
    def text(self) -> str:
        """The command as it would be typed in a shell."""
        return shlex.join(self.arguments)


def choose_editor(option: str | None, environ: Mapping[str, str]) -> str:
    """Return the command of the user's editor, or "" if none is configured."""
    return next(filter(None, (option, environ.get("VISUAL"), environ.get("EDITOR"))), "")


def make_editor_command(editor: str, path: Path, place: SourcePlace) -> EditorCommand | None:
    """Return the command that opens ``path`` at a position, or None if there is no editor.

    ``editor`` is the command of a known editor with any options, or a command with ``{path}`` and,
    optionally, ``{line}`` and ``{column}``. Unknown editors are assumed to need a terminal.
    """
    try:
        words = shlex.split(editor)
    except ValueError:
        return None
    if not words:
        return None
    if _PLACEHOLDER in editor:
        return EditorCommand(_fill_arguments(words, path, place), True)
    name = PurePath(words[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
    can_start = name in _ARGUMENTS and not _TERMINAL_OPTIONS.intersection(words)
    arguments = _ARGUMENTS[name] if can_start else _TERMINAL_ARGUMENTS.get(name, (_PLACEHOLDER,))
    return EditorCommand((*words, *_fill_arguments(arguments, path, place)), can_start)


def start_editor(command: EditorCommand) -> bool:
    """Start an editor without waiting for it, and return whether it could be started."""
    program = shutil.which(command.arguments[0])
    if program is None or not command.can_start:
        return False
    try:
        process = subprocess.Popen(
            [program, *command.arguments[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the preview's terminal does not reach it
        )
    except OSError:
        return False
    threading.Thread(target=process.wait, daemon=True).start()
    return True


def make_editor_url(path: Path, place: SourcePlace) -> str:
    """Return the URL that opens a file at a position in Visual Studio Code."""
    return f"vscode://file{quote(path.as_posix(), safe='/:')}:{place.line}:{place.column}"


def _fill_arguments(arguments: Sequence[str], path: Path, place: SourcePlace) -> tuple[str, ...]:
    values = {"path": str(path), "line": str(place.line), "column": str(place.column)}
    return tuple(
        re.sub(r"\{(path|line|column)\}", lambda name: values[name[1]], argument) for argument in arguments
    )
