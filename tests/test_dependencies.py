"""Test that the page on dependencies lists the actual ones."""

from __future__ import annotations

import platform
import re
import tomllib
from pathlib import Path
from typing import get_args

from triptych.engine.extras import DISTRIBUTION, PACKAGES, Extra, get_install_command, is_installed

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
FOR_US = {"checkout", "test", "lint", "mutate"}  # contributors to Triptych


def named(requirements: list[str]) -> set[str]:
    names = {re.split(r"[^\w.-]", requirement)[0] for requirement in requirements}
    return names - {DISTRIBUTION}


def test_the_page_has_a_line_for_each_dependency_and_none_more() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    lines = re.findall(r"^\| `([\w.-]+)` (?:\|[^|\n]*){8}\|$", page, re.MULTILINE)
    every = [PROJECT["dependencies"], *EXTRAS.values(), *PYPROJECT["dependency-groups"].values()]
    assert sorted(lines) == sorted(set().union(*map(named, every)))


def test_page_lists_the_size_of_each_extra() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    weighed = re.findall(r"^\| `([\w-]+)` \|[^|\n]*\| \d+ \|$", page, re.MULTILINE)
    assert set(weighed) == set(EXTRAS) - FOR_US


def test_required_extras_exist_and_are_installed() -> None:
    for extra in get_args(Extra):
        assert named(EXTRAS[extra]) == set(PACKAGES[extra].split())
        has_wheels = extra != "mermaid" or platform.machine() != "aarch64"
        assert is_installed(extra) or not has_wheels, get_install_command(extra)


def test_program_knows_its_distribution_name() -> None:
    assert PROJECT["name"] == DISTRIBUTION


def test_make_installs_requirements_of_the_edition() -> None:
    assert "triptych[cjk,graphviz]" in EXTRAS["checkout"]
    tests = [name for line in EXTRAS["test"] for name in re.findall(r"^triptych\[(.*)\]", line)]
    assert {name for names in tests for name in names.split(",")} == set(EXTRAS) - (FOR_US - {"checkout"})
