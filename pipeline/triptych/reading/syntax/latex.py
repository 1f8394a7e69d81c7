"""Read the attributes of equations, and explain LaTeX that cannot be parsed or is not supported."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic, Span, did_you_mean, join_names
from triptych.model.nodes import Attr, Equation
from triptych.reading.pandoc import extract_plain_text

_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
# Commands that take no argument.
_BARE = frozenset(
    "LaTeX TeX noindent newline hfill vfill bigskip medskip smallskip centering par item quad qquad ldots"
    " dots textbackslash clearpage newpage linebreak pagebreak hline small large Large huge tiny".split()
)
_IN_MARKDOWN = {
    "textbf": "**text**",
    "textit": "*text*",
    "emph": "*text*",
    "texttt": "`text`",
    "underline": "[text]{.underline}",
    "footnote": "^[text]",
    "href": "[text](url)",
    "url": "<url>",
    "cite": "[@key]",
    "citep": "[@key]",
    "citet": "@key",
    "newpage": "{{< pagebreak >}}",
    "clearpage": "{{< pagebreak >}}",
    "pagebreak": "{{< pagebreak >}}",
    "ldots": "…",
    "dots": "…",
    "LaTeX": "LaTeX",
    "TeX": "TeX",
}


_BEGIN = re.compile(r"\s*\\begin\{(\w+)\*?\}")
_BLOCKS_IN_MARKDOWN = {
    **dict.fromkeys(
        ("tabular", "table", "longtable", "tabularx"),
        "a Markdown table: | A | B |, then |---|---|, then one line per row",
    ),
    **dict.fromkeys(("figure", "wrapfigure"), "![Caption](picture.png){#fig-x}"),
    **dict.fromkeys(("itemize", "enumerate"), "a Markdown list, with - or 1. before each item"),
    **dict.fromkeys(("quote", "quotation"), "a Markdown block quote, with > before each line"),
    **dict.fromkeys(("verbatim", "lstlisting"), "a code block, with ``` above and below the code"),
    "tikzpicture": "![Caption](drawing.svg){#fig-x}, with the drawing exported as SVG",
}


def find_environment_hint(tex: str) -> str | None:
    """Return a hint with the Markdown equivalent of a LaTeX environment, or None."""
    begin = _BEGIN.match(tex)
    instead = _BLOCKS_IN_MARKDOWN.get(begin[1]) if begin else None
    return f"write {instead}" if instead else None


def report_latex_command(tex: str, span: Span) -> Diagnostic | None:
    """Return LNT014 for a LaTeX command that is printed literally, or None if it may be text."""
    command = _COMMAND.match(tex)
    if command is None or ("{" not in tex and command.group(1) not in _BARE):
        return None
    instead = _IN_MARKDOWN.get(command.group(1))
    hint = f"write `{instead}` instead" if instead else "delete the command, or replace it with Markdown"
    if instead and instead.startswith("`"):
        hint = f"write {instead}, in backticks, instead"
    if "{" not in tex and instead and "{" not in instead:  # a word or a character
        kind = "plain text" if instead.isalpha() else "character"
        hint = f'replace the command with the {kind} "{instead}"'
    message = f"LaTeX command `{tex.strip()[:60]}` is printed literally"
    return Diagnostic(code="LNT014", span=span, message=message, hint=hint)


_SHOWN = 60  # characters of a formula
_GENERAL = "check the LaTeX syntax, or define your own macros with `\\newcommand`"
_ATTRIBUTES = re.compile(r"\s*\{#[^{}]*\}")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\[\\{}]")
ENVIRONMENTS = frozenset(
    "Bmatrix Vmatrix align alignat aligned alignedat array bmatrix cases eqnarray equation flalign flaligned "
    "gather gathered matrix multline multlined pmatrix smallmatrix split vmatrix".split()
)  # that pandoc supports


def explain_formula(tex: str, unexpected: str) -> tuple[str, str]:
    """Return the message and hint for a formula that pandoc cannot parse.

    ``unexpected`` lists unknown commands in the formula. If there are none, it is the first unexpected token
    in pandoc's error message, such as ``eof``.
    """
    formula = " ".join(tex.split())
    shown = f"`{formula}`" if len(formula) <= _SHOWN else f"`{formula[: _SHOWN - 1]}…`"
    if inside := _ATTRIBUTES.match(tex):
        return (
            "attributes inside a formula are treated as TeX",
            f"move the attributes after the formula: $$ … $$ {inside[0].strip()}",
        )
    if unexpected.startswith("\\"):
        commands = unexpected.split()
        names = join_names([f"`{command}`" for command in commands])
        return (
            f"unknown macro{'s' * (len(commands) > 1)} {names} in the formula {shown}",
            f"define it in this section with `\\newcommand{{{commands[0]}}}{{…}}`, or replace it",
        )
    if problem := _explain_unpaired_delimiter(tex):
        return f"{problem[0]} in the formula {shown}", problem[1]
    named = (name for kind, name in _ENVIRONMENT.findall(tex) if kind == "begin")
    if unknown := next((name for name in named if name.rstrip("*") not in ENVIRONMENTS), ""):
        hint = (
            did_you_mean(unknown, ENVIRONMENTS)
            or "use a supported environment, such as aligned, cases, array or pmatrix"
        )
        return f"unknown environment `{unknown}` in the formula {shown}", hint
    if unexpected == "eof":
        return f"missing argument at the end of the formula {shown}", "write the argument in braces: `{…}`"
    if unexpected in ("'&'", "control sequence \\\\"):
        sign = unexpected.removeprefix("control sequence ").strip("'")
        hint = "wrap the lines in `\\begin{aligned} … \\end{aligned}`"
        return f"`{sign}` outside an environment in the formula {shown}", hint
    if re.fullmatch(r"'[#$%_^]'", unexpected):
        sign = unexpected.strip("'")
        return f"unexpected `{sign}` in the formula {shown}", f"write `\\{sign}` for a literal `{sign}`"
    return f"the formula {shown} cannot be parsed", _GENERAL


def _explain_unpaired_delimiter(tex: str) -> tuple[str, str] | None:
    """Return the message and hint for an unpaired brace or environment, or None."""
    braces = Counter(_ESCAPED.sub("", tex))
    if braces["{"] > braces["}"]:
        return "unclosed brace `{`", "add the missing `}`"
    if braces["}"] > braces["{"]:
        return "unmatched brace `}`", "delete the brace, or write \\} for a literal brace"
    open_environments: list[str] = []
    for kind, name in _ENVIRONMENT.findall(tex):
        if kind == "begin":
            open_environments.append(name)
        elif not open_environments or open_environments.pop() != name:
            return (
                f"\\end{{{name}}} does not match the preceding \\begin",
                "use the same environment name in \\begin and \\end",
            )
    if open_environments:
        name = open_environments[-1]
        return f"\\begin{{{name}}} has no \\end{{{name}}}", f"add \\end{{{name}}}"
    return None


_BRACES = re.compile(r"\s*\{([^{}]*)\}\s*")
_ATTRIBUTE = re.compile(
    r"""\#(?P<id>[A-Za-z][\w.:-]*) | \.(?P<class>[A-Za-z][\w-]*)
    | (?<![\w-])(?P<key>[A-Za-z][\w-]*+)=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))""",
    re.VERBOSE,
)


def make_equation_id(label: str) -> str:
    """Return the id for a LaTeX label: ``eq-x`` for ``eq:x``, ``eq-x`` or ``x``."""
    return "eq-" + re.sub(r"^eq[:-]", "", label)


def read_equation_attributes(inlines: list[Any]) -> tuple[Attr, int] | None:
    """Return the attributes in braces at the start of ``inlines``, and the number of inlines, or None."""
    text = ""
    for count, node in enumerate(inlines, 1):
        # Pandoc parses text between quotation marks as a quotation.
        text += (
            f'"{extract_plain_text(node["c"][1])}"' if node["t"] == "Quoted" else extract_plain_text([node])
        )
        match = _BRACES.fullmatch(text)
        if match:
            attr = _parse_attributes(match.group(1))
            return (attr, count) if attr else None
        if not re.match(r"\s*(\{[^}]*)?$", text):
            return None
    return None


def _parse_attributes(text: str) -> Attr | None:
    if not text.strip() or re.sub(r"\s+", "", _ATTRIBUTE.sub("", text)):
        return None
    matches = list(_ATTRIBUTE.finditer(text))
    ids = [match["id"] for match in matches if match["id"]]
    return Attr(
        ids[0] if ids else "",
        tuple(match["class"] for match in matches if match["class"]),
        tuple((match["key"], match["quoted"] or match["bare"] or "") for match in matches if match["key"]),
    )


def add_equation_attributes(equation: Equation, attr: Attr) -> Equation:
    """Return the equation with attributes.

    An id in braces takes precedence over the id from a LaTeX label.
    """
    return replace(equation, attr=replace(attr, id=attr.id or equation.attr.id))
