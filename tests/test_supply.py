"""Test the supply chain: lock files, licences, and the report of an audit."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
import audit  # noqa: E402
import licences  # noqa: E402
import write_lock  # noqa: E402

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "requirements").glob("*.txt"))}
NODE = ROOT / "scripts/test-tools"
GROUPS = PYPROJECT["dependency-groups"]  # each has its own lock file
# Each layer is installed on top of the previous ones.
LAYERS = {"edition": ("checkout",), "tests": ("test", "lint"), "mutation": ("mutate",)}


HERE = write_lock.Target((3, 11), "linux", "x86_64")


class Entry(NamedTuple):
    """A package in a lock file, with its environment marker, its files and their hashes."""

    name: str
    version: str
    marker: str
    files: list[str]
    hashes: list[str]


ENTRY = re.compile(
    r"((?:# \S+\n)*)([a-z0-9.-]+)==(\S+)(?: ; ([^\n]+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
)


def entries(lock: str) -> list[Entry]:
    """Return the packages of a lock file, which otherwise contains only a header."""
    head, rest = re.match(r"(# By [^\n]*\n# Serves [^\n]*\n)(.*)", lock, re.DOTALL).groups()
    result = list(ENTRY.finditer(rest))
    assert "".join(match[0] for match in result) == rest, head
    return [
        Entry(match[2], match[3], match[4] or "", match[1].replace("#", "").split(), HASH.findall(match[5]))
        for match in result
    ]


HASH = re.compile(r"[0-9a-f]{64}")


def pins(lock: str, target: write_lock.Target = HERE) -> dict[str, str]:
    """Return the names and versions of the packages that a system needs."""
    return {entry.name: entry.version for entry in entries(lock) if target.meets(entry.marker)}


def asked(requirements: list[str], target: write_lock.Target = HERE) -> Iterator[Requirement]:
    """Return the requirements on a system, including those of our own extras."""
    for requirement in map(Requirement, requirements):
        if requirement.marker is not None and not target.meets(str(requirement.marker)):
            continue
        if requirement.name == PROJECT["name"]:
            for extra in requirement.extras:
                yield from asked(EXTRAS[extra], target)
        else:
            yield requirement


def unmet(requirements: Iterator[Requirement], pinned: dict[str, str]) -> list[str]:
    """Return requirements that are not pinned, or pinned to a version out of range."""
    sentences = []
    for requirement in requirements:
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            sentences.append(f"{requirement} but {version}")
    return sentences


@pytest.mark.parametrize("target", write_lock.TARGETS, ids=str)
def test_lock_satisfies_pyproject(target: write_lock.Target) -> None:
    pinned: dict[str, str] = {}
    expected = [*PROJECT["dependencies"], *PYPROJECT["build-system"]["requires"]]
    for layer, extras in LAYERS.items():
        pinned |= pins(LOCKS[layer], target)
        expected += [f"triptych[{','.join(extras)}]"]
        assert unmet(asked(expected, target), pinned) == [], "run make lock"
    for group, requirements in GROUPS.items():
        assert unmet(asked(requirements, target), pins(LOCKS[group], target)) == [], "run make lock"


def test_lock_supports_four_python_versions_on_three_systems() -> None:
    assert {target.python for target in write_lock.TARGETS} == {(3, 11), (3, 12), (3, 13), (3, 14)}
    systems = {(target.system, target.machine) for target in write_lock.TARGETS}
    assert systems == {("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64")}
    assert len(write_lock.TARGETS) == 12
    assert set(LOCKS) == {*LAYERS, *GROUPS}


@pytest.mark.parametrize("layer", LAYERS)
def test_each_system_has_a_hashed_wheel_of_each_required_package(layer: str) -> None:
    for entry in entries(LOCKS[layer]):
        assert len(entry.files) == len(entry.hashes) == len(set(entry.hashes)) > 0, entry.name
        for target in write_lock.TARGETS:
            if target.meets(entry.marker) and entry.name not in write_lock.SOURCE_ONLY:
                assert any(write_lock.can_install(name, target) for name in entry.files), (entry.name, target)


def test_packages_from_source_are_those_that_make_builds() -> None:
    text = (ROOT / "scripts/install-packages").read_text("utf-8")
    assert re.findall(r"--no-binary (\S+)", text) == [",".join(sorted(write_lock.SOURCE_ONLY))]
    for layer in LAYERS:
        sources = {entry.name for entry in entries(LOCKS[layer]) if not entry.files[0].endswith(".whl")}
        assert sources <= write_lock.SOURCE_ONLY


def test_lock_is_used_where_it_applies() -> None:
    """Test that the script installs the lock file under the conditions for which it was written."""
    text = (ROOT / "scripts/install-packages").read_text("utf-8")
    (first, last) = (write_lock.PYTHON_VERSIONS[0], write_lock.PYTHON_VERSIONS[-1])
    assert f"{first} <= sys.version_info[:2] <= {last}" in text
    assert f"oldest, version = {write_lock.MACOS}, " in text
    assert f"oldest, (libc, version) = {write_lock.GLIBC}, " in text
    assert {machine for _, machine in write_lock.SYSTEMS} == {"arm64", "x86_64", "aarch64"}


def test_pip_itself_is_locked_and_installed_first() -> None:
    script = (ROOT / "scripts/install-packages").read_text("utf-8")
    assert script.index("requirements/installer.txt") < script.index("requirements/$LAYER.txt")
    assert set(pins(LOCKS["installer"])) == {"pip", "setuptools"}
    assert set(pins(LOCKS["installer"], write_lock.TARGETS[-1])) == {"pip"}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert ".tools/%/.installed: requirements/installer.txt requirements/%.txt" in makefile


class TestWritingTheLock:
    @staticmethod
    def package(*files: str, marker: str = "", name: str = "a") -> dict[str, Any]:
        wheels = [{"url": f"x://y/{file}", "hashes": {"sha256": f"{n:064x}"}} for n, file in enumerate(files)]
        return {"name": name, "version": "1", "wheels": wheels, **({"marker": marker} if marker else {})}

    def test_wheels_of_other_systems_are_left_out(self) -> None:
        result = self.package(
            "a-1-py3-none-any.whl", "a-1-cp311-cp311-win_amd64.whl", "a-1-cp310-cp310-any.whl"
        )
        files, missing = write_lock.find_files(result)
        assert (files, missing) == ({"a-1-py3-none-any.whl": f"{0:064x}"}, [])
        entry = f"# a-1-py3-none-any.whl\na==1 \\\n    --hash=sha256:{0:064x}\n"
        assert write_lock.format_entry(result, files) == entry
        assert "://" not in entry

    def test_a_system_without_a_wheel_is_an_error(self, tmp_path: Path, capsys: Any) -> None:
        linux = "a-1-cp311-abi3-manylinux_2_28_x86_64.whl"
        text = 'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1"\n'
        text += f'wheels = [{{ url = "x://y/{linux}", hashes = {{ sha256 = "0" }} }}]\n'
        (tmp_path / "pylock.one.toml").write_text(text)
        assert write_lock.main(tmp_path, ["one"]) == 1
        err = capsys.readouterr().err.splitlines()
        assert len(err) == 8
        assert err[0] == "error: a 1 has no wheel for Python 3.11 on linux (aarch64)"

    def test_too_new_a_system_does_not_count(self) -> None:
        result = self.package("a-1-py3-none-manylinux_2_39_x86_64.whl", "a-1-py3-none-macosx_16_0_arm64.whl")
        files, missing = write_lock.find_files(result)
        assert (files, len(missing)) == ({}, 12)

    def test_a_package_that_some_need_has_a_marker_and_one_that_none_needs_is_left_out(self) -> None:
        result = self.package("a-1-py3-none-any.whl", marker="python_version < '3.12'")
        assert "a==1 ; python_version < '3.12' \\\n" in "".join(write_lock.iter_entries([result], []))
        other = self.package("a-1-py3-none-any.whl", marker="sys_platform == 'win32'")
        assert list(write_lock.iter_entries([other], [])) == []

    def test_layer_contains_only_additional_packages(self, tmp_path: Path) -> None:
        def lock(*names: str) -> str:
            return "".join(
                f'[[packages]]\nname = "{name}"\nversion = "1"\n'
                f'wheels = [{{ url = "x://y/{name}-1-py3-none-any.whl", hashes = {{ sha256 = "0" }} }}]\n'
                for name in names
            )

        (tmp_path / "pylock.low.toml").write_text(lock("a"))
        (tmp_path / "pylock.high.toml").write_text(lock("a", "b"))
        assert write_lock.main(tmp_path, ["low", "high"]) == 0
        assert re.findall("^[ab]", (tmp_path / "high.txt").read_text(), re.M) == ["b"]


def test_range_that_excludes_the_lock_is_reported() -> None:
    pinned = {"click": "8.5.1"}
    assert unmet(asked(["click>=8.1,<9"]), pinned) == []
    assert unmet(asked(["click>=9"]), pinned) == ["click>=9 but 8.5.1"]
    assert unmet(asked(["rich"]), pinned) == ["rich but None"]


@pytest.mark.parametrize("target", write_lock.TARGETS, ids=str)
def test_a_package_has_one_version_on_each_system(target: write_lock.Target) -> None:
    results = [entry for layer in LAYERS for entry in entries(LOCKS[layer]) if target.meets(entry.marker)]
    assert len(results) == len({entry.name for entry in results}) > 100


def test_lock_states_its_platforms_and_names_no_registry() -> None:
    for layer in LAYERS:
        assert LOCKS[layer].startswith(write_lock.HEAD)
    node = (NODE / "package-lock.json").read_text("utf-8")
    for lock in LOCKS.values():
        assert "://" not in lock and "--index" not in lock
    assert '"resolved"' not in node


def test_node_packages_are_pinned_by_hash() -> None:
    lock = json.loads((NODE / "package-lock.json").read_text("utf-8"))["packages"]
    expected = json.loads((NODE / "package.json").read_text("utf-8"))["dependencies"]
    assert lock.pop("")["dependencies"] == expected
    assert {name: lock[f"node_modules/{name}"]["version"] for name in expected} == expected
    assert all("integrity" in package for package in lock.values())


def test_installed_packages_have_allowed_licences() -> None:
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
def test_licence_expression_is_allowed_if_allowed_licences_satisfy_it(licence: str, allowed: bool) -> None:
    assert licences.is_allowed(licence) is allowed


def test_an_exemption_is_for_one_licence() -> None:
    assert licences.refused([("Pikepdf", "MPL-2.0"), ("resvg_py", "")]) == []
    assert licences.refused([("pikepdf", "AGPL-3.0-only"), ("other", "MPL-2.0"), ("third", "")]) == [
        "pikepdf: AGPL-3.0-only, and the exemption is for MPL-2.0",
        "other: MPL-2.0",
        "third: no licence",
    ]


class Installed(Distribution):
    """A package with the metadata that a test needs."""

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
def test_licence_is_read_from_package_metadata(metadata: str, licence: str) -> None:
    assert [*licences.of_distributions([Installed(metadata)])] == [("x", licence)]


def test_packages_without_audit_data_are_not_accepted() -> None:
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
    result = {"vulnerabilities": {"x": {"range": "<2", "severity": "high"}}}
    assert audit.of_node(json.dumps(result)) == (["x <2: high"], [])
