"""Test references between titles: their text, the resulting build order, and stale references."""

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
    return {title.name: title for title in build_titles(catalog, catalog.titles, ONE)}


def text_of(catalog: Catalog, name: str) -> str:
    with zipfile.ZipFile(catalog.output_folder / name / f"{name.rpartition('/')[2]}.epub") as archive:
        return "".join(archive.read(item).decode() for item in archive.namelist() if item.endswith(".xhtml"))


def still_stale(catalog: Catalog) -> list[Diagnostic]:
    return list(report_outdated_titles(catalog.titles, Ledger(locate_records(catalog))))


def test_reference_to_another_title_includes_its_name(make_catalog: MakeCatalog) -> None:
    files = {
        **title("a", "See @books/b:sec-deep and [-@books/b:sec-deep], and [chapter @books/b:sec-deep]."),
        **title("books/b", "## Deep water {#sec-deep}\n\nText."),
    }
    catalog = make_catalog("titles: [a, books/b]\n", files)
    result = build(catalog)
    assert [(name, item.state) for name, item in result.items()] == [
        ("books/b", TitleState.BUILT),
        ("a", TitleState.BUILT),
    ]
    assert "See Section\u00a01.1 (<em>b</em>) and 1.1 (<em>b</em>)" in text_of(catalog, "a")
    assert "chapter\u00a01.1 (<em>b</em>)." in text_of(catalog, "a")
    table = json.loads((catalog.output_folder / "books/b/b.refs.json").read_text())
    assert table["title"] == "b"
    assert table["labels"]["sec-deep"] == {"kind": "sec", "number": "1.1", "title": "Deep water"}


def test_changed_numbers_rebuild_titles_that_refer_to_them(make_catalog: MakeCatalog) -> None:
    files = {**title("a", "See @b:sec-deep."), **title("b", "## Deep {#sec-deep}\n\nText."), **title("c")}
    catalog = make_catalog("titles: [a, b, c]\n", files)
    build(catalog)
    assert {item.state for item in build(catalog).values()} == {TitleState.UP_TO_DATE}
    section = catalog.root / "b/source/a.md"
    section.write_text("# A section\n\n## Shallow\n\nText.\n\n## Deep {#sec-deep}\n\nText.\n")
    result = build(catalog)
    assert {name: item.state for name, item in result.items()} == {
        "a": TitleState.BUILT,
        "b": TitleState.BUILT,
        "c": TitleState.UP_TO_DATE,
    }
    assert "Section\u00a01.2 (<em>b</em>)" in text_of(catalog, "a")


def test_check_needs_no_earlier_build(make_catalog: MakeCatalog) -> None:
    files = {**title("a", "See @b:sec-deep and @b:sec-gone."), **title("b", "## Deep {#sec-deep}\n\nText.")}
    catalog = make_catalog("titles: [a, b]\n", files)
    made = {item.name: item for item in check_titles(catalog, catalog.titles, ONE)}
    assert made["b"].state is TitleState.VALID
    (result,) = made["a"].diagnostics
    assert str(result).startswith(
        'a/source/a.md:3:21: error[REF001]: title "b" has no element with the id "sec-gone"'
    )


def test_unknown_reference_is_reported_at_its_position(make_catalog: MakeCatalog) -> None:
    files = {**title("a", "See @b:sec-gone."), **title("b", "## Deep {#sec-deep}"), **title("c", "@d:fig-x")}
    catalog = make_catalog("titles: [a, b, c]\n", files)
    result = build(catalog)
    diagnostics = [str(finding) for name in ("a", "c") for finding in result[name].diagnostics]
    assert diagnostics[0].startswith(
        'a/source/a.md:3:5: error[REF001]: title "b" has no element with the id "sec-gone"'
    )
    assert diagnostics[1].startswith('c/source/a.md:3:1: error[REF001]: the catalogue has no title named "d"')


def test_circular_references_use_the_last_build_and_are_reported_as_outdated(
    make_catalog: MakeCatalog,
) -> None:
    deep = "## Deep {#sec-deep}\n\n"
    files = {**title("a", deep), **title("b", deep + "See @a:sec-deep.")}
    catalog = make_catalog("titles: [a, b]\n", files)
    build(catalog)
    (catalog.root / "a/source/a.md").write_text(f"# A section\n\n## New\n\nText.\n\n{deep}See @b:sec-deep.\n")
    result = build(catalog)
    assert {item.state for item in result.values()} == {TitleState.BUILT, TitleState.UP_TO_DATE}
    assert [finding.message for finding in still_stale(catalog)] == [
        "b: numbers in cross-references to other books are out of date"
    ]
    build(catalog)
    assert still_stale(catalog) == []
    assert "Section\u00a01.2 (<em>a</em>)" in text_of(catalog, "b")


def test_a_circle_is_built_by_the_second_run(make_catalog: MakeCatalog) -> None:
    deep = "## Deep {#sec-deep}\n\n"
    files = {**title("a", f"{deep}See @b:sec-deep."), **title("b", f"{deep}See @a:sec-deep.")}
    catalog = make_catalog("titles: [a, b]\n", files)
    assert {item.state for item in build(catalog).values()} == {TitleState.FAILED}
    assert {item.state for item in build(catalog).values()} == {TitleState.BUILT}
    assert still_stale(catalog) == []
    assert "Section\u00a01.1 (<em>a</em>)" in text_of(catalog, "b")


def test_references_to_a_failing_title_use_its_last_numbers(make_catalog: MakeCatalog) -> None:
    files = {**title("a", "See @b:sec-deep."), **title("b", "## Deep {#sec-deep}\n\nText.")}
    catalog = make_catalog("titles: [a, b]\n", files)
    build(catalog)
    (catalog.root / "b/source/a.md").write_text("# A\n\nSee @fig-none.\n")
    (catalog.root / "a/source/a.md").write_text("# A\n\nNow see @b:sec-deep.\n")
    result = build(catalog)
    assert {name: item.state for name, item in result.items()} == {
        "b": TitleState.FAILED,
        "a": TitleState.BUILT,
    }
    checked = {item.name: item.state for item in check_titles(catalog, catalog.titles, ONE)}
    assert checked == {"b": TitleState.FAILED, "a": TitleState.VALID}


def test_mentions_are_references_to_titles_of_the_list(make_catalog: MakeCatalog) -> None:
    text = "@b:sec-x, [see @{c/d:fig-y}], me@b:sec-z, @e:sec-x, @b:other, @a:sec-x"
    files = {**title("a", text), **title("b"), **title("c/d")}
    catalog = make_catalog("titles: [a, b, c/d]\n", files)
    names = frozenset(item.name for item in catalog.titles)
    assert find_referenced_titles(catalog.titles[0], catalog, names) == {"b", "c/d"}


def test_titles_are_built_after_those_they_refer_to() -> None:
    mentions = {name: frozenset(others) for name, others in {"a": "b", "b": "c", "x": "y", "y": "x"}.items()}
    assert list(group_into_waves(["a", "b", "c", "d", "x", "y"], mentions)) == [
        ["c", "d"],
        ["b"],
        ["a"],
        ["x", "y"],
    ]
