"""Explain diagnostic codes and print JSON Schemas: ``triptych explain`` and ``triptych schema``."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from triptych.cli.options import make_hint_sentence
from triptych.diagnostics import CODES, FORMULA_RULE, SUBJECTS, did_you_mean, read_explanation
from triptych.project import MANIFEST

_WIDTH = 80


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
        click.echo("\n\n".join(["# Diagnostics", *iter_code_entries()]))
    elif code is None:
        _print_code_list(as_json=form == "json")
    elif found_code := _find_code(code):
        click.echo(
            _dump_json(_code_to_json(found_code)) if form == "json" else format_explanation(found_code)
        )
    else:
        names = [*CODES, *(entry.rule for entry in CODES.values() if entry.rule)]
        hint = did_you_mean(code.upper(), CODES) or did_you_mean(code, names)
        hint = hint or "run `triptych explain` to list all codes."
        raise click.UsageError(f'Unknown code "{code}".{make_hint_sentence(hint)}')


def format_explanation(code: str) -> str:
    """Return the explanation of a code as plain text with examples."""
    entry, explanation = CODES[code], read_explanation(code)
    rule = f" {entry.rule}" if entry.rule else ""
    text = textwrap.fill(explanation.text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    parts = [f"{code}{rule} ({entry.severity})", entry.summary, text]
    for title, example in (("Bad:", explanation.bad), ("Good:", explanation.good)):
        parts.append(f"{title}\n\n{textwrap.indent(example.rstrip(), '    ')}")
    if entry.rule and entry.rule != FORMULA_RULE:
        parts.append(
            f"To change the severity, set `lint: {{{entry.rule}: VALUE}}` in {MANIFEST}.\n"
            "VALUE is error, warning, note or off."
        )
    return "\n\n".join(parts)


def iter_code_entries() -> Iterator[str]:
    """Yield the reference of all codes in Markdown, with a section for each subject."""
    for subject, codes in SUBJECTS.items():
        yield f"## {subject}"
        for code, entry in codes.items():
            rule = f" · rule `{entry.rule}`" if entry.rule else ""
            yield f"### {code}"
            yield f"**{entry.summary}** · {entry.severity}{rule}"
            yield format_code_explanation(code)


def format_code_explanation(code: str) -> str:
    """Return the explanation of a code with its two examples in Markdown."""
    text, bad_example, good_example = read_explanation(code)
    return (
        f"{text}\n\nBad:\n\n{fence_code(bad_example, 'text')}\n\nGood:\n\n{fence_code(good_example, 'text')}"
    )


def fence_code(text: str, language: str) -> str:
    """Return ``text`` as a fenced Markdown code block. The fence is longer than any fence in ``text``."""
    longest = max(map(len, re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _find_code(name: str) -> str | None:
    """Return the code with this name, or the first code of the lint rule with this name, or None."""
    if name.upper() in CODES:
        return name.upper()
    return next((code for code, entry in CODES.items() if entry.rule and entry.rule == name.lower()), None)


def _code_to_json(code: str) -> dict[str, str]:
    text, bad_example, good_example = read_explanation(code)
    return {
        "code": code,
        **CODES[code]._asdict(),
        "explanation": text,
        "bad": bad_example,
        "good": good_example,
    }


def _dump_json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _print_code_list(*, as_json: bool) -> None:
    if as_json:
        click.echo(_dump_json({"codes": [_code_to_json(code) for code in CODES]}))
        return
    for code, entry in CODES.items():
        click.echo(f"{code}  {entry.severity:<7}  {entry.summary}")


@click.command()
@click.option("--front-matter", "kind", flag_value="front-matter", help="Print the front matter schema.")
@click.option("--theme", "kind", flag_value="theme", help="Print the theme schema.")
@click.option("--catalog", "kind", flag_value="catalog", help="Print the catalog.yaml schema.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    show_default="standard output",
    help="Output file.",
)
def schema(kind: str | None, output: Path | None) -> None:
    """Print the JSON Schema of source/book.yaml.

    Editors use the schema to validate and complete YAML. In VS Code with the YAML extension, save the schema
    next to book.yaml and make this the first line of book.yaml:

    \b
      # yaml-language-server: $schema=book.schema.json

    \b
    Example:
      triptych schema --output source/book.schema.json
    """
    from triptych.engine.publication import publish_files
    from triptych.schema import (
        make_catalog_schema,
        make_front_matter_schema,
        make_manifest_schema,
        make_theme_schema,
    )

    schemas = {
        "front-matter": make_front_matter_schema,
        "theme": make_theme_schema,
        "catalog": make_catalog_schema,
    }
    text = schemas.get(kind or "", make_manifest_schema)()
    if output is None:
        click.echo(text, nl=False)
        return
    if output.exists() and not output.is_file():
        raise click.UsageError(f"{output} is not a regular file.")
    publish_files({output.resolve(): text.encode()})
    click.echo(f"Wrote {output}.")
