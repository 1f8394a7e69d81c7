"""``triptych inspect``: the numbering table and the parity report of a built project."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from triptych.cli.options import profile_option, project_argument
from triptych.project import BUILD_FOLDER, Project


@click.command(short_help="Show numbers, and what became of each block.")
@project_argument
@profile_option
@click.option("--json", "as_json", is_flag=True, help="Print both as one JSON object.")
@click.pass_context
def inspect(ctx: click.Context, folder: Path, profiles: tuple[str, ...], as_json: bool) -> None:
    """Show what is called how, and what became of each block in each output of the project in DIR.

    The report is made from the files in build/: what is shown, what moved to the speaker's notes or to
    an alternative text, and what was left out.
    """
    from triptych.checks.parity import Fate, parity
    from triptych.checks.texts import TEXTS
    from triptych.engine.cache import Cache
    from triptych.model.walk import plain_text
    from triptych.press import read

    project = Project(folder)
    manifest, book, found = read(project, Cache(project.root / BUILD_FOLDER / ".cache"), profiles)
    if manifest is None or book is None:
        if as_json:
            click.echo(json.dumps({"diagnostics": [d.to_json() for d in found]}, ensure_ascii=False))
        for diagnostic in () if as_json else found:
            click.echo(str(diagnostic), err=True)
        ctx.exit(1)
    paths = {name: project.root / BUILD_FOLDER / f"{manifest.stem}.{name}" for name in manifest.formats}
    files = {str(name): TEXTS[name](path.read_bytes()) for name, path in paths.items() if path.is_file()}
    rows = parity(book, files)
    numbers = [
        {
            "id": identifier,
            "kind": str(label.kind),
            "number": label.number,
            "title": plain_text(label.title),
        }
        for identifier, label in book.labels.items()
        if label.number
    ]
    if as_json:
        report = {"numbers": numbers, "parity": [row.to_json() for row in rows]}
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for line in numbers:
        click.echo(f"{line['kind']:<9}{line['number']:<8}{line['id']:<32}{line['title'][:60]}")
    if not files:
        click.echo("\nNothing is built yet: run `triptych build` for the parity report.")
        return
    click.echo()
    for row in rows:
        if Fate.LEFT_OUT in row.fates.values():
            fates = ", ".join(f"{name}: {fate}" for name, fate in row.fates.items())
            wish = f"  ({row.wish})" if row.wish else ""
            click.echo(f"{row.span or ''}  {row.kind}  “{row.words}”  {fates}{wish}")
    for name in files:
        counts = Counter(row.fates[name] for row in rows)
        said = ", ".join(f"{counts[fate]} {fate}" for fate in Fate if counts[fate])
        click.echo(f"{name}: {len(rows)} blocks, {said}")
