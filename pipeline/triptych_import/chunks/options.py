"""Blocks of code that Quarto and knitr run: what their options say, and those of the whole document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from triptych.reading.code_cells import OPTION, arguments, cell_options, named
from triptych_import.markdown.masking import Line, code_blocks

_CHUNK = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*\{[ \t]*([A-Za-z][\w+-]*+)([^}]*+)\}[ \t]*$")
_SET = re.compile(r"\bopts_chunk\$set\s*\(((?:[^()\"']|\"[^\"]*\"|'[^']*'|\([^()]*\))*)\)")
_BEGIN = re.compile(r"\bopts_chunk\$set\b")
_LONGEST = 5000  # characters of such a call
_TABLE = re.compile(r"\bcaption\s*=\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_PATH = r"[\"'][^\"']+[\"']"
_GRAPHICS = re.compile(
    rf"(?:knitr::)?include_graphics\(\s*(?:c\(([^()]*)\)|({_PATH}))[^()]*\)"
    rf"|Image\((?:filename\s*=\s*)?({_PATH})[^()]*\)"
)
_STRING = re.compile(r"[\"']([^\"']+)[\"']")
_NO = ("FALSE", "F", "false", "no", "hide")
# Statements that show nothing by themselves, in R and in Python.
_SILENT = re.compile(
    r"(?:library\(|require\(|source\(|set\.seed\(|options\(|(?:ggplot2::)?theme_set\(|knitr::opts|rm\(|data\("
    r"|import\s|from\s|def\s|@|plt\.style|np\.random\.seed|[\w.$:\[\]\"',\s]+(?:<-|<<-|=(?!=)))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A block of code that is run: where it stands, its language, what its options say, its code.

    ``option_lines`` are the lines of the text that hold options, ``opening`` is where its first line ends.
    """

    start: int
    opening: int
    end: int
    indent: str
    mark: str
    language: str
    header: str
    options: Mapping[str, str]
    option_lines: tuple[Line, ...]
    code: str

    def get(self, *names: str) -> str:
        """What the first of some options says that says anything."""
        return next((self.options[name] for name in names if self.options.get(name)), "")

    def refuses(self, name: str) -> bool:
        """Whether an option says no."""
        return self.options.get(name, "") in _NO

    @property
    def shows_output(self) -> bool:
        """Whether anything that it prints or draws is to be seen."""
        return not any(self.refuses(name) for name in ("include", "eval", "output"))

    @property
    def is_silent(self) -> bool:
        """Whether it only gets ready: it loads, sets and defines."""
        depth, goes_on = 0, False
        for line in self.code.splitlines():
            bare = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", line).rstrip()
            if not bare:
                continue
            begins = not depth and not goes_on and not bare.startswith((" ", "\t", ")", "]", "}"))
            if begins and not _SILENT.match(line):
                return False
            depth = max(0, depth + sum(map(bare.count, "([{")) - sum(map(bare.count, ")]}")))
            goes_on = bool(re.search(r"(?:%>%|\|>|[-+~,=]|%in%)$", bare))
        return True

    @property
    def label(self) -> str:
        """The name that references use, without the prefix of its kind."""
        return re.sub(r"^(?:fig|tbl|lst)-", "", self.get("label"))

    @property
    def caption(self) -> str:
        """What its options, or else its code, say of its figure or table."""
        caption = self.get("fig-cap", "tbl-cap", "lst-cap")
        table = _TABLE.search(self.code) if not caption else None
        return " ".join((table.group(1)[1:-1] if table else caption).split())

    @property
    def pictures(self) -> list[str]:
        """The picture files that are all it shows."""
        lines = [
            line for line in self.code.splitlines() if not re.match(r"\s*(#|library\(|import |from )", line)
        ]
        match = _GRAPHICS.fullmatch("\n".join(lines).strip())
        return _STRING.findall(next(group for group in match.groups() if group)) if match else []


def chunks(lines: list[Line], defaults: Mapping[str, str]) -> Iterator[Chunk]:
    """The chunks of a text; what one sets as defaults holds for those behind it."""
    in_force = dict(defaults)
    for block in code_blocks(lines):
        match = _CHUNK.match(block.opening.text)
        if match is None:
            continue
        options = [item for item in block.code if OPTION.match(item.text)]
        indent, mark, language, header = match.groups()
        chunk = Chunk(
            start=block.opening.begin,
            opening=block.opening.end,
            end=block.end,
            indent=indent,
            mark=mark,
            language=language.lower(),
            header=header,
            options={**in_force, **cell_options(header, (item.text for item in options))},
            option_lines=tuple(options),
            code="\n".join(item.text for item in block.code if not OPTION.match(item.text)),
        )
        yield chunk
        if not chunk.refuses("eval"):
            in_force |= defaults_in_code(chunk.code)


def defaults_in_code(code: str) -> dict[str, str]:
    """What ``knitr::opts_chunk$set(…)`` says in some R code."""
    options: dict[str, str] = {}
    code = re.sub(r"^[ \t]*#.*$", "", code, flags=re.MULTILINE)
    for begin in _BEGIN.finditer(code):
        if match := _SET.match(code, begin.start(), begin.start() + _LONGEST):
            options |= arguments(" ".join(match.group(1).split()))
    return options


def defaults_in_settings(*settings: Mapping[str, Any]) -> dict[str, str]:
    """What ``execute:`` and ``knitr: opts_chunk:`` say in settings and heads, the later ones first."""
    merged: dict[str, str] = {}
    for values in settings:
        execute, knitr = values.get("execute"), values.get("knitr")
        options = knitr.get("opts_chunk") if isinstance(knitr, Mapping) else None
        for found in (options, execute):
            merged |= named(found) if isinstance(found, Mapping) else {}
    return merged
