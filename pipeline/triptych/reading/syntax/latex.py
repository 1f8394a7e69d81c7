"""Read the attributes of equations, and explain LaTeX that is invalid or unsupported."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic, Span, did_you_mean, join_names
from triptych.media.formulas.linear import write_linear_notation
from triptych.media.formulas.mathml import correct_mathml
from triptych.model.nodes import Attr, Equation, EquationRow
from triptych.reading.pandoc import extract_plain_text

_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
# Commands without arguments.
_BARE = frozenset(
    "LaTeX TeX noindent newline hfill vfill bigskip medskip smallskip centering par item quad qquad ldots"
    " dots textbackslash clearpage newpage linebreak pagebreak hline small large Large huge tiny".split()
)
_MARKDOWN_EQUIVALENTS = {
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


_ENVIRONMENT_BEGIN = re.compile(r"\s*\\begin\{(\w+)\*?\}")
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
    match = _ENVIRONMENT_BEGIN.match(tex)
    markdown = _BLOCKS_IN_MARKDOWN.get(match[1]) if match else None
    return f"write {markdown}" if markdown else None


def report_latex_command(tex: str, span: Span) -> Diagnostic | None:
    """Return LNT014 for a LaTeX command that is rendered literally, or None if it may be text."""
    command = _COMMAND.match(tex)
    if command is None or ("{" not in tex and command.group(1) not in _BARE):
        return None
    markdown = _MARKDOWN_EQUIVALENTS.get(command.group(1))
    hint = f"write `{markdown}` instead" if markdown else "delete the command, or replace it with Markdown"
    if markdown and markdown.startswith("`"):
        hint = f"write {markdown}, in backticks, instead"
    if "{" not in tex and markdown and "{" not in markdown:  # a word or a character
        kind = "plain text" if markdown.isalpha() else "character"
        hint = f'replace the command with the {kind} "{markdown}"'
    message = f"LaTeX command `{tex.strip()[:60]}` is rendered literally"
    return Diagnostic(code="LNT014", span=span, message=message, hint=hint)


_MAX_QUOTED_LENGTH = 60  # characters in a formula
_GENERAL = "check the LaTeX syntax, or define your own macros with `\\newcommand`"
_ATTRIBUTES = re.compile(r"\s*\{#[^{}]*\}")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\[\\{}]")
ENVIRONMENTS = frozenset(
    "Bmatrix Vmatrix align alignat aligned alignedat array bmatrix cases dcases drcases eqnarray equation "
    "flalign flaligned gather gathered matrix multline multlined pmatrix psmallmatrix bsmallmatrix rcases "
    "smallmatrix split subarray subequations vmatrix vsmallmatrix".split()
)


# Macros that a definition cannot replace.
_INSTEAD_OF_MACROS = {
    "\\ce": r"write substances with `\mathrm`, as in `\mathrm{H_2O}`, and reactions with `\longrightarrow`",
    "\\pu": r"use `\qty` and `\unit`",
    **dict.fromkeys(
        ("\\pageref", "\\cite", "\\footnote", "\\footnotemark"), "move it to the text around the formula"
    ),
    "\\intertext": r"write it at the start of a row, after `\\`",
}


def explain_formula(tex: str, unexpected: str) -> tuple[str, str]:
    """Return the message and hint for a formula that pandoc cannot parse.

    ``unexpected`` is the unknown commands in the formula or, without any, the first unexpected token in
    pandoc's error message, such as ``eof``.
    """
    formula = " ".join(tex.split())
    quoted_formula = (
        f"`{formula}`" if len(formula) <= _MAX_QUOTED_LENGTH else f"`{formula[: _MAX_QUOTED_LENGTH - 1]}…`"
    )
    if attributes_match := _ATTRIBUTES.match(tex):
        return (
            "attributes inside a formula are treated as TeX",
            f"move the attributes after the formula: $$ … $$ {attributes_match[0].strip()}",
        )
    if unexpected.startswith("\\"):
        commands = unexpected.split()
        names = join_names([f"`{command}`" for command in commands])
        return (
            f"unknown macro{'s' * (len(commands) > 1)} {names} in the formula {quoted_formula}",
            _INSTEAD_OF_MACROS.get(commands[0])
            or f"define it in this section with `\\newcommand{{{commands[0]}}}{{…}}`, or replace it",
        )
    if problem := _explain_unpaired_delimiter(tex):
        return f"{problem[0]} in the formula {quoted_formula}", problem[1]
    environment_names = (name for kind, name in _ENVIRONMENT.findall(tex) if kind == "begin")
    if unknown := next((name for name in environment_names if name.rstrip("*") not in ENVIRONMENTS), ""):
        hint = (
            did_you_mean(unknown, ENVIRONMENTS)
            or "use a supported environment, such as aligned, cases, array or pmatrix"
        )
        return f"unknown environment `{unknown}` in the formula {quoted_formula}", hint
    if unexpected == "eof":
        return (
            f"missing argument at the end of the formula {quoted_formula}",
            "write the argument in braces: `{…}`",
        )
    if unexpected in ("'&'", "control sequence \\\\"):
        sign = unexpected.removeprefix("control sequence ").strip("'")
        hint = "wrap the lines in `\\begin{aligned} … \\end{aligned}`"
        return f"`{sign}` outside an environment in the formula {quoted_formula}", hint
    if re.fullmatch(r"'[#$%_^]'", unexpected):
        sign = unexpected.strip("'")
        return (
            f"unexpected `{sign}` in the formula {quoted_formula}",
            f"write `\\{sign}` for a literal `{sign}`",
        )
    return f"the formula {quoted_formula} cannot be parsed", _GENERAL


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


_INSTEAD_OF_COMMANDS = {
    **dict.fromkeys(
        (
            "tiny",
            "scriptsize",
            "small",
            "footnotesize",
            "normalsize",
            "large",
            "Large",
            "LARGE",
            "huge",
            "Huge",
        ),
        r"use `\textstyle`, `\scriptstyle` or `\displaystyle`",
    ),
    **dict.fromkeys(("hfill", "hfilneg"), r"use `\quad`, or the columns of `aligned`"),
    **dict.fromkeys(("vspace", "vskip"), r"use `\\\\[2ex]` after a row"),
    **dict.fromkeys(("raisebox", "raise", "lower"), "use a superscript or subscript"),
    **dict.fromkeys(("mathversion", "boldmath"), r"use `\boldsymbol{…}`"),
    "parbox": r"use `\text{…}`",
    "rule": r"use `\hline` in an array, or `\overline`",
    "href": "put the link in the text around the formula",
    "hdotsfor": r"write `\dots` in each cell",
    "multicolumn": "put the content in one of the cells",
}


def explain_ignored_command(command: str) -> tuple[str, str]:
    """Return the message and hint for a command in a formula that has no effect.

    It may also be the beginning of an environment with an unsupported option or column.
    """
    if command.startswith(("\\genfrac", "\\above")):
        return f"the thickness in `{command}` has no effect", "use 0pt, or at least 0.3pt"
    if command.endswith("]"):
        return f"the option in `{command}` has no effect", "delete the option"
    if command in (r"\begin{flalign}", r"\begin{xalignat}", r"\begin{xxalignat}"):
        return f"the columns of `{command}` are not spread over the line", "use `align`"
    if command.startswith("\\begin"):
        return f"unsupported column type in `{command}`", "use `l`, `c` or `r`"
    hint = _INSTEAD_OF_COMMANDS.get(command.removeprefix("\\"), "delete the command")
    return f"`{command}` has no effect in formulas", hint


_BRACES = re.compile(r"\s*\{([^{}]*)\}\s*")
_ATTRIBUTE = re.compile(
    r"""\#(?P<id>[A-Za-z][\w.:-]*) | \.(?P<class>[A-Za-z][\w-]*)
    | (?<![\w-])(?P<key>[A-Za-z][\w-]*+)=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))""",
    re.VERBOSE,
)


_FORMULA_IN_TAG = re.compile("\ue006([^\ue006\ue007]*)\ue007")


def _write_formula_in_tag(formula: re.Match[str]) -> str:
    text = write_linear_notation(correct_mathml(formula[1])).text
    text = text.replace("*", "∗")
    return re.sub(r"^\^(?=\W$)", "", text)  # a sign such as an asterisk needs no mark of a superscript


def make_equation_id(label: str) -> str:
    """Return the id for a LaTeX label: ``eq-x`` for ``eq:x``, ``eq-x`` or ``x``."""
    return "eq-" + re.sub(r"^eq[:-]", "", label)


def read_equation_row(labels: str, tag: str) -> EquationRow:
    """Return a row of a formula with the id of its first LaTeX label. ``labels`` are separated by spaces.

    Formulas in a tag, which are MathML, become a line of symbols.
    """
    names = tuple(labels.split())
    tag = _FORMULA_IN_TAG.sub(_write_formula_in_tag, tag)
    return EquationRow(tag=tag, labels=names, attr=Attr(make_equation_id(names[0])) if names else Attr())


def read_equation_attributes(inlines: list[Any]) -> tuple[Attr, int] | None:
    """Return the attributes in braces at the start of ``inlines``, and the number of inlines, or None."""
    text = ""
    for count, node in enumerate(inlines, 1):
        # Pandoc converts text in quotation marks to a quotation.
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
    """Add attributes to an equation.

    An id in braces takes precedence over the id from a LaTeX label, and is the id of all rows together.
    """
    labels = (*equation.labels, *(label for row in equation.rows for label in row.labels))
    if attr.id and not equation.group:
        equation = replace(equation, rows=(), labels=labels)
    return replace(equation, attr=replace(attr, id=attr.id or equation.attr.id))
