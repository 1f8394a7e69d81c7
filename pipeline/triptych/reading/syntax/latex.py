"""LaTeX in the text that is printed as it is written: what is surely a command, and no path."""

from __future__ import annotations

import re

from triptych.diagnostics import Diagnostic, Span

_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
# Commands that mean something without an argument.
_BARE = frozenset(
    "LaTeX TeX noindent newline hfill vfill bigskip medskip smallskip centering par item quad qquad ldots"
    " dots textbackslash clearpage newpage linebreak pagebreak hline small large Large huge tiny".split()
)
_IN_MARKDOWN = {
    "textbf": "**bold**",
    "textit": "*italic*",
    "emph": "*emphasis*",
    "texttt": "`code`",
    "underline": "[text]{.underline}",
    "footnote": "^[the note]",
    "href": "[text](address)",
    "url": "<address>",
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


def latex_as_text(tex: str, span: Span) -> Diagnostic | None:
    """LNT014 for a command, with how Markdown says the same."""
    command = _COMMAND.match(tex)
    if command is None or ("{" not in tex and command.group(1) not in _BARE):
        return None
    instead = _IN_MARKDOWN.get(command.group(1))
    hint = f"write {instead}" if instead else "say it in Markdown, or take it out"
    message = f"the LaTeX {tex.strip()[:60]} is printed as it is written"
    return Diagnostic(code="LNT014", span=span, message=message, hint=hint)
