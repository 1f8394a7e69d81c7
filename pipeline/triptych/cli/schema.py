"""``triptych schema``: print JSON Schemas for editors."""

from __future__ import annotations

from pathlib import Path

import click


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
