"""The installed python-pptx is the one whose internals we know; another one is refused, not patched."""

from __future__ import annotations

import inspect
import io
import pkgutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.package import Package

from tests.writers.deck.pptx.internals import INTERNALS, compute_digest, find_changes
from triptych.writers.deck.pptx import package
from triptych.writers.deck.pptx.package import VERSION, CountingPackage, cache_xpath, open_presentation


def test_all_that_is_used_has_the_source_that_we_know() -> None:
    assert list(find_changes()) == []


def test_what_has_changed_or_is_gone_is_named() -> None:
    one = INTERNALS[0]
    known = (
        replace(one, digest="0"),
        replace(one, name=f"{one.name}_not"),
        replace(one, name="pptx.no.such"),
    )
    assert [line.split(" (")[0] for line in find_changes(known)] == [
        f"{one.name} has changed",
        f"{one.name}_not is missing",
        "pptx.no.such is missing",
    ]


def test_a_digest_is_that_of_the_original_where_it_is_replaced() -> None:
    cache_xpath()
    assert "_xpath" in BaseOxmlElement.xpath.__code__.co_name
    assert compute_digest("pptx.oxml.xmlchemy.BaseOxmlElement.xpath") == INTERNALS[0].digest


def test_each_stand_in_is_there_and_says_why() -> None:
    for one in INTERNALS:
        assert one.why
        if one.ours:
            owner, _, name = one.ours.rpartition(".")
            assert inspect.getattr_static(pkgutil.resolve_name(owner), name)


def test_all_that_our_package_overrides_is_declared() -> None:
    own = {name for name in vars(CountingPackage) if hasattr(Package, name) and not name.startswith("__")}
    declared = {one.name.rpartition(".")[2] for one in INTERNALS if "CountingPackage" in one.ours}
    assert own == declared


def test_only_what_says_so_is_replaced_in_the_library_itself() -> None:
    everywhere = [one.name for one in INTERNALS if one.everywhere]
    source = "".join(path.read_text("utf-8") for path in Path(package.__file__).parent.glob("*.py"))
    assert source.count("setattr(") == len(everywhere) == 1


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Presentation().save(buffer)
    assert open_presentation(buffer.getvalue()).slide_masters
    monkeypatch.setattr("triptych.writers.deck.pptx.package.version", lambda name: "1.1.0")
    with pytest.raises(ImportError, match=r"python-pptx 1\.0\.2, but 1\.1\.0 is installed"):
        open_presentation(buffer.getvalue())


def test_the_project_asks_for_the_version_that_is_known() -> None:
    project = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"python-pptx=={VERSION}" in project["dependencies"]
