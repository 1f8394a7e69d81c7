"""The installed wheel, far from the checkout, makes and builds a project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import REPOSITORY

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked wheel and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(REPOSITORY)]
    subprocess.run(wheel, check=True)
    (path,) = folder.glob("triptych-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(path)], check=True)
    return folder / "site"


def test_a_new_project_builds_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    def triptych(*arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
        command = [sys.executable, "-m", "triptych", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)

    where = subprocess.run(
        [sys.executable, "-c", "import triptych; print(triptych.__file__)"],
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(installed)
    assert triptych("new", "report").returncode == 0
    built = triptych("build", "report")
    assert built.returncode == 0, built.stderr
    (tmp_path / "text.md").write_text("# One\n\nText.\n")
    assert triptych("import", "text.md", "imported").returncode == 0
    assert (tmp_path / "imported/source/book.yaml").is_file()
    outputs = sorted(path.name for path in (tmp_path / "report" / "build").iterdir() if path.is_file())
    assert outputs == ["my-report.epub", "my-report.pdf", "my-report.pptx"]


def test_the_wheel_brings_the_guide(installed: Path, tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "PYTHONSAFEPATH": "1",
        "XDG_CACHE_HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "triptych", "docs", "--path"]
    found = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)
    page = Path(found.stdout.strip())
    assert page.is_relative_to(tmp_path / "triptych/guide")
    assert "<h1" in page.read_text("utf-8")
    assert (page.parent / "style.css").is_file()
    assert list((page.parent / "gallery/images").glob("*.png"))
    assert not list((installed / "triptych/guide").rglob("*.html"))
