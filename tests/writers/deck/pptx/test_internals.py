"""Test that the installed version of python-pptx is known, and that other versions are rejected."""

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
from triptych.writers.deck.pptx.package import VERSION, CountingPackage, enable_xpath_cache, open_presentation


def test_used_internals_have_the_known_source() -> None:
    assert list(find_changes()) == []


def test_changed_or_removed_internals_are_reported() -> None:
    item = INTERNALS[0]
    known = (
        replace(item, digest="0"),
        replace(item, name=f"{item.name}_not"),
        replace(item, name="pptx.no.such"),
    )
    assert [line.split(" (")[0] for line in find_changes(known)] == [
        f"{item.name} has changed",
        f"{item.name}_not is missing",
        "pptx.no.such is missing",
    ]


def test_digest_of_a_patched_function_is_that_of_the_original() -> None:
    enable_xpath_cache()
    assert "_xpath" in BaseOxmlElement.xpath.__code__.co_name
    assert compute_digest("pptx.oxml.xmlchemy.BaseOxmlElement.xpath") == INTERNALS[0].digest


def test_each_patch_exists_with_a_reason() -> None:
    for item in INTERNALS:
        assert item.why
        if item.ours:
            owner, _, name = item.ours.rpartition(".")
            assert inspect.getattr_static(pkgutil.resolve_name(owner), name)


def test_all_that_our_package_overrides_is_declared() -> None:
    own = {name for name in vars(CountingPackage) if hasattr(Package, name) and not name.startswith("__")}
    declared = {item.name.rpartition(".")[2] for item in INTERNALS if "CountingPackage" in item.ours}
    assert own == declared


def test_only_declared_internals_are_patched_in_the_library() -> None:
    everywhere = [item.name for item in INTERNALS if item.everywhere]
    source = "".join(path.read_text("utf-8") for path in Path(package.__file__).parent.glob("*.py"))
    assert source.count("setattr(") == len(everywhere) == 1


def test_other_version_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Presentation().save(buffer)
    assert open_presentation(buffer.getvalue()).slide_masters
    monkeypatch.setattr("triptych.writers.deck.pptx.package.version", lambda name: "1.1.0")
    with pytest.raises(ImportError, match=r"python-pptx 1\.0\.2, but 1\.1\.0 is installed"):
        open_presentation(buffer.getvalue())


def test_project_requires_the_known_version() -> None:
    project = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"python-pptx=={VERSION}" in project["dependencies"]
