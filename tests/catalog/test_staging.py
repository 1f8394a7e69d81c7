"""Test staging: the files of a title combined with the files that all titles share."""

from __future__ import annotations

import os
from pathlib import Path

from tests.catalog.conftest import MakeCatalog, title
from triptych.catalog.preparation import assemble_project, collect_files, hash_files

SHARED = "titles: [one]\nshared: [shared, logos/print]\ntemplates: house-templates\n"
FILES = {
    **title("one"),
    "one/source/shared/look.yaml": "extends: house\n",
    "one/.git/config": "",
    "shared/look.yaml": "extends: report\n",
    "shared/fonts/a.ttf": "A",
    "logos/print/logo.svg": "<svg/>",
    "logos/web/logo.svg": "<svg/>",
    "house-templates/print/title.xhtml.j2": "T",
}


def held(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def test_shared_files_are_placed_next_to_the_manifest_and_can_be_overridden(
    make_catalog: MakeCatalog,
) -> None:
    catalog = make_catalog(SHARED, FILES)
    files = collect_files(catalog.titles[0], catalog)
    assert {path: file.relative_to(catalog.root).as_posix() for path, file in files.items()} == {
        "source/a.md": "one/source/a.md",
        "source/book.yaml": "one/source/book.yaml",
        "source/shared/look.yaml": "one/source/shared/look.yaml",
        "source/shared/fonts/a.ttf": "shared/fonts/a.ttf",
        "source/logos/print/logo.svg": "logos/print/logo.svg",
        "templates/print/title.xhtml.j2": "house-templates/print/title.xhtml.j2",
    }


def test_templates_of_a_title_replace_all_shared_templates(make_catalog: MakeCatalog) -> None:
    catalog = make_catalog(SHARED, {**FILES, "one/templates/epub/style.css.j2": "S"})
    files = collect_files(catalog.titles[0], catalog)
    assert [path for path in files if path.startswith("templates/")] == ["templates/epub/style.css.j2"]


def test_links_that_point_outside_are_omitted(make_catalog: MakeCatalog, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("S")
    catalog = make_catalog(SHARED, FILES)
    (catalog.root / "one/source/secret.md").symlink_to(tmp_path / "secret")
    (catalog.root / "shared/secret.md").symlink_to(tmp_path / "secret")
    assert not any("secret" in path for path in collect_files(catalog.titles[0], catalog))


def test_folder_contains_exactly_the_given_files(make_catalog: MakeCatalog, tmp_path: Path) -> None:
    catalog = make_catalog(SHARED, FILES)
    (item,) = catalog.titles
    stage = tmp_path / "stage"
    assemble_project(collect_files(item, catalog), stage)
    whole = held(stage)
    assert whole["source/shared/fonts/a.ttf"] == "A"
    # A removed file, one replaced atomically as editors do, one changed in place, and a new one.
    (catalog.root / "shared/fonts/a.ttf").unlink()
    (catalog.root / "new.md").write_text("# New\n")
    (catalog.root / "new.md").replace(catalog.root / "one/source/a.md")
    (catalog.root / "logos/print/logo.svg").write_text("<svg id='a'/>")
    (catalog.root / "one/source/b.md").write_text("# B\n")
    assemble_project(collect_files(item, catalog), stage)
    now = held(stage)
    assert "source/shared/fonts/a.ttf" not in now
    assert not (stage / "source/shared/fonts").exists()
    assert (now["source/a.md"], now["source/b.md"]) == ("# New\n", "# B\n")
    assert now["source/logos/print/logo.svg"] == "<svg id='a'/>"


def test_digest_covers_paths_and_contents(make_catalog: MakeCatalog) -> None:
    catalog = make_catalog(SHARED, FILES)
    files = collect_files(catalog.titles[0], catalog)
    before = hash_files(files)
    os.utime(files["source/a.md"], (0, 0))
    assert hash_files(files) == before
    files["source/a.md"].write_text("# Other\n")
    changed = hash_files(files)
    assert changed != before
    assert hash_files({**files, "source/c.md": files["source/a.md"]}) != changed
