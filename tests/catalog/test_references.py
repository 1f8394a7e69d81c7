"""References from one title to another: what they read as, in which order titles are built, what is stale."""

from __future__ import annotations

import json
import zipfile

import pytest

from tests.catalog.conftest import MakeCatalog, title
from triptych.catalog.ledger import Ledger
from triptych.catalog.preparation import RunOptions, locate_records
from triptych.catalog.run import (
    build_titles,
    check_titles,
    find_referenced_titles,
    group_into_waves,
    report_outdated_titles,
)
from triptych.catalog.title_build import TitleResult, TitleState
from triptych.catalog.titles import Catalog
from triptych.diagnostics import Diagnostic

pytestmark = pytest.mark.usefixtures("in_this_process")

ONE = RunOptions(jobs=1)


def build(catalog: Catalog) -> dict[str, TitleResult]:
    return {made.name: made for made in build_titles(catalog, catalog.titles, ONE)}


def text_of(catalog: Catalog, name: str) -> str:
    with zipfile.ZipFile(catalog.output_folder / name / f"{name.rpartition('/')[2]}.epub") as archive:
        return "".join(archive.read(one).decode() for one in archive.namelist() if one.endswith(".xhtml"))


def still_stale(catalog: Catalog) -> list[Diagnostic]:
    return list(report_outdated_titles(catalog.titles, Ledger(locate_records(catalog))))


def test_a_reference_reads_as_there_with_the_title_behind_it(make_catalog: MakeCatalog) -> None:
    files = {
        **title("a", "See @books/b:sec-deep and [-@books/b:sec-deep], and [chapter @books/b:sec-deep]."),
        **title("books/b", "## Deep water {#sec-deep}\n\nText."),
    }
    catalog = make_catalog("titles: [a, books/b]\n", files)
    made = build(catalog)
    assert [(name, one.state) for name, one in made.items()] == [
        ("books/b", TitleState.BUILT),
        ("a", TitleState.BUILT),
    ]
    assert "See Section\u00a01.1 (<em>b</em>) and 1.1 (<em>b</em>)" in text_of(catalog, "a")
    assert "chapter\u00a01.1 (<em>b</em>)." in text_of(catalog, "a")
    table = json.loads((catalog.output_folder / "books/b/b.refs.json").read_text())
    assert table["title"] == "b"
    assert table["labels"]["sec-deep"] == {"kind": "sec", "number": "1.1", "title": "Deep water"}


def test_numbers_that_move_build_those_again_that_show_them(make_catalog: MakeCatalog) -> None:
    files = {**title("a", "See @b:sec-deep."), **title("b", "## Deep {#sec-deep}\n\nText."), **title("c")}
    catalog = make_catalog("titles: [a, b, c]\n", files)
    build(catalog)
    assert {one.state for one in build(catalog).values()} == {TitleState.UP_TO_DATE}
    section = catalog.root / "b/source/a.md"
    section.write_text("# A section\n\n## Shallow\n\nText.\n\n## Deep {#sec-deep}\n\nText.\n")
    made = build(catalog)
    assert {name: one.state for name, one in made.items()} == {
        "a": TitleState.BUILT,
        "b": TitleState.BUILT,
        "c": TitleState.UP_TO_DATE,
    }
    assert "Section\u00a01.2 (<em>b</em>)" in text_of(catalog, "a")


def test_a_check_needs_no_build_before(make_catalog: MakeCatalog) -> None:
    files = {**title("a", "See @b:sec-deep and @b:sec-gone."), **title("b", "## Deep {#sec-deep}\n\nText.")}
    catalog = make_catalog("titles: [a, b]\n", files)
    made = {one.name: one for one in check_titles(catalog, catalog.titles, ONE)}
    assert made["b"].state is TitleState.VALID
    (found,) = made["a"].diagnostics
    assert str(found).startswith('a/source/a.md:3:21: error[REF001]: title "b" has no id "sec-gone"')


def test_what_is_not_there_is_told_at_its_place(make_catalog: MakeCatalog) -> None:
    files = {**title("a", "See @b:sec-gone."), **title("b", "## Deep {#sec-deep}"), **title("c", "@d:fig-x")}
    catalog = make_catalog("titles: [a, b, c]\n", files)
    made = build(catalog)
    told = [str(finding) for name in ("a", "c") for finding in made[name].diagnostics]
    assert told[0].startswith('a/source/a.md:3:5: error[REF001]: title "b" has no id "sec-gone"')
    assert told[1].startswith('c/source/a.md:3:1: error[REF001]: the catalogue has no title named "d"')


def test_titles_in_a_circle_take_what_was_built_last_and_are_told_as_stale(make_catalog: MakeCatalog) -> None:
    deep = "## Deep {#sec-deep}\n\n"
    files = {**title("a", deep), **title("b", deep + "See @a:sec-deep.")}
    catalog = make_catalog("titles: [a, b]\n", files)
    build(catalog)
    (catalog.root / "a/source/a.md").write_text(f"# A section\n\n## New\n\nText.\n\n{deep}See @b:sec-deep.\n")
    made = build(catalog)
    assert {one.state for one in made.values()} == {TitleState.BUILT, TitleState.UP_TO_DATE}
    assert [finding.message for finding in still_stale(catalog)] == [
        "b: cross-references to other titles show outdated numbers"
    ]
    build(catalog)
    assert still_stale(catalog) == []
    assert "Section\u00a01.2 (<em>a</em>)" in text_of(catalog, "b")


def test_a_circle_is_built_by_the_second_run(make_catalog: MakeCatalog) -> None:
    deep = "## Deep {#sec-deep}\n\n"
    files = {**title("a", f"{deep}See @b:sec-deep."), **title("b", f"{deep}See @a:sec-deep.")}
    catalog = make_catalog("titles: [a, b]\n", files)
    assert {one.state for one in build(catalog).values()} == {TitleState.FAILED}
    assert {one.state for one in build(catalog).values()} == {TitleState.BUILT}
    assert still_stale(catalog) == []
    assert "Section\u00a01.1 (<em>a</em>)" in text_of(catalog, "b")


def test_a_title_that_fails_is_referred_to_as_it_was(make_catalog: MakeCatalog) -> None:
    files = {**title("a", "See @b:sec-deep."), **title("b", "## Deep {#sec-deep}\n\nText.")}
    catalog = make_catalog("titles: [a, b]\n", files)
    build(catalog)
    (catalog.root / "b/source/a.md").write_text("# A\n\nSee @fig-none.\n")
    (catalog.root / "a/source/a.md").write_text("# A\n\nNow see @b:sec-deep.\n")
    made = build(catalog)
    assert {name: one.state for name, one in made.items()} == {"b": TitleState.FAILED, "a": TitleState.BUILT}
    checked = {one.name: one.state for one in check_titles(catalog, catalog.titles, ONE)}
    assert checked == {"b": TitleState.FAILED, "a": TitleState.VALID}


def test_mentions_are_references_to_titles_of_the_list(make_catalog: MakeCatalog) -> None:
    text = "@b:sec-x, [see @{c/d:fig-y}], me@b:sec-z, @e:sec-x, @b:other, @a:sec-x"
    files = {**title("a", text), **title("b"), **title("c/d")}
    catalog = make_catalog("titles: [a, b, c/d]\n", files)
    names = frozenset(one.name for one in catalog.titles)
    assert find_referenced_titles(catalog.titles[0], catalog, names) == {"b", "c/d"}


def test_each_is_built_behind_those_that_it_refers_to() -> None:
    mentions = {name: frozenset(others) for name, others in {"a": "b", "b": "c", "x": "y", "y": "x"}.items()}
    assert list(group_into_waves(["a", "b", "c", "d", "x", "y"], mentions)) == [
        ["c", "d"],
        ["b"],
        ["a"],
        ["x", "y"],
    ]
