"""Check installed packages for known vulnerabilities and for licences that are not allowed.

usage: make audit

Checks all Python packages in ``.venv`` and the Node packages of ``scripts/test-tools``, and writes the SBOM
of the former to ``build/sbom.cdx.json`` (CycloneDX, reproducible). The exit code is 1 if a vulnerability is
known or a licence is not allowed (see ``scripts/licences.py``), and 3 if no vulnerability database could be
queried.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path

import licences

HERE = Path(__file__).resolve().parents[1]
TOOLS = HERE / ".tools/supply/bin"
NODE = HERE / "scripts/test-tools"
BILL = HERE / "build/sbom.cdx.json"
OURS = "triptych"  # in no package index


def main() -> int:
    """Check the packages, print the results, and return the exit code."""
    packages = sysconfig.get_path("purelib")
    licensed = [*licences.of_distributions(distributions(path=[packages]))]
    licensed += licences.of_node_packages(NODE / "package-lock.json")
    refused = licences.refused(licensed)
    _say(refused, f"{len(licensed)} licences are allowed, or exempt with a reason.")
    _write_bill()
    known, unknown = of_python(_answer([str(TOOLS / "pip-audit"), "--path", packages, *_QUIETLY]))
    more, unanswered = of_node(_answer(["npm", "audit", "--json", "--prefix", str(NODE)]))
    known, unknown = known + more, unknown + unanswered
    _say(known, "" if unknown else "No known vulnerability.")
    for sentence in unknown:
        print(f"error: not looked for vulnerabilities: {sentence}", file=sys.stderr)
    return 1 if refused or known else 3 if unknown else 0


_QUIETLY = ("--format", "json", "--progress-spinner", "off", "--skip-editable")


def of_python(answer: str) -> tuple[list[str], list[str]]:
    """Return the findings of pip-audit, and why it skipped packages, which it counts as sound."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        return [], [f"pip-audit says {answer.strip().rpartition(chr(10))[2] or 'nothing'}"]
    known = [
        f"{package['name']} {package['version']}: {found['id']}, mended in "
        + (", ".join(found["fix_versions"]) or "no release")
        for package in packages
        for found in package.get("vulns", ())
    ]
    skipped = [p for p in packages if "skip_reason" in p and p["name"] != OURS]
    if not skipped:
        return known, []
    return known, [f"{len(skipped)} of {len(packages)} Python packages: {skipped[0]['skip_reason']}"]


def of_node(answer: str) -> tuple[list[str], list[str]]:
    """Return the findings of npm, and why it could not check packages."""
    try:
        packages = json.loads(answer)["vulnerabilities"]
    except (ValueError, KeyError):
        return [], [f"npm has no answer on the packages of {NODE.relative_to(HERE)}"]
    return [f"{name} {found['range']}: {found['severity']}" for name, found in sorted(packages.items())], []


def _write_bill() -> None:
    BILL.parent.mkdir(exist_ok=True)
    command = [TOOLS / "cyclonedx-py", "environment", "--output-reproducible", "--output-format", "JSON"]
    command += ["--pyproject", HERE / "pyproject.toml", "--output-file", BILL, sys.executable]
    # If a date is given, the SBOM would contain it.
    undated = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    subprocess.run(command, check=True, env=undated)
    packages = json.loads(BILL.read_text("utf-8"))["components"]
    print(f"{BILL.relative_to(HERE)}: {len(packages)} Python packages.")


def _answer(command: list[str]) -> str:
    """Return the output of a program, or its error message. Each program returns 1 if it finds anything."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stdout or done.stderr


def _say(found: list[str], nothing: str) -> None:
    for sentence in found:
        print(f"error: {sentence}", file=sys.stderr)
    if nothing and not found:
        print(nothing)


if __name__ == "__main__":
    sys.exit(main())
