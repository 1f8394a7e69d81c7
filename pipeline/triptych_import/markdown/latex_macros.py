r"""Macros that the LaTeX preamble of a book defines, as Markdown where the text uses them.

bookdown and Quarto name the preamble in their settings. A macro such as
``\newcommand{\indexc}[1]{\index{#1@\texttt{#1}}}`` is expanded, and what it is made of becomes Markdown;
of one that is made of unknown commands the words of its arguments stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triptych_import.book import Piece, ReadText, Section
from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown import formulas
from triptych_import.markdown.masking import prose

_IN_SETTINGS = ("in_header", "include-in-header", "header-includes")
_DEFINES = re.compile(
    r"\\(?:(?:re)?newcommand|DeclareRobustCommand|DeclareMathOperator|providecommand)\*?[ \t]*"
    r"\{?[ \t]*\\([A-Za-z]+)[ \t]*\}?[ \t]*(?:\[(\d)\])?[ \t]*(?:\[([^\[\]]*)\])?[ \t]*(?=\{)"
    r"|\\def[ \t]*\\([A-Za-z]+)((?:#\d)*)(?=\{)"
)
_OPERATOR = re.compile(r"\\DeclareMathOperator(\*?)")  # with a star, its limits are above and below it
_HEADERS = (".tex", ".sty", ".html", ".js", ".jax")
_MATHJAX = re.compile(r"\b[Mm]acros[\"']?\s*:\s*\{")
_STRING = r"(\"(?:\\.|[^\"\\])*+\"|'(?:\\.|[^'\\])*+')"
_OF_MATHJAX = re.compile(
    rf"(?:[\s,]|//[^\n]*\n)*+[\"']?([A-Za-z]+)[\"']?\s*:\s*"
    rf"(?:{_STRING}|\[\s*{_STRING}\s*(?:,\s*(\d)\s*)?(?:,\s*{_STRING}\s*)?\])"
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?[ \t]*")
_CALL = re.compile(r"\\([A-Za-z]+)\*?")
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?[ \t]*|\\([^A-Za-z])|([{}~$])|[^\\{}~$]+|\\", re.DOTALL)
_OPTIONAL = re.compile(r"\[((?:[^\[\]\n]|\n(?![ \t]*\n))*+)\]")
_TYPED = re.compile(r"\\([#$%&_{}])|\\text(?:normal|rm)?\{([^{}]*)\}")
_LONGEST = 2000  # characters that a call may grow to
_DEEPEST = 20
_MOST_COMMANDS = 2000  # that a call may contain, since macros that use macros can multiply without end

# How Markdown says what a command does; #1 is its first argument.
_MARKDOWN = {
    **dict.fromkeys("mbox hbox fbox text textrm textsf textnormal textup textmd".split(), "#1"),
    **dict.fromkeys("textcolor colorbox raisebox parbox".split(), "#2"),
    **dict.fromkeys(("emph", "textit", "textsl"), "*#1*"),
    **dict.fromkeys(("underline", "uline"), "[#1]{.underline}"),
    **dict.fromkeys(("sout", "st"), "~~#1~~"),
    "textbf": "**#1**", "textsc": "[#1]{.smallcaps}", "textsuperscript": "^#1^", "textsubscript": "~#1~",
    "enquote": "“#1”", "footnote": "^[#1]", "href": "[#2](#1)", "fcolorbox": "#3",
    **dict.fromkeys("quad qquad newline par hspace".split(), " "),
    **dict.fromkeys(
        "protect strut vspace color xspace relax ignorespaces unskip noindent centering itshape bfseries"
        " ttfamily sffamily small footnotesize scriptsize large normalsize selectfont".split(), "",
    ),
    "LaTeX": "LaTeX", "TeX": "TeX", "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–",
    "textemdash": "—", "textbackslash": "\\\\", "textasciitilde": "\\~", "textasciicircum": "\\^",
    "textbar": "\\|", "textless": "\\<", "textgreater": "\\>", "textquotesingle": "'", "copyright": "©",
    "textregistered": "®", "texttrademark": "™", "S": "§", "P": "¶", "pounds": "£", "euro": "€",
    "degree": "°", "textdegree": "°",
}  # fmt: skip
_WITH_LENGTH = frozenset(("hspace", "vspace", "color"))  # whose argument is no text
_SIGNS = {",": "\u202f", "-": "", "/": "", " ": " ", "\\": " ", "@": ""}
_CODE = frozenset(("texttt", "code", "url", "path", "lstinline", "verb"))
# What is said in Markdown without being defined; what stands in an entry of the index stays there.
_IN_TEXT = frozenset("index mbox textbf emph textit textsc texttt underline enquote".split())


@dataclass(frozen=True, slots=True)
class Macro:
    """How many arguments a macro takes, the value of the first where it may be left out, and its body."""

    arguments: int
    default: str | None
    body: str


class _UnknownCommand(Exception):
    """A macro is made of a command that has no equal in Markdown."""


def preamble(settings: Sequence[Mapping[str, Any]], read: ReadText) -> str:
    """The LaTeX that the settings of a book, or files named there, put before its text."""
    return "\n".join(text for one in settings for text in _headers(one, read))


def _headers(value: Any, read: ReadText, within: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _headers(inner, read, within or key in _IN_SETTINGS)
    elif isinstance(value, list):
        for inner in value:
            yield from _headers(inner, read, within)
    elif within and isinstance(value, str):
        text = value if "\\" in value else (read(value) or "") if value.endswith(_HEADERS) else ""
        yield "\n".join(_of_mathjax(text)) if _MATHJAX.search(text) else text


def _of_mathjax(text: str) -> Iterator[str]:
    """Macros that a script gives MathJax, ``macros: {E: "…", bs: ["…#1…", 1]}``, as definitions of LaTeX."""
    start = _MATHJAX.search(text)
    position = start.end() if start else len(text)
    while match := _OF_MATHJAX.match(text, position):
        name, alone, body, count, default = match.groups()
        tex = _unquoted(alone or body)
        arguments = (f"[{count}]" if count else "") + (f"[{_unquoted(default)}]" if count and default else "")
        yield f"\\newcommand{{\\{name}}}{arguments}{{{tex}}}"
        position = match.end()


def _unquoted(string: str) -> str:
    """Return the text of a JavaScript string literal."""
    return re.sub(r"\\(.)", r"\1", string[1:-1])


def definitions(text: str) -> dict[str, Macro]:
    """The macros that a preamble defines; of two definitions the last counts."""
    text = _COMMENT.sub("", text)
    found = {}
    for match in _DEFINES.finditer(text):
        body = _group(text, match.end())
        if body is None:
            continue
        name, count = match.group(1) or match.group(4), match.group(2) or (match.group(5) or "")[-1:]
        operator = _OPERATOR.match(match.group())
        shown = f"\\operatorname{operator.group(1)}{{{body[0]}}}" if operator else body[0]
        found[name] = Macro(int(count or 0), match.group(3), shown)
    return found


def with_macros(
    sections: Sequence[Section], macros: Mapping[str, Macro]
) -> tuple[list[Section], list[Finding]]:
    """The sections of a book with the macros of its preamble as Markdown, in formulas as definitions."""
    found: list[Finding] = []
    in_formulas = {
        name: _definition(name, macro)
        for name, macro in macros.items()
        if name not in _MARKDOWN or not macro.arguments  # another \textbf is no mathematics
    }

    def expanded(piece: Piece) -> Draft:
        draft = piece.draft.edited(_calls(piece.draft, macros, found))
        return formulas.with_macros(draft, in_formulas)

    return [section.with_drafts(expanded) for section in sections], found


def _definition(name: str, macro: Macro) -> str:
    count = f"[{macro.arguments}]" if macro.arguments else ""
    default = f"[{macro.default}]" if macro.default is not None else ""
    return f"\\newcommand{{\\{name}}}{count}{default}{{{' '.join(macro.body.split())}}}"


def _calls(draft: Draft, macros: Mapping[str, Macro], found: list[Finding]) -> Iterator[Edit]:
    """Markdown in the place of each call of a macro, and of commands that Markdown has an equal of."""
    if "\\" not in draft.text:
        return
    masked, taken = prose(draft.text), 0
    own = set(re.findall(r"\\(?:re)?newcommand\{?\\([A-Za-z]+)", draft.text))  # pandoc reads these itself
    for match in _CALL.finditer(masked):
        name = match.group(1)
        if match.start() < taken or name in own or not (name in macros or name in _IN_TEXT):
            continue
        reader = _Reader(draft.text, match.end(), macros)
        try:
            new = reader.call(name, 0)
        except _UnknownCommand as unknown:
            new = " ".join(_TYPED.sub(r"\1\2", argument) for argument in reader.arguments)
            what = f"the macro `\\{name}` uses `{unknown}`, which has no Markdown equivalent"
            found.append(draft.finding(match.start(), what, "kept the text of its arguments"))
        taken = reader.position
        if new is not None and name != "index":
            yield Edit(match.start(), taken, new)


class _Reader:
    """Reads TeX from a place on, and says it in Markdown."""

    def __init__(
        self, text: str, position: int, macros: Mapping[str, Macro], left: Iterator[int] | None = None
    ) -> None:
        self.text, self.position, self.macros = text, position, macros
        self.arguments: list[str] = []
        self._left = iter(range(_MOST_COMMANDS)) if left is None else left

    def call(self, name: str, depth: int) -> str | None:
        """What stands for a command whose arguments follow; None where they do not."""
        if depth > _DEEPEST or next(self._left, None) is None:
            raise _UnknownCommand(f"\\{name}")
        macro = self.macros.get(name)
        if macro is None or name in _MARKDOWN or name in _CODE or name == "index":
            return self._known(name, depth)
        self.arguments = []
        if macro.default is not None:
            self.arguments.append(self._optional(macro.default))
        while len(self.arguments) < macro.arguments:
            if (argument := self._argument()) is None:
                return None
            self.arguments.append(argument)
        if not macro.arguments and self._follows("{}"):
            self.position += 2
        tex = _filled(macro.body, self.arguments)
        if len(tex) > _LONGEST:
            raise _UnknownCommand(f"\\{name}")
        return self._nested(tex).markdown(depth + 1)

    def _nested(self, tex: str) -> _Reader:
        return _Reader(tex, 0, self.macros, self._left)

    def markdown(self, depth: int) -> str:
        """The whole text in Markdown. Raises ``_UnknownCommand``."""
        out: list[str] = []
        while match := _TOKEN.match(self.text, self.position):
            self.position = match.end()
            name, sign, mark = match.groups()
            if name:
                new = self.call(name, depth)
                if new is None:
                    raise _UnknownCommand(f"\\{name}")
                out.append(new)
            elif sign:
                out.append(_SIGNS.get(sign, f"\\{sign}"))
            elif mark == "$":
                end = self.text.find("$", self.position)
                if end < 0:
                    raise _UnknownCommand("$")
                out.append(self.text[match.start() : end + 1])
                self.position = end + 1
            elif mark:
                out.append("\\ " if mark == "~" else "")
            else:
                out.append(match.group())
        return "".join(out)

    def _known(self, name: str, depth: int) -> str | None:
        if name == "index":
            start = self.position
            argument = self._argument()
            return None if argument is None else f"\\index{self.text[start : self.position].strip()}"
        if name in _CODE:
            argument = self._argument()
            if argument is None:
                return None
            return _code(name, argument)
        if name == "ensuremath":
            argument = self._argument()
            return None if argument is None else f"${argument}$"
        template = _MARKDOWN.get(name)
        if template is None:
            raise _UnknownCommand(f"\\{name}")
        wanted = max((int(digit) for digit in re.findall(r"#(\d)", template)), default=0)
        raw = [self._argument() for _ in range(wanted)]
        if None in raw:
            return None
        if name in _WITH_LENGTH or (not wanted and self._follows("{}")):
            self._argument()
        shown = [
            argument if name == "href" and not index else self._nested(argument).markdown(depth + 1)
            for index, argument in enumerate(raw)
            if argument is not None
        ]
        return _filled(template, shown)

    def _follows(self, mark: str) -> bool:
        return self.text.startswith(mark, self.position)

    def _optional(self, default: str) -> str:
        match = _OPTIONAL.match(self.text, self.position)
        if match is None:
            return default
        self.position = match.end()
        return match.group(1)

    def _argument(self) -> str | None:
        start = self.position
        while self.text[start : start + 1] in (" ", "\t"):
            start += 1
        group = _group(self.text, start)
        if group is None:
            return None
        self.position = group[1]
        return group[0]


def _filled(body: str, arguments: Sequence[str]) -> str:
    """A body with its arguments in their places."""

    def argument(match: re.Match[str]) -> str:
        number = int(match.group(1))
        return arguments[number - 1] if 0 < number <= len(arguments) else ""

    return re.sub(r"#(\d)", argument, body)


def _code(name: str, argument: str) -> str:
    words = _TYPED.sub(r"\1\2", argument)
    if name == "url":
        return f"<{words}>"
    ticks = "``" if "`" in words else "`"
    gap = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{gap}{words}{gap}{ticks}" if words.strip() else ""


def _group(text: str, start: int) -> tuple[str, int] | None:
    """What stands in the braces that begin at a place, and where they end; None where none are closed."""
    if not text.startswith("{", start):
        return None
    depth = 0
    for match in re.compile(r"\\.|[{}]|\n[ \t]*\n", re.DOTALL).finditer(text, start):
        if match.group() == "{":
            depth += 1
        elif match.group() == "}":
            depth -= 1
            if not depth:
                return text[start + 1 : match.start()], match.end()
    return None
