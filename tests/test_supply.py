"""What is installed is what was looked at: the lock, its licences, and what an audit says."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
import audit  # noqa: E402
import licences  # noqa: E402

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "requirements").glob("*.txt"))}
NODE = ROOT / "scripts/test-tools"
# Each layer lies on those before it, but the last, which has an environment of its own.
LAYERS = {"edition": ("checkout",), "tests": ("test", "lint"), "mutation": ("mutate",)}


def pins(lock: str) -> dict[str, str]:
    """Names of packages and their versions."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", lock, re.MULTILINE))


def asked(requirements: list[str]) -> Iterator[Requirement]:
    """What some requirements ask for, those of our own extras among them."""
    for requirement in map(Requirement, requirements):
        if requirement.name == PROJECT["name"]:
            for extra in requirement.extras:
                yield from asked(EXTRAS[extra])
        else:
            yield requirement


def unmet(requirements: Iterator[Requirement], pinned: dict[str, str]) -> list[str]:
    """What is asked for and not pinned, or to a version that is outside of the range."""
    sentences = []
    for requirement in requirements:
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            sentences.append(f"{requirement} but {version}")
    return sentences


def test_the_lock_has_what_pyproject_asks_for() -> None:
    pinned: dict[str, str] = {}
    wanted = [*PROJECT["dependencies"], *PYPROJECT["build-system"]["requires"]]
    for layer, extras in LAYERS.items():
        pinned |= pins(LOCKS[layer])
        wanted += [f"triptych[{','.join(extras)}]"]
        assert unmet(asked(wanted), pinned) == [], "run make lock"
    supply = PYPROJECT["dependency-groups"]["supply"]
    assert unmet(asked(supply), pins(LOCKS["supply"])) == [], "run make lock"


def test_a_range_that_the_lock_is_outside_of_is_told() -> None:
    pinned = {"click": "8.5.1"}
    assert unmet(asked(["click>=8.1,<9"]), pinned) == []
    assert unmet(asked(["click>=9"]), pinned) == ["click>=9 but 8.5.1"]
    assert unmet(asked(["rich"]), pinned) == ["rich but None"]


def test_a_package_has_one_version_and_each_version_its_hashes() -> None:
    names = [name for layer in LAYERS for name in pins(LOCKS[layer])]
    assert len(names) == len(set(names))
    for lock in LOCKS.values():
        entries = re.findall(r"^[^#\s][^\n]*\n(?:^ [^\n]*\n)*", lock, re.MULTILINE)
        assert len(entries) == len(pins(lock)) > 0
        for entry in entries:
            assert re.fullmatch(r"\S+==[^\n]+ \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", entry), entry


def test_a_lock_says_what_it_serves_and_names_no_registry() -> None:
    for layer in LAYERS:
        assert "# Serves Python 3.11 on Linux" in LOCKS[layer]
    node = (NODE / "package-lock.json").read_text("utf-8")
    for lock in LOCKS.values():
        assert "://" not in lock and "--index" not in lock
    assert '"resolved"' not in node


def test_node_packages_are_pinned_by_hash() -> None:
    lock = json.loads((NODE / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = json.loads((NODE / "package.json").read_text("utf-8"))["dependencies"]
    assert lock.pop("")["dependencies"] == wanted
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in package for package in lock.values())


def test_what_is_installed_has_licences_that_may_be_here() -> None:
    installed = [*licences.of_distributions(distributions())]
    assert len(installed) > 50
    assert licences.refused(installed) == []
    assert licences.refused(licences.of_node_packages(NODE / "package-lock.json")) == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("AGPL-3.0-only", False),
        ("", False),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR GPL-2.0-only) AND Apache-2.0", True),
        ("MIT AND (GPL-2.0-only OR (AGPL-3.0-only AND MIT))", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("(MIT", False),
        ("MIT MIT", False),
    ],
)
def test_an_expression_is_allowed_where_allowed_licences_meet_it(licence: str, allowed: bool) -> None:
    assert licences.is_allowed(licence) is allowed


def test_an_exemption_is_for_one_licence() -> None:
    assert licences.refused([("Pikepdf", "MPL-2.0"), ("resvg_py", "")]) == []
    assert licences.refused([("pikepdf", "AGPL-3.0-only"), ("other", "MPL-2.0"), ("third", "")]) == [
        "pikepdf: AGPL-3.0-only, and the exemption is for MPL-2.0",
        "other: MPL-2.0",
        "third: no licence",
    ]


class Installed(Distribution):
    """A package that says of itself what a test wants."""

    def __init__(self, metadata: str) -> None:
        self.text = f"Metadata-Version: 2.4\nName: x\n{metadata}\n"

    def read_text(self, filename: str) -> str | None:
        return self.text if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ("License-Expression: MIT\nLicense: Other", "MIT"),
        ("License: Apache License 2.0", "Apache-2.0"),
        ("License: The whole text\nClassifier: License :: OSI Approved :: BSD License", "BSD"),
        ("License: MIT OR X\nClassifier: License :: A\nClassifier: License :: B", "MIT OR X"),
        ("Classifier: License :: OSI Approved :: A\nClassifier: License :: B", "A; B"),
        ("", ""),
    ],
)
def test_a_licence_is_read_from_what_a_package_says(metadata: str, licence: str) -> None:
    assert [*licences.of_distributions([Installed(metadata)])] == [("x", licence)]


def test_packages_that_nobody_could_look_at_are_no_sound_packages() -> None:
    sound = {"name": "a", "version": "1", "vulns": []}
    bad = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
    skipped = {"name": "c", "skip_reason": "not found"}
    ours = {"name": "triptych", "skip_reason": "not found"}
    assert audit.of_python(json.dumps({"dependencies": [sound, ours]})) == ([], [])
    assert audit.of_python(json.dumps({"dependencies": [sound, bad, skipped, ours]})) == (
        ["b 2: PYSEC-1, mended in 2.1"],
        ["1 of 4 Python packages: not found"],
    )
    assert audit.of_python("Traceback\nNo address\n") == ([], ["pip-audit says No address"])
    nothing = ["npm has no answer on the packages of scripts/test-tools"]
    assert audit.of_node('{"message": "405"}') == ([], nothing)
    found = {"vulnerabilities": {"x": {"range": "<2", "severity": "high"}}}
    assert audit.of_node(json.dumps(found)) == (["x <2: high"], [])
