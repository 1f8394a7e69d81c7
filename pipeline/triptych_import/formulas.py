r"""Adapt formulas for pandoc, and expand the LaTeX macros of a book.

The settings of bookdown and Quarto name the LaTeX preamble that defines the macros. A call of a macro such as
``\newcommand{\indexc}[1]{\index{#1@\texttt{#1}}}`` is expanded and converted to Markdown. If the macro uses
unsupported commands, its call is replaced with the text of its arguments.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triptych_import.book import Draft, Edit, ImportFinding, ReadText, SectionFile
from triptych_import.headings import find_headings
from triptych_import.masking import (
    DISPLAYED_FORMULA,
    HIDDEN,
    INLINE_FORMULA,
    LineKind,
    find_code_blocks,
    find_delimiter_pairs,
    find_formulas,
    mask_formulas,
    mask_text,
    scan_lines,
)

_SPACED_FORMULA = re.compile(
    r"(?<![A-Za-z0-9$])\$([ \t]++(?=\S)[^$\n]*+|[^\s$][^$\n]*+(?<=[ \t]))\$(?![A-Za-z0-9$])"
)
_INLINE_FORMULA = re.compile(rf"(?<!\$){INLINE_FORMULA}", re.DOTALL)
_DISPLAYED = re.compile(DISPLAYED_FORMULA, re.DOTALL)
_SEPARATOR = "<!-- -->"  # between a formula and a digit; pandoc does not parse a formula before a digit
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORDS = re.compile(rf"(?=.*\s)(?=.*(?:{_WORD.pattern}))[^\\^_={{}}<>{HIDDEN}]+", re.DOTALL)
_GAP = re.compile(r"\n[ \t]*\n")
_TAG = re.compile(r"<[A-Za-z/][^<>]*>")
_DOLLARS_AROUND_CODE = re.compile(rf"\${HIDDEN}+\$")
_GITHUB = re.compile(r"\$`([^`\n]+)`\$")
# Delimiters of inline formulas, of displayed formulas on separate lines, and of other displayed formulas.
_SINGLE = (r"\\\(", r"\\\)"), (r"^[ \t]*\\\[[ \t]*$", r"^[ \t]*\\\][ \t]*$"), (r"\\\[", r"\\\]")
_DOUBLE = (r"\\\\\(", r"\\\\\)"), (r"\\\\\[", r"\\\\\]")
_TEX = re.compile(r"\\[A-Za-z]|[\^_=]")
_BRACKET_FORMULA = re.compile(r"(?<!\\)\\\((?:(?!\\\)|\n\n).)*\\[A-Za-z]{2}", re.DOTALL)
_LETTER = re.compile(r"\s*\w\s*")
LATEX_COMMANDS = tomllib.loads(Path(__file__).with_name("latex_commands.toml").read_text("utf-8"))
_KATEX_COMMANDS = LATEX_COMMANDS["katex"]
_MARKDOWN = {
    command: markdown
    for markdown, commands in LATEX_COMMANDS["markdown"].items()
    for command in commands.split()
}
_KERN = re.compile(r"\\kern\s*-?[\d.]+\s*(?:em|ex|pt|mu|cm|mm)")
_DEFINITIONS = re.compile(
    r"(?:\s*\\(?:(?:re)?newcommand|providecommand|def|DeclareMathOperator)\b[^\n]*)+\s*"
)
_DEFINITION = re.compile(r"\\(?:re)?newcommand\{?\\([A-Za-z]+)\}?(.*)")
_COLOUR = re.compile(r"\\(?:textcolor|f?colorbox|color|bbox)(?![A-Za-z])")
_FENCE_LINE = re.compile(r"^\$\$[ \t]*$")


def normalise_formulas(draft: Draft) -> Draft:
    """Convert GitHub's formulas to ``$`` syntax, and remove white space that pandoc forbids in formulas."""
    draft = draft.apply_edits([*_convert_math_blocks(draft.text), *_convert_math_in_code(draft.text)])
    draft = draft.apply_edits(_remove_blank_lines(draft.text))
    draft = draft.apply_edits(_trim_formulas(draft.text))
    return draft.apply_edits(_fix_dollar_pairs(draft.text))


def has_bracket_formulas(text: str) -> bool:
    r"""Return whether any ``\( … \)`` contains TeX commands, so that all such brackets are formulas."""
    return "\\(" in text and bool(_BRACKET_FORMULA.search(mask_text(text, escapes=False)))


def convert_bracket_formulas(
    draft: Draft, *, double_backslashes: bool = False, all_brackets: bool = False
) -> Draft:
    r"""Convert formulas in ``\( … \)`` and ``\[ … \]`` to ``$ … $`` and ``$$ … $$``.

    If ``double_backslashes`` is True, the delimiters begin with two backslashes. Unless ``all_brackets`` is
    True, only content that looks like TeX is converted, since the backslash may escape an ordinary bracket.
    """
    prose = mask_text(draft.text, escapes=False)
    edits: list[Edit] = []
    for kind, opening, closing in find_delimiter_pairs(_DOUBLE if double_backslashes else _SINGLE, prose):
        body = prose[opening.end() : closing.start()]
        tex = _TEX.search(body) or (kind == 0 and _LETTER.fullmatch(body))
        if HIDDEN in body or "\n\n" in body or not body.strip() or not (all_brackets or tex):
            continue
        mark = "$$" if kind else "$"
        gap = _SEPARATOR if not kind and prose[closing.end() : closing.end() + 1].isdigit() else ""
        edits.append(Edit(opening.start(), closing.end(), f"{mark}{body.strip()}{mark}{gap}"))
    return draft.apply_edits([*edits, *_escape_bare_dollars(draft.text, edits)])


def _escape_bare_dollars(text: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    """Escape dollar signs that would pair with those of a converted formula in the same paragraph."""
    if not edits or "$" not in text:
        return
    masked = _TAG.sub(lambda match: HIDDEN * len(match.group()), mask_formulas(text))
    gaps = [match.start() for match in _GAP.finditer(text)]
    paragraphs = {bisect_right(gaps, edit.start) for edit in edits}
    for match in re.finditer(r"\$", masked):
        if bisect_right(gaps, match.start()) in paragraphs:
            yield Edit(match.start(), match.start(), "\\")


def _convert_math_blocks(text: str) -> Iterator[Edit]:
    for block in find_code_blocks(scan_lines(text)):
        if block.info == "math":
            for line in filter(None, (block.opening, block.closing)):
                yield Edit(line.end - len(line.text.lstrip()), line.end, "$$")


def _convert_math_in_code(text: str) -> Iterator[Edit]:
    for match in _DOLLARS_AROUND_CODE.finditer(mask_text(text)):
        if code := _GITHUB.fullmatch(text, *match.span()):
            yield Edit(*match.span(), f"${code.group(1).strip()}$")


def _remove_blank_lines(text: str) -> Iterator[Edit]:
    """Remove blank lines from formulas between two ``$$`` lines."""
    waiting: list[Edit] = []
    is_in_formula = False
    for line in scan_lines(text):
        if line.is_prose and _FENCE_LINE.match(line.text):
            if is_in_formula:
                yield from waiting
            is_in_formula, waiting = not is_in_formula, []
        elif is_in_formula and line.kind is LineKind.BLANK:
            waiting.append(Edit(line.start, line.end + 1, ""))
        elif not line.is_prose:
            is_in_formula = is_in_formula and line.kind is LineKind.INDENTED


def _trim_formulas(text: str) -> Iterator[Edit]:
    masked, position = mask_text(text), 0
    while match := _SPACED_FORMULA.search(masked, position):
        body, position = text[slice(*match.span(1))], match.end()
        if _TEX.search(body):
            yield Edit(*match.span(1), body.strip())
        else:  # words between two formulas: the second dollar opens the next one
            position -= 1


def _fix_dollar_pairs(text: str) -> list[Edit]:
    """Return edits that make pandoc pair dollar signs as KaTeX and MathJax do.

    Dollar signs in amounts such as 5$ are escaped. A comment is inserted between a formula and a digit, since
    pandoc does not parse a formula before a digit.
    """
    masked, edits, position = mask_text(text), dict[int, str](), 0
    while match := _INLINE_FORMULA.search(masked, position):
        body, start, last = match.group()[1:-1], match.start(), match.end() - 1
        position = match.end()
        if masked[position : position + 1].isdigit():
            if _is_likely_tex(body):
                edits[position] = _SEPARATOR
            else:
                position = last
            continue
        before = masked[start - 1 : start]
        behind_word = before.isascii() and before.isalnum()
        if not (behind_word or body[0].isdigit()) or not _WORDS.fullmatch(body):
            continue
        other = _INLINE_FORMULA.match(masked, last)
        if not _DISPLAYED.match(masked, last) and not (other and _is_likely_tex(other.group()[1:-1])):
            if not behind_word:
                continue
            edits[last] = "\\"
        edits[start] = "\\"
        for offset in (offset for offset in (start, last) if edits.get(offset) == "\\"):
            masked = f"{masked[:offset]} {masked[offset + 1 :]}"
        position = masked.rfind("\n\n", 0, start) + 1  # earlier dollars may now pair differently
    return [Edit(offset, offset, new) for offset, new in edits.items()]


def _is_likely_tex(body: str) -> bool:
    return bool(_TEX.search(body)) or not (body[0].isdigit() or body[-1] in ",.;:" or _WORD.search(body))


def _unwrap_definitions(text: str) -> Iterator[Edit]:
    """Remove ``$$`` around macro definitions, since pandoc recognises definitions only outside formulas."""
    for start, end in find_formulas(mask_text(text)):
        body = text[start + 2 : end - 2]
        if text.startswith("$$", start) and _DEFINITIONS.fullmatch(body):
            yield Edit(start, end, "\n".join(line.strip() for line in body.split("\n")))


def read_katex_macros(text: str) -> dict[str, str]:
    r"""Return LaTeX definitions by name from a file of KaTeX macros with one ``\name:{body}`` per line."""
    out = {}
    for match in re.finditer(r"^\\([A-Za-z]+):(.+?)[ \t]*$", text, re.MULTILINE):
        name, body = match.group(1), _KERN.sub("", match.group(2))
        out[name] = _format_definition(name, body)
    return out


def _format_definition(name: str, body: str) -> str:
    count = max(re.findall(r"#(\d)", body), default="")
    return f"\\newcommand{{\\{name}}}{f'[{count}]' if count else ''}{{{body}}}"


def select_macros(text: str, macros: Mapping[str, str]) -> list[str]:
    """Return the definitions of macros that a text uses, directly or through other macros."""
    used: set[str] = set()
    waiting = [text]
    while waiting:
        names = set(re.findall(r"\\([A-Za-z]+)", waiting.pop())) & set(macros) - used
        used |= names
        waiting += [macros[name] for name in names]
    return [macros[name] for name in macros if name in used]


def insert_macro_definitions(draft: Draft, macros: Mapping[str, str]) -> Draft:
    """Insert definitions of the macros in a draft's formulas, after the title or else at the start."""
    draft = draft.apply_edits(_unwrap_definitions(draft.text))
    text = draft.text
    formula_text = " ".join(text[start:end] for start, end in find_formulas(mask_text(text)))
    defined = set(re.findall(r"\\(?:re)?newcommand\{?\\([A-Za-z]+)", text))
    defaults = {name: _format_definition(name, body) for name, body in _KATEX_COMMANDS.items()}
    macros = {name: line for name, line in (defaults | dict(macros)).items() if name not in defined}
    used = select_macros(formula_text, macros)
    if not used:
        return draft
    first = next(iter(find_headings(text)), None)
    starts_with_heading = first is not None and not text[: first.start].strip()
    offset = first.end if first is not None and starts_with_heading else 0
    lines = "\n".join(used)
    return draft.apply_edits(
        [Edit(offset, offset, f"\n\n{lines}\n" if starts_with_heading else f"{lines}\n\n")]
    )


def report_formula_colours(draft: Draft) -> Iterator[ImportFinding]:
    """Report each formula that sets a colour, directly or through a macro, since colours are unsupported."""
    text = draft.text
    if not _COLOUR.search(text):
        return
    bodies = {name: body for name, body in _DEFINITION.findall(text) if name != "textcolor"}
    for start, end in find_formulas(mask_text(text)):
        formula = text[start:end]
        colour = _COLOUR.search(" ".join((formula, *select_macros(formula, bodies))))
        if colour and not _DEFINITIONS.fullmatch(formula):
            message = f"`{colour.group()}` in a formula is not supported"
            yield draft.make_finding(start, message, "the formula has no colour")


_HEADER_SETTINGS = ("in_header", "include-in-header", "header-includes")
_DEFINES = re.compile(
    r"\\(?:(?:re)?newcommand|DeclareRobustCommand|DeclareMathOperator|providecommand)\*?[ \t]*"
    r"\{?[ \t]*\\([A-Za-z]+)[ \t]*\}?[ \t]*(?:\[(\d)\])?[ \t]*(?:\[([^\[\]]*)\])?[ \t]*(?=\{)"
    r"|\\def[ \t]*\\([A-Za-z]+)((?:#\d)*)(?=\{)"
)
_OPERATOR = re.compile(r"\\DeclareMathOperator(\*?)")  # with a star, limits are set above and below
_HEADERS = (".tex", ".sty", ".html", ".js", ".jax")
_MATHJAX = re.compile(r"\b[Mm]acros[\"']?\s*:\s*\{")
_STRING = r"(\"(?:\\.|[^\"\\])*+\"|'(?:\\.|[^'\\])*+')"
_MATHJAX_MACROS = re.compile(
    rf"(?:[\s,]|//[^\n]*\n)*+[\"']?([A-Za-z]+)[\"']?\s*:\s*"
    rf"(?:{_STRING}|\[\s*{_STRING}\s*(?:,\s*(\d)\s*)?(?:,\s*{_STRING}\s*)?\])"
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?[ \t]*")
_CALL = re.compile(r"\\([A-Za-z]+)\*?")
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?[ \t]*|\\([^A-Za-z])|([{}~$])|[^\\{}~$]+|\\", re.DOTALL)
_OPTIONAL = re.compile(r"\[((?:[^\[\]\n]|\n(?![ \t]*\n))*+)\]")
_ESCAPED_OR_TEXT = re.compile(r"\\([#$%&_{}])|\\text(?:normal|rm)?\{([^{}]*)\}")
_MAX_CALL_LENGTH = 2000  # maximum number of characters in an expanded call
_MAX_DEPTH = 20
_MAX_COMMANDS = 2000  # maximum per call, since macros that use macros may multiply without end

_COMMANDS_WITH_LENGTH = frozenset(("hspace", "vspace", "color"))  # the argument is not printed
_SIGNS = {",": "\u202f", "-": "", "/": "", " ": " ", "\\": " ", "@": ""}
_CODE = frozenset(("texttt", "code", "url", "path", "lstinline", "verb"))
# LaTeX commands that are converted even if no macro uses them. Index entries are kept.
_TEXT_COMMANDS = frozenset("index mbox textbf emph textit textsc texttt underline enquote".split())


@dataclass(frozen=True, slots=True)
class Macro:
    """A LaTeX macro: the number of its arguments, the default of the first one, and its body."""

    argument_count: int
    default: str | None
    body: str


class _UnsupportedCommandError(Exception):
    """Raised if a macro uses a command without an equivalent in Markdown."""


def read_preamble(settings: Sequence[Mapping[str, Any]], read_text: ReadText) -> str:
    """Return the LaTeX preamble in a book's settings, and in the files that they refer to."""
    return "\n".join(text for setting in settings for text in _find_preambles(setting, read_text))


def _find_preambles(value: Any, read_text: ReadText, in_header: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _find_preambles(inner, read_text, in_header or key in _HEADER_SETTINGS)
    elif isinstance(value, list):
        for inner in value:
            yield from _find_preambles(inner, read_text, in_header)
    elif in_header and isinstance(value, str):
        text = value if "\\" in value else (read_text(value) or "") if value.endswith(_HEADERS) else ""
        yield "\n".join(_convert_mathjax_macros(text)) if _MATHJAX.search(text) else text


def _convert_mathjax_macros(text: str) -> Iterator[str]:
    """Yield LaTeX definitions of MathJax macros such as ``macros: {E: "…", bs: ["…#1…", 1]}``."""
    start = _MATHJAX.search(text)
    position = start.end() if start else len(text)
    while match := _MATHJAX_MACROS.match(text, position):
        name, simple_value, body, count, default = match.groups()
        tex = _parse_string_literal(simple_value or body)
        arguments = (f"[{count}]" if count else "") + (
            f"[{_parse_string_literal(default)}]" if count and default else ""
        )
        yield f"\\newcommand{{\\{name}}}{arguments}{{{tex}}}"
        position = match.end()


def _parse_string_literal(string: str) -> str:
    """Return the value of a JavaScript string literal."""
    return re.sub(r"\\(.)", r"\1", string[1:-1])


def parse_macro_definitions(text: str) -> dict[str, Macro]:
    """Return the macros defined in a preamble, by name. Later definitions override earlier ones."""
    text = _COMMENT.sub("", text)
    macros = {}
    for match in _DEFINES.finditer(text):
        body = _read_brace_group(text, match.end())
        if body is None:
            continue
        name, count = match.group(1) or match.group(4), match.group(2) or (match.group(5) or "")[-1:]
        operator = _OPERATOR.match(match.group())
        definition = f"\\operatorname{operator.group(1)}{{{body[0]}}}" if operator else body[0]
        macros[name] = Macro(int(count or 0), match.group(3), definition)
    return macros


def expand_macros(sections: Sequence[SectionFile], macros: Mapping[str, Macro]) -> list[SectionFile]:
    """Convert macros in prose to Markdown, and insert definitions of macros used in formulas."""
    in_formulas = {
        name: _format_macro(name, macro)
        for name, macro in macros.items()
        if name not in _MARKDOWN or not macro.argument_count  # a redefined \textbf is not meant for formulas
    }
    return [
        section.with_drafts(
            lambda piece: insert_macro_definitions(_replace_macro_calls(piece.draft, macros), in_formulas)
        )
        for section in sections
    ]


def _format_macro(name: str, macro: Macro) -> str:
    count = f"[{macro.argument_count}]" if macro.argument_count else ""
    default = f"[{macro.default}]" if macro.default is not None else ""
    return f"\\newcommand{{\\{name}}}{count}{default}{{{' '.join(macro.body.split())}}}"


def _replace_macro_calls(draft: Draft, macros: Mapping[str, Macro]) -> Draft:
    """Replace macro calls in prose, and LaTeX commands with an equivalent in Markdown."""
    if "\\" not in draft.text:
        return draft
    masked, end_of_last = mask_formulas(draft.text), 0
    edits, findings = [], []
    own_macros = set(
        re.findall(r"\\(?:re)?newcommand\{?\\([A-Za-z]+)", draft.text)
    )  # pandoc parses these itself
    for match in _CALL.finditer(masked):
        name = match.group(1)
        if (
            match.start() < end_of_last
            or name in own_macros
            or not (name in macros or name in _TEXT_COMMANDS)
        ):
            continue
        expander = _MacroExpander(draft.text, match.end(), macros)
        try:
            new = expander.expand_call(name, 0)
        except _UnsupportedCommandError as unknown:
            new = " ".join(_ESCAPED_OR_TEXT.sub(r"\1\2", argument) for argument in expander.arguments)
            message = f"the macro `\\{name}` uses `{unknown}`, which has no Markdown equivalent"
            findings.append(draft.make_finding(match.start(), message, "kept the text of its arguments"))
        end_of_last = expander.position
        if new is not None and name != "index":
            edits.append(Edit(match.start(), end_of_last, new))
    return draft.apply_edits(edits, findings)


class _MacroExpander:
    """Expands the macros in a LaTeX text, from a position, and converts the result to Markdown."""

    def __init__(
        self, text: str, position: int, macros: Mapping[str, Macro], budget: Iterator[int] | None = None
    ) -> None:
        self.text, self.position, self.macros = text, position, macros
        self.arguments: list[str] = []
        self._budget = iter(range(_MAX_COMMANDS)) if budget is None else budget

    def expand_call(self, name: str, depth: int) -> str | None:
        """Return the Markdown of a command with its arguments, or None if an argument is missing.

        Raise ``_UnsupportedCommandError`` if a command has no equivalent in Markdown, or if the expansion is
        too long or nested too deeply.
        """
        if depth > _MAX_DEPTH or next(self._budget, None) is None:
            raise _UnsupportedCommandError(f"\\{name}")
        macro = self.macros.get(name)
        if macro is None or name in _MARKDOWN or name in _CODE or name == "index":
            return self._convert_known_command(name, depth)
        self.arguments = []
        if macro.default is not None:
            self.arguments.append(self._read_optional_argument(macro.default))
        while len(self.arguments) < macro.argument_count:
            if (argument := self._read_argument()) is None:
                return None
            self.arguments.append(argument)
        if not macro.argument_count and self._is_next("{}"):
            self.position += 2
        tex = _substitute_arguments(macro.body, self.arguments)
        if len(tex) > _MAX_CALL_LENGTH:
            raise _UnsupportedCommandError(f"\\{name}")
        return self._make_expander(tex).convert_rest(depth + 1)

    def _make_expander(self, tex: str) -> _MacroExpander:
        return _MacroExpander(tex, 0, self.macros, self._budget)

    def convert_rest(self, depth: int) -> str:
        """Return the Markdown of the LaTeX text from the current position to the end.

        Raise ``_UnsupportedCommandError`` if a command has no equivalent in Markdown, if an argument is
        missing, or if a formula is not closed.
        """
        out: list[str] = []
        while match := _TOKEN.match(self.text, self.position):
            self.position = match.end()
            name, sign, mark = match.groups()
            if name:
                new = self.expand_call(name, depth)
                if new is None:
                    raise _UnsupportedCommandError(f"\\{name}")
                out.append(new)
            elif sign:
                out.append(_SIGNS.get(sign, f"\\{sign}"))
            elif mark == "$":
                end = self.text.find("$", self.position)
                if end < 0:
                    raise _UnsupportedCommandError("$")
                out.append(self.text[match.start() : end + 1])
                self.position = end + 1
            elif mark:
                out.append("\\ " if mark == "~" else "")
            else:
                out.append(match.group())
        return "".join(out)

    def _convert_known_command(self, name: str, depth: int) -> str | None:
        if name in ("index", "ensuremath") or name in _CODE:
            start = self.position
            if (argument := self._read_argument()) is None:
                return None
            if name == "index":
                return f"\\index{self.text[start : self.position].strip()}"
            return f"${argument}$" if name == "ensuremath" else _format_code(name, argument)
        template = _MARKDOWN.get(name)
        if template is None:
            raise _UnsupportedCommandError(f"\\{name}")
        argument_count = max((int(digit) for digit in re.findall(r"#(\d)", template)), default=0)
        raw = [self._read_argument() for _ in range(argument_count)]
        if None in raw:
            return None
        if name in _COMMANDS_WITH_LENGTH or (not argument_count and self._is_next("{}")):
            self._read_argument()
        arguments = [
            argument
            if name == "href" and not index
            else self._make_expander(argument).convert_rest(depth + 1)
            for index, argument in enumerate(raw)
            if argument is not None
        ]
        return _substitute_arguments(template, arguments)

    def _is_next(self, mark: str) -> bool:
        return self.text.startswith(mark, self.position)

    def _read_optional_argument(self, default: str) -> str:
        match = _OPTIONAL.match(self.text, self.position)
        if match is None:
            return default
        self.position = match.end()
        return match.group(1)

    def _read_argument(self) -> str | None:
        start = self.position
        while self.text[start : start + 1] in (" ", "\t"):
            start += 1
        group = _read_brace_group(self.text, start)
        if group is None:
            return None
        self.position = group[1]
        return group[0]


def _substitute_arguments(body: str, arguments: Sequence[str]) -> str:
    def get_argument(match: re.Match[str]) -> str:
        number = int(match.group(1))
        return arguments[number - 1] if 0 < number <= len(arguments) else ""

    return re.sub(r"#(\d)", get_argument, body)


def _format_code(name: str, argument: str) -> str:
    words = _ESCAPED_OR_TEXT.sub(r"\1\2", argument)
    if name == "url":
        return f"<{words}>"
    ticks = "``" if "`" in words else "`"
    gap = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{gap}{words}{gap}{ticks}" if words.strip() else ""


def _read_brace_group(text: str, start: int) -> tuple[str, int] | None:
    """Return the content and end of the brace group at ``start``, or None if no closed group begins there."""
    if not text.startswith("{", start):
        return None
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start):
        if match.group() == "{":
            depth += 1
        elif match.group() == "}":
            depth -= 1
            if not depth:
                return text[start + 1 : match.start()], match.end()
    return None
