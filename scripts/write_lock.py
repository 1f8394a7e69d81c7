"""Write the lock files of a checkout from uv's result: scripts/write_lock.py FOLDER LAYER...

For each layer, ``FOLDER/pylock.LAYER.toml`` is uv's lock file (PEP 751), with the files for all systems and
URLs of a registry. ``FOLDER/LAYER.txt`` gets the packages that no earlier layer has, each with the wheels for
the supported systems: their names in comments, and their hashes in the same order. The exit code is 1 if a
package has no wheel for one of these systems.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

PYTHON_VERSIONS = ((3, 11), (3, 12), (3, 13), (3, 14))
SYSTEMS = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"))
GLIBC, MACOS = (2, 35), (15, 0)  # oldest supported versions
SOURCE_ONLY = {"yattag"}  # dependencies of cosmic-ray without wheels

HEAD = """\
# By version and hash, made by `make lock`: edit pyproject.toml, not this file.
# Serves Python 3.11 to 3.14 on Linux (x86-64 and ARM64, glibc 2.35 or later) and macOS (ARM64, 15 or later).
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A version of CPython on a system."""

    python: tuple[int, int]
    system: str
    machine: str

    def meets(self, marker: str) -> bool:
        """Return whether an environment marker (PEP 508) is true."""
        version = f"{self.python[0]}.{self.python[1]}"
        environment = {
            "python_version": version,
            "python_full_version": f"{version}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "sys_platform": self.system,
            "platform_system": {"linux": "Linux", "darwin": "Darwin"}[self.system],
            "platform_machine": self.machine,
            "os_name": "posix",
        }
        return not marker or Marker(marker).evaluate(environment)

    def __str__(self) -> str:
        return f"Python {self.python[0]}.{self.python[1]} on {self.system} ({self.machine})"


TARGETS = [Target(python, *system) for python in PYTHON_VERSIONS for system in SYSTEMS]


@cache
def list_tags(target: Target) -> frozenset[Tag]:
    """Return the tags of the wheels that a target can install (PEP 425, PEP 600)."""
    if target.system == "darwin":
        platforms = list(mac_platforms(MACOS, target.machine))
    else:
        platforms = [f"manylinux_2_{minor}_{target.machine}" for minor in range(5, GLIBC[1] + 1)]
        old = ("manylinux1", "manylinux2010", "manylinux2014", "linux")
        platforms += [f"{name}_{target.machine}" for name in old]
    interpreter = f"cp{target.python[0]}{target.python[1]}"
    native = cpython_tags(target.python, platforms=platforms)
    return frozenset((*native, *compatible_tags(target.python, interpreter, platforms)))


def can_install(name: str, target: Target) -> bool:
    """Return whether a target can install the wheel with the file name ``name``."""
    return not list_tags(target).isdisjoint(parse_wheel_filename(name)[3])


def find_files(package: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return the hashes of a package's files for all targets by name, and messages on missing files."""
    wheels = {_get_name(wheel): wheel["hashes"]["sha256"] for wheel in package.get("wheels", ())}
    targets = [target for target in TARGETS if target.meets(package.get("marker", ""))]
    if package["name"] in SOURCE_ONLY:
        source = package["sdist"]
        return ({_get_name(source): source["hashes"]["sha256"]} if targets else {}), []
    names = sorted(name for name in wheels if any(can_install(name, target) for target in targets))
    missing = [
        f"{package['name']} {package['version']} has no wheel for {target}"
        for target in targets
        if not any(can_install(name, target) for name in names)
    ]
    return {name: wheels[name] for name in names}, missing


def _get_name(file: Mapping[str, Any]) -> str:
    return str(file.get("name") or file["url"].rpartition("/")[2])


def format_entry(package: Mapping[str, Any], files: Mapping[str, str]) -> str:
    """Return a package as an entry of a requirements file, with a marker if some targets do not need it."""
    marker = package.get("marker", "")
    is_general = all(target.meets(marker) for target in TARGETS)
    pin = f"{package['name']}=={package['version']}" + ("" if is_general else f" ; {marker}")
    hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in files.values())
    return "".join(f"# {name}\n" for name in files) + pin + hashes + "\n"


def iter_entries(packages: list[dict[str, Any]], missing: list[str]) -> Iterator[str]:
    """Yield the entries of packages that any target needs, and add messages on missing files."""
    for package in packages:
        files, sentences = find_files(package)
        missing += sentences
        if files:
            yield format_entry(package, files)


def main(folder: Path, layers: list[str]) -> int:
    """Write the lock files of the layers; return the exit code."""
    below: set[tuple[str, str]] = set()
    missing: list[str] = []
    for layer in layers:
        lock = tomllib.loads((folder / f"pylock.{layer}.toml").read_text("utf-8"))
        new = [package for package in lock["packages"] if (package["name"], package["version"]) not in below]
        below |= {(package["name"], package["version"]) for package in new}
        (folder / f"{layer}.txt").write_text(HEAD + "".join(iter_entries(new, missing)), "utf-8")
    for sentence in missing:
        print(f"error: {sentence}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
