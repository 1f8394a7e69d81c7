"""Run the steps of GitHub workflows and composite actions locally.

``run:`` steps run in Bash, in their own folder and home. Other actions are replaced by implementations of the
features that we use. Expressions are supported as far as our files use them; others are errors.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triptych.yaml_text import load_yaml

ROOT = Path(__file__).parents[2]
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|&&|\|\||[!=]=|[A-Za-z_][\w.-]*|[(),])")


class Expression:
    """Evaluates GitHub expressions: comparisons, ``&&``, ``||``, contexts and functions."""

    def __init__(self, text: str, contexts: Mapping[str, Any], workspace: Path, *, failed: bool) -> None:
        self._tokens = _TOKEN.findall(text)
        assert "".join(self._tokens) == re.sub(r"\s(?=(?:[^']*'[^']*')*[^']*$)", "", text), text
        self._contexts, self._workspace, self._failed = contexts, workspace, failed

    def evaluate(self) -> Any:
        value = self._read_or()
        assert not self._tokens, self._tokens
        return value

    def _read_or(self) -> Any:
        value = self._read_and()
        while self._take("||"):
            other = self._read_and()
            value = value or other
        return value

    def _read_and(self) -> Any:
        value = self._read_comparison()
        while self._take("&&"):
            other = self._read_comparison()
            value = value and other
        return value

    def _read_comparison(self) -> Any:
        value = self._read_value()
        if self._take("=="):
            return value == self._read_value()
        if self._take("!="):
            return value != self._read_value()
        return value

    def _read_value(self) -> Any:
        token = self._tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self._take("("):
            arguments = []
            while not self._take(")"):
                arguments.append(self._read_or())
                self._take(",")
            return self._call(token, arguments)
        value: Any = self._contexts
        for name in token.split("."):
            value = value.get(name, "")
        return value

    def _take(self, token: str) -> bool:
        if self._tokens[:1] == [token]:
            del self._tokens[0]
            return True
        return False

    def _call(self, name: str, arguments: list[Any]) -> Any:
        match name, arguments:
            case "always", []:
                return True
            case "failure", []:
                return self._failed
            case "format", [text, *values]:
                return re.sub(r"\{(\d)\}", lambda match: str(values[int(match[1])]), text)
            case "hashFiles", patterns:
                assert all(pattern.endswith("/**") for pattern in patterns), patterns
                results = [path for pattern in patterns for path in self._workspace.glob(f"{pattern}/*")]
                files = sorted(path for path in results if path.is_file())
                assert files, f"no file matches {patterns}"
                return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
        raise AssertionError(f"unknown function {name}")


@dataclass
class Service:
    """The state that a CI service keeps between runs: secrets, caches, artifacts and uploaded SARIF logs.

    ``python`` is the environment that ``actions/setup-python`` provides.
    """

    python: Path
    secrets: dict[str, str] = field(default_factory=dict)
    caches: dict[str, Path] = field(default_factory=dict)
    artifacts: dict[str, list[str]] = field(default_factory=dict)
    sarif: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)


@dataclass
class Job:
    """A run of one job. ``checkout`` is the repository, ``folder`` an empty folder for this run."""

    service: Service
    checkout: Path
    folder: Path
    base_environment: Mapping[str, str]
    log: str = ""
    failed: bool = False
    _saved: dict[str, Path] = field(default_factory=dict)
    _path: list[str] = field(default_factory=list)
    _variables: dict[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def run(self, job: Mapping[str, Any]) -> Job:
        """Run a job of a workflow to its end. Save caches if it succeeds, like ``actions/cache``."""
        assert set(job) <= {"runs-on", "steps", "env"}, job
        (self.folder / "home").mkdir(parents=True)
        (self.folder / "runner").mkdir()
        self.workspace.mkdir()
        contexts: dict[str, Any] = {
            "secrets": self.service.secrets,
            "runner": {"os": "Linux"},
            "env": {},
            "steps": {},
        }
        contexts["env"] = self._substitute(job.get("env", {}), contexts)
        self._run_steps(job["steps"], contexts, ROOT)
        if not self.failed:
            for key, path in self._saved.items():
                kept = self.folder / "caches" / hashlib.sha256(key.encode()).hexdigest()
                shutil.copytree(path, kept)
                self.service.caches[key] = kept
        return self

    def _run_steps(self, steps: list[dict[str, Any]], contexts: dict[str, Any], action: Path) -> None:
        for step in steps:
            condition = step.get("if", "")
            if self.failed and "always()" not in condition:
                continue
            if condition and not self._evaluate(condition, contexts):
                continue
            if "uses" in step:
                assert set(step) <= {"name", "if", "uses", "with", "id"}, step
                self._use(step["uses"], self._substitute(step.get("with", {}), contexts), contexts)
            else:
                assert set(step) <= {"name", "if", "run", "shell", "env", "id"}, step
                self._run_script(step, contexts, action)

    def _use(self, name: str, values: Mapping[str, Any], contexts: dict[str, Any]) -> None:
        match name:
            case "actions/checkout@v4":
                subprocess.run(["git", "clone", "-q", self.checkout, self.workspace], check=True)
            case "OWNER/triptych@TAG":
                self._use_triptych(values, contexts)
            case "actions/setup-python@v5":
                assert re.fullmatch(r"3\.1[1-4]", values["python-version"])
                self._set_up_python()
            case "actions/cache@v4":
                self._restore_cache(values)
            case "actions/upload-artifact@v4":
                result = sorted(path.name for path in self.workspace.glob(values["path"]))
                shown = [name for name in result if not name.startswith(".")]  # hidden files are excluded
                self.service.artifacts[values["name"]] = shown
            case "github/codeql-action/upload-sarif@v3":
                self.service.sarif.append((self.workspace / values["sarif_file"]).read_text("utf-8"))
            case _:
                raise AssertionError(f"no stand-in for {name}")

    def _use_triptych(self, values: Mapping[str, Any], contexts: dict[str, Any]) -> None:
        yaml = load_yaml((ROOT / "action.yml").read_text("utf-8"))
        unknown = set(values) - set(yaml["inputs"])
        assert not unknown, unknown
        defaults = {name: item["default"] for name, item in yaml["inputs"].items()}
        assert all(isinstance(value, str) for value in defaults.values())
        own = {**contexts, "inputs": {**defaults, **values}, "steps": {}}
        assert yaml["runs"]["using"] == "composite"
        self._run_steps(yaml["runs"]["steps"], own, ROOT)
        if not self.failed:
            assert self._substitute(yaml["outputs"]["version"]["value"], own)

    def _set_up_python(self) -> None:
        """Create an environment without Triptych but with its dependencies, which are installed here.

        Later jobs get that of the first, in which pip only resolves what it would install. Building and
        installing Triptych takes most of the time of a job.
        """
        self._path.insert(0, str(self.service.python / "bin"))
        if self.service.python.is_dir():
            self._variables["PIP_DRY_RUN"] = "1"
            return
        subprocess.run([sys.executable, "-m", "venv", self.service.python], check=True)
        (packages,) = self.service.python.glob("lib/python*/site-packages")
        theirs = Path(next(path for path in sys.path if path.endswith("site-packages")))
        (packages / "theirs.pth").write_text(f"{theirs}\n")

    def _restore_cache(self, values: Mapping[str, Any]) -> None:
        key, path = values["key"], self.workspace / values["path"]
        assert "$" not in key
        expected = [key, *values.get("restore-keys", "").split()]
        for prefix in expected:
            for known in reversed(self.service.caches):
                if known.startswith(prefix):
                    shutil.copytree(self.service.caches[known], path)
                    self.service.restored.append(known)
                    if known != key:
                        self._saved[key] = path
                    return
        self._saved[key] = path

    def _run_script(self, step: Mapping[str, Any], contexts: dict[str, Any], action: Path) -> None:
        assert "${{" not in step["run"], "an input in a script can run commands"
        output = self.folder / "runner/output"
        output.write_text("")
        environment = {
            **self.base_environment,
            **self._variables,
            **contexts["env"],
            **self._substitute(step.get("env", {}), contexts),
            "HOME": str(self.folder / "home"),
            "PATH": os.pathsep.join([*self._path, "/usr/local/bin:/usr/bin:/bin"]),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(action),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_WORKSPACE": str(self.workspace),
        }
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        result = subprocess.run(
            words,
            cwd=self.workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.log += result.stdout
        self.failed |= result.returncode != 0
        if "id" in step:
            lines = output.read_text("utf-8").splitlines()
            contexts["steps"][step["id"]] = {"outputs": dict(line.split("=", 1) for line in lines)}

    def _evaluate(self, text: str, contexts: Mapping[str, Any]) -> Any:
        return Expression(text.strip(), contexts, self.workspace, failed=self.failed).evaluate()

    def _substitute(self, value: Any, contexts: Mapping[str, Any]) -> Any:
        if isinstance(value, Mapping):
            return {name: self._substitute(item, contexts) for name, item in value.items()}
        return _EXPRESSION.sub(lambda match: str(self._evaluate(match[1], contexts)), str(value))


def read_guide_blocks(language: str, test: str) -> list[str]:
    """Return the code blocks of the guide's page on CI that a test module covers."""
    from tests.guide.pages import parse_page

    text = (ROOT / "docs/guide/source/how-to/build-in-ci.md").read_text("utf-8")
    page = parse_page("how-to/build-in-ci.md", text)
    blocks = [
        block for block in page.blocks if block.language == language and block.value("tested in") == test
    ]
    assert blocks, test
    return [item.text for item in blocks]


def make_repository(folder: Path, files: Mapping[str, str]) -> Path:
    """Create a Git repository with one commit."""
    from tests.conftest import write_files

    write_files(folder, files)
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    """Commit all changes of a repository."""
    git = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Change the book"], check=True)
