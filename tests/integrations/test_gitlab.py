"""Test the template for GitLab, included as in the guide; reports contain the file and line of errors."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_report_documents import read_gitlab, read_junit
from tests.conftest import write_files
from tests.integrations.test_github import BOOK
from tests.integrations.workflows import ROOT, read_guide_blocks
from triptych.yaml_text import load_yaml

TEMPLATE = (ROOT / "integrations/gitlab/triptych.yml").read_text("utf-8")
_INPUT = re.compile(r"\$\[\[ inputs\.(\w+) \]\]")


def read_job(**changes: str) -> dict[str, Any]:
    """Return the job of the template with the inputs of the guide, and with changes to them."""
    (text,) = read_guide_blocks("yaml", "tests/integrations/test_gitlab.py")
    (include,) = load_yaml(text)["include"]
    assert include["local"] == "triptych.yml"
    head, body = TEMPLATE.split("\n---\n")
    inputs = load_yaml(head)["spec"]["inputs"]
    assert set(include["inputs"]) <= set(inputs)
    values = {name: item["default"] for name, item in inputs.items()} | include["inputs"] | changes
    job: dict[str, Any] = load_yaml(_INPUT.sub(lambda match: values[match[1]], body))["triptych"]
    return job


def run_job(job: dict[str, Any], checkout: Path, tools: Path) -> subprocess.CompletedProcess[str]:
    """Run the scripts of a job like a GitLab runner, one after another in one shell."""
    environment = {
        **{name: value.replace("$CI_PROJECT_DIR", str(checkout)) for name, value in job["variables"].items()},
        "CI_PROJECT_DIR": str(checkout),
        "TRIPTYCH_CACHE_KEY": "a masked variable of the project",
        "HOME": str(checkout.parent),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(tools), str(Path(sys.executable).parent), "/usr/bin:/bin"]),
    }
    script = "\n".join(["set -eo pipefail", *job["before_script"], *job["script"]])
    return subprocess.run(
        ["bash", "-c", script], cwd=checkout, env=environment, capture_output=True, text=True, timeout=300
    )


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Replace the programs that install packages with scripts that write their arguments to a file."""
    for name in ("apt-get", "pip"):
        program = tmp_path / "tools" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/installed\n')
        program.chmod(0o755)
    return tmp_path / "tools"


@pytest.mark.e2e
def test_the_template_reports_a_mistake_at_its_line(tmp_path: Path, tools: Path) -> None:
    checkout = write_files(tmp_path / "checkout", BOOK)
    job = read_job(project="book")
    result = run_job(job, checkout, tools)
    assert result.returncode == 1
    assert "book/source/section.md:5:5: error[REF001]" in result.stderr
    reports = job["artifacts"]["reports"]
    place = ("REF001", "book/source/section.md", 5)
    assert read_gitlab((checkout / reports["codequality"]).read_text("utf-8")) == [place]
    assert read_junit((checkout / reports["junit"]).read_text("utf-8")) == [place]
    installed = (tmp_path / "installed").read_text("utf-8").splitlines()
    assert (
        installed[-1] == "pip install --quiet triptych[formulas] @ git+https://github.com/OWNER/triptych@TAG"
    )


@pytest.mark.e2e
def test_template_stores_outputs_and_the_cache(tmp_path: Path, tools: Path) -> None:
    checkout = write_files(
        tmp_path / "checkout", {**BOOK, "book/source/section.md": "# A section\n\nText.\n"}
    )
    job = read_job(project="book")
    result = run_job(job, checkout, tools)
    assert result.returncode == 0, result.stderr
    (paths,) = job["artifacts"]["paths"]
    assert [path.name for path in checkout.glob(paths) if path.name != ".cache"] == ["a-book.epub"]
    assert job["artifacts"]["exclude"] == ["book/build/.cache/**/*"]
    assert job["artifacts"]["when"] == "always"
    (cache,) = job["cache"]["paths"]
    assert any(path.is_file() for path in (checkout / cache).rglob("*"))
    reports = job["artifacts"]["reports"]
    assert read_gitlab((checkout / reports["codequality"]).read_text("utf-8")) == []
    assert read_junit((checkout / reports["junit"]).read_text("utf-8")) == []
