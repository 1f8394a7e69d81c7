"""Test the action and the workflows of the guide on GitHub, step by step."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_report_documents import read_sarif
from tests.cli.test_report_formats import read_github
from tests.integrations.workflows import (
    ROOT,
    Expression,
    Job,
    Service,
    commit,
    make_repository,
    read_guide_blocks,
)
from triptych.yaml_text import load_yaml

BOOK = {
    ".gitignore": "build/\n",
    "book/source/book.yaml": (
        "book:\n  title: A book\n  lang: en\n  date: 2026-01-01\n  author: [A. Author]\n  description: A book.\n"
        "  rights: None\n  chapters: [section.md]\nformat: {epub: default}\n"
    ),
    "book/source/section.md": "# A section\n\nSome text.\n\nSee @sec-gone for more.\n",
}
MISTAKE = ("error", "book/source/section.md", "5", "Triptych REF001")
# The environment of a CI machine; pip must not access the package index.
ENVIRONMENT = {"LANG": "C.UTF-8", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_CACHE_DIR": "1"}
TEST = "tests/integrations/test_github.py"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(tmp_path_factory.mktemp("service") / "python")


def read_workflows() -> dict[str, dict[str, Any]]:
    """Return the jobs of the guide's workflows, which build the project in the folder `book`."""
    jobs = {}
    for text in read_guide_blocks("yaml", TEST):
        workflow = load_yaml(text)
        assert workflow["on"] == ["push", "pull_request"]
        ((_, job),) = workflow["jobs"].items()
        for step in job["steps"]:
            if step.get("uses") == "OWNER/triptych@TAG":
                step["with"]["project"] = "book"
            if "run" in step:
                step["run"] = step["run"].replace("triptych check", "triptych check book")
        jobs[workflow["name"]] = job
    return jobs


def read_annotations(log: str) -> list[tuple[str, str, str, str]]:
    githubs = [read_github(line) for line in log.splitlines() if line.startswith("::")]
    return [(item["level"], item["file"], item["line"], item["title"]) for item in githubs]


@pytest.mark.e2e
def test_the_workflow_of_the_guide_annotates_builds_and_caches(tmp_path: Path, service: Service) -> None:
    job = read_workflows()["book"]
    service = Service(service.python, secrets={"TRIPTYCH_CACHE_KEY": "a key of the project, long enough"})
    repository = make_repository(tmp_path / "repository", BOOK)

    failed = Job(service, repository, tmp_path / "1", ENVIRONMENT).run(job)
    assert failed.failed
    assert read_annotations(failed.log) == [MISTAKE], failed.log
    assert service.artifacts == {"book": []}
    assert service.caches == {}

    (repository / "book/source/section.md").write_text("# A section\n\nSome text.\n", "utf-8")
    commit(repository)
    built = Job(service, repository, tmp_path / "2", ENVIRONMENT).run(job)
    assert not built.failed, built.log
    assert read_annotations(built.log) == []
    assert service.artifacts == {"book": ["a-book.epub"]}
    (key,) = service.caches
    assert service.restored == []

    (repository / "book/source/section.md").write_text("# A section\n\nOther text.\n", "utf-8")
    commit(repository)
    job["steps"][1]["with"]["arguments"] = "--strict\n--explain"
    repeated = Job(service, repository, tmp_path / "3", ENVIRONMENT).run(job)
    assert not repeated.failed, repeated.log
    assert service.restored == [key]
    assert len(service.caches) == 2
    cached = re.findall(r"^\S+ +\d+ ran +(\d+) cached", repeated.log, re.MULTILINE)
    assert any(int(number) for number in cached), repeated.log
    assert "ENV006" not in repeated.log


@pytest.mark.e2e
def test_the_workflow_for_code_scanning_uploads_sarif(tmp_path: Path, service: Service) -> None:
    job = read_workflows()["findings"]
    service = Service(service.python)
    repository = make_repository(tmp_path / "repository", BOOK)
    run = Job(service, repository, tmp_path / "1", ENVIRONMENT).run(job)
    assert run.failed
    assert read_annotations(run.log) == [MISTAKE], run.log
    assert [read_sarif(text) for text in service.sarif] == [[("REF001", "book/source/section.md", 5)]]
    assert (service.artifacts, service.caches) == ({}, {})


def run_action(tmp_path: Path, values: dict[str, str]) -> list[str]:
    """Run the last script of the action with inputs, and return the arguments that Triptych gets."""
    action = load_yaml((ROOT / "action.yml").read_text("utf-8"))
    (step,) = [item for item in action["runs"]["steps"] if item.get("name") == "Run Triptych"]
    program = tmp_path / "triptych"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    names = {name.upper().replace("-", "_"): str(item["default"]) for name, item in action["inputs"].items()}
    environment = {**names, **values, "PATH": f"{tmp_path}:/usr/bin:/bin"}
    assert set(step["env"]) <= set(names)
    words = ["bash", "-eo", "pipefail", "-c", step["run"]]
    result = subprocess.run(words, env=environment, capture_output=True, text=True, cwd=tmp_path)
    return result.stdout.splitlines() if result.returncode == 0 else [f"exit {result.returncode}"]


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ["build", "."]),
        ({"COMMAND": "check", "PROJECT": "a b"}, ["check", "a b"]),
        ({"ARGUMENTS": "--strict  --to\npdf"}, ["build", ".", "--strict", "--to", "pdf"]),
        ({"ARGUMENTS": "$(touch x) * `id`"}, ["build", ".", "$(touch", "x)", "*", "`id`"]),
        ({"SARIF_FILE": "a b.sarif"}, ["build", ".", "--findings-file", "sarif=a b.sarif"]),
    ],
)
def test_inputs_become_arguments_and_no_commands(
    tmp_path: Path, values: dict[str, str], words: list[str]
) -> None:
    expected = [*words[:2], "--format", "github", *words[2:]]
    assert run_action(tmp_path, values) == expected
    assert not (tmp_path / "x").exists()


@pytest.mark.e2e
def test_other_commands_are_rejected(tmp_path: Path) -> None:
    assert run_action(tmp_path, {"COMMAND": "build; id"}) == ["exit 2"]


def test_actions_of_others_are_pinned_to_a_major_version() -> None:
    steps = load_yaml((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
    for job in read_workflows().values():
        steps += job["steps"]
    used = {step["uses"] for step in steps if "uses" in step} - {"OWNER/triptych@TAG"}
    assert len(used) == 5
    assert all(re.fullmatch(r"(actions|github)/[\w/-]+@v\d+", name) for name in used), used


def test_the_guide_lists_the_inputs_of_the_action() -> None:
    text = (ROOT / "docs/guide/source/how-to/build-in-ci.md").read_text("utf-8")
    table = text.partition("| Input | Meaning | Default |")[2].partition("\n\n")[0]
    listed = dict(re.findall(r"^\| `([\w-]+)` \|.*\| ([^|]+) \|$", table, re.MULTILINE))
    inputs = load_yaml((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    assert list(listed) == list(inputs)
    for name, item in inputs.items():
        if item["default"] not in ("", "."):
            assert listed[name].strip("`") == item["default"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inputs.a == 'x' && always()", True),
        ("inputs.a != 'x' || inputs.none", ""),
        ("format('{0}/b', inputs.a)", "x/b"),
        ("env.KEY != ''", False),
    ],
)
def test_expressions_are_evaluated_like_on_github(tmp_path: Path, text: str, value: Any) -> None:
    assert Expression(text, {"inputs": {"a": "x"}, "env": {}}, tmp_path, failed=False).evaluate() == value
