"""Run the commands of a `console` block and compare their output."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.forked_program import run_program

PROGRAMS = ("triptych", "python", "cd", "ls", "cat", "mkdir", "cp")
_ANY = "…"
_SECONDS = 240
_SHELL_SYNTAX = re.compile(r"[|&;<>`$*?]")
_VARIABLE = re.compile(r"[A-Z_]+=")


class Mismatch(Exception):
    """Raised if a command cannot be run, fails, or prints other output than the page shows."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command with the output that the page shows; ``line`` counts from 0 within the block."""

    text: str
    output: str
    line: int


def commands_in(block: str) -> Iterator[Command]:
    """Split a block into commands and their output; a line that ends with a backslash continues."""
    lines = block.split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    if "".join(lines[: starts[0] if starts else len(lines)]).strip():
        raise Mismatch("the first line of a console block is not a command such as `$ triptych build`")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        first = start
        text = lines[start].removeprefix("$ ")
        while text.endswith("\\") and start + 1 < end:
            start += 1
            text = text.removesuffix("\\") + lines[start].strip()
        yield Command(text.strip(), "\n".join(lines[start + 1 : end]).strip("\n"), first)


class Console:
    """A shell for the few programs that the guide uses; it stays in the folder of the last `cd`."""

    def __init__(self, folder: Path) -> None:
        self.top = folder.resolve()
        self.folder = self.top

    def run(self, command: Command, exit_code: int = 0) -> None:
        """Run a command. Raise Mismatch if the exit code or the output differs."""
        variables, words = self._split(command.text)
        if words[0] == "cd":
            self._change_folder(words)
            return
        result = self._run(words, self._environment() | variables)
        if result.returncode != exit_code:
            raise Mismatch(
                f"`{command.text}` ended with exit code {result.returncode}, not {exit_code}:\n{result.stdout}"
            )
        if command.output and not matches(command.output, result.stdout):
            raise Mismatch(
                f"`{command.text}` printed something else; the page has:\n{command.output}\n"
                f"--- the output is:\n{result.stdout}"
            )

    def _run(self, words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        if words[0] == "triptych":
            return run_program(words[1:], self.folder, environment, _SECONDS)
        return subprocess.run(
            words,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )

    def _split(self, text: str) -> tuple[dict[str, str], list[str]]:
        if result := _SHELL_SYNTAX.search(text):
            raise Mismatch(f'`{text}`: "{result.group()}" is not supported; write one plain command a line')
        words = shlex.split(text)
        count = next((place for place, word in enumerate(words) if not _VARIABLE.match(word)), len(words))
        variables = dict(word.split("=", 1) for word in words[:count])
        if not words[count:] or words[count] not in PROGRAMS:
            allowed = ", ".join(PROGRAMS)
            raise Mismatch(f'`{text}` needs the comment "not run: reason"; only these are run: {allowed}')
        return variables, words[count:]

    def _change_folder(self, words: list[str]) -> None:
        folder = (self.folder / words[1]).resolve() if len(words) == 2 else self.top
        if not folder.is_dir() or not folder.is_relative_to(self.top):
            raise Mismatch(f"`{shlex.join(words)}`: no such folder")
        self.folder = folder

    def _environment(self) -> dict[str, str]:
        """Return the environment of a new user: the program on the path, no settings, no network."""
        kept = {name: os.environ[name] for name in ("TMPDIR", "XDG_DATA_HOME") if name in os.environ}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        home = self.top.parent / f"{self.top.name}-home"
        home.mkdir(exist_ok=True)
        proxy = "http://127.0.0.1:9"  # the discard port, on which nothing listens
        network = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), proxy)
        return {"PATH": path, "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "dumb", **network, **kept}


def matches(expected: str, actual: str) -> bool:
    """Compare an output with a page, ignoring trailing spaces and outer empty lines."""
    text = _tidy(actual)
    pattern = ""
    for line in _tidy(expected).split("\n"):
        if line.strip() == _ANY:
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, line.split(_ANY))) + r"\n"
    return re.fullmatch(pattern, f"{text}\n") is not None


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
