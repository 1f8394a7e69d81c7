"""``triptych explain`` and ``triptych schema``: the reference of diagnostic codes and of keys."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from triptych.cli.options import format_hint
from triptych.diagnostics import CODES, FORMULA_RULE, SUBJECTS, Code, did_you_mean
from triptych.project import MANIFEST

_WIDTH = 80
_INCLUDE = re.compile(r"^\{\{< include .*>\}\}$", re.MULTILINE)


@click.command()
@click.argument("code", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "markdown")),
    default="text",
    show_default=True,
    help="Output format: text, one JSON object, or the reference of all codes in Markdown.",
)
def explain(code: str | None, form: str) -> None:
    """Explain a diagnostic code.

    CODE is a code such as LNT012 or the name of a lint rule, such as ragged-table. Without CODE, all codes
    are listed.

    \b
    Example:
      triptych explain LNT012
    """
    if form == "markdown":
        click.echo(reference_page(), nl=False)
    elif code is None:
        _print_list(as_json=form == "json")
    elif found := _find(code):
        entry = CODES[found]
        click.echo(_dump(_to_json(found, entry)) if form == "json" else explanation(found, entry))
    else:
        names = [*CODES, *(entry.rule for entry in CODES.values() if entry.rule)]
        hint = did_you_mean(code.upper(), CODES) or did_you_mean(code, names)
        hint = hint or "run `triptych explain` to list all codes."
        raise click.UsageError(f'Unknown code "{code}".{format_hint(hint)}')


def explanation(code: str, entry: Code) -> str:
    """Return the page on a code as text."""
    rule = f" {entry.rule}" if entry.rule else ""
    parts = [f"{code}{rule} ({entry.severity})", entry.summary, _fill(entry.explanation)]
    for title, example in (("Bad:", entry.bad), ("Good:", entry.good)):
        parts.append(f"{title}\n\n{textwrap.indent(example.rstrip(), '    ')}")
    if entry.rule and entry.rule != FORMULA_RULE:
        parts.append(
            f"To change the severity, set `lint: {{{entry.rule}: VALUE}}` in {MANIFEST}.\n"
            "VALUE is error, warning, note or off."
        )
    return "\n\n".join(parts)


def _fill(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


_INTRODUCTION = """\
---
slides: {mode: none}
---

# Diagnostics

<!-- tested in: tests/test_reference.py -->

For authors who look up a finding of a build. Each finding has a code, and `triptych explain CODE` prints its
entry here with an example.

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
other content, or make room for it.
"""


def reference_page() -> str:
    """Return the guide's page on all codes in Markdown."""
    rules = [
        f"| [`{entry.rule}`](#{code.lower()}) | {entry.summary} | {entry.severity} |"
        for code, entry in CODES.items()
        if entry.rule and entry.rule != FORMULA_RULE
    ]
    parts = [
        _INTRODUCTION.rstrip(),
        "\n".join(["| Rule | Reports | Default |", "| --- | --- | --- |", *rules]),
    ]
    for subject, codes in SUBJECTS.items():
        parts.append(f"## {subject}")
        for code, entry in codes.items():
            rule = f" · rule `{entry.rule}`" if entry.rule else ""
            parts += [f"### {code}", f"**{entry.summary}** · {entry.severity}{rule}", entry.explanation]
            parts += [f"Bad:\n\n{_fenced(entry.bad)}", f"Good:\n\n{_fenced(entry.good)}"]
    return "\n\n".join(parts) + "\n"


def _fenced(example: str) -> str:
    """Return an example as a code block, in a fence that is longer than any in it.

    One more brace keeps a shortcode that would be replaced in code too.
    """
    example = _INCLUDE.sub(r"{\g<0>}", example)
    longest = max(map(len, re.findall(r"`{3,}", example)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{example.rstrip()}\n{fence}"


def _find(code: str) -> str | None:
    """Return the code with a name, whatever its case, or the first one of a rule."""
    if code.upper() in CODES:
        return code.upper()
    return next((name for name, entry in CODES.items() if entry.rule and entry.rule == code.lower()), None)


def _to_json(code: str, entry: Code) -> dict[str, str]:
    return {"code": code, **asdict(entry)}


def _dump(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _print_list(*, as_json: bool) -> None:
    if as_json:
        codes = [_to_json(code, entry) for code, entry in CODES.items()]
        click.echo(_dump({"codes": codes}))
        return
    for code, entry in CODES.items():
        click.echo(f"{code}  {entry.severity:<7}  {entry.summary}")


@click.command()
@click.option("--front-matter", "of", flag_value="front-matter", help="Print the front matter schema.")
@click.option("--theme", "of", flag_value="theme", help="Print the theme schema.")
@click.option("--catalog", "of", flag_value="catalog", help="Print the catalog.yaml schema.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    show_default="standard output",
    help="Output file.",
)
def schema(of: str | None, output: Path | None) -> None:
    """Print the JSON Schema of source/book.yaml.

    Editors use the schema to validate and complete YAML. In VS Code with the YAML extension, save the schema
    next to book.yaml and make this the first line of book.yaml:

    \b
      # yaml-language-server: $schema=book.schema.json

    \b
    Example:
      triptych schema --output source/book.schema.json
    """
    from triptych.engine.publication import publish
    from triptych.schema import catalog_schema, front_matter_schema, manifest_schema, theme_schema

    schemas = {"front-matter": front_matter_schema, "theme": theme_schema, "catalog": catalog_schema}
    text = schemas.get(of or "", manifest_schema)()
    if output is None:
        click.echo(text, nl=False)
        return
    if output.exists() and not output.is_file():
        raise click.UsageError(f"{output} is not a regular file.")
    publish({output.resolve(): text.encode()})
    click.echo(f"Wrote {output}.")
