"""Generate the page on diagnostics: severities, lint rules, and each code with its examples."""

from __future__ import annotations

from reference.text import page, table
from triptych.cli.explain import iter_code_entries
from triptych.diagnostics import CODES, FORMULA_RULE

_INTRODUCTION = """\
For authors who look up a finding of a build. Each finding has a code, and `triptych explain CODE` prints its
entry here with an example."""

_RULES = """\
A finding has one of three severities:

- An error stops the build.
- A warning stops the build only with `--strict`.
- A note never stops the build.

## Lint rules

A lint rule finds source that builds, but probably not into what you meant, or an output that differs from
its source. Change the severity of a rule to `error`, `warning`, `note` or `off` in `source/book.yaml`:

```yaml
lint:
  unlisted-file: off
  undefined-footnote: warning
```

To keep text that a rule reports, write a backslash before its first character, as in `\\[^1]`, or put the
text between backticks. The rules check the parsed text, so they do not report escaped characters and code.

After each build, the output files are read again and compared with the source. Words or drawings that are
missing from an output are bugs in Triptych; please report them. Shorten content that is cut off or overlaps
other content, or make room for it."""


def diagnostics() -> str:
    """Return the page on diagnostics."""
    rules = [
        (f"[`{entry.rule}`](#{code.lower()})", entry.summary, entry.severity)
        for code, entry in CODES.items()
        if entry.rule and entry.rule != FORMULA_RULE
    ]
    parts = [_RULES, table(("Rule", "Reports", "Default"), rules), *iter_code_entries()]
    return page("Diagnostics", _INTRODUCTION, parts)
