"""Test that the wheel and the source distribution are complete, and work without the repository."""

from __future__ import annotations

import email
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import pytest

from .conftest import REPOSITORY

pytestmark = pytest.mark.e2e

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
PACKAGES = ("triptych", "triptych_import", "weasyprint_typography")
LARGE = 50_000  # bytes; smaller files are licences, which are also in the metadata


def run(*command: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert result.returncode == 0, result.stdout + result.stderr
    return result


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the wheel and the source distribution, built and checked by ``make dist``."""
    folder = tmp_path_factory.mktemp("dist")
    programs = Path(sys.executable).parent
    # The packages in the repository are not installed again.
    installed = REPOSITORY / ".venv/.installed"
    run("make", "-o", installed.relative_to(REPOSITORY), "dist", f"DIST={folder}", f"BIN={programs}",
        cwd=REPOSITORY)  # fmt: skip
    (wheel,), (sdist,) = folder.glob("triptych-*.whl"), folder.glob("triptych-*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


class Installation(NamedTuple):
    """A folder with the installed packages, and the environment variables that make Python use only these."""

    site: Path
    home: Path
    environ: Mapping[str, str]

    def triptych(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-m", "triptych", *arguments, cwd=cwd, env=self.environ)


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def installed(
    request: pytest.FixtureRequest,
    distributions: dict[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Installation:
    """Return Triptych as installed from a distribution, with an empty home folder."""
    site, home = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("home")
    run(*PIP, "install", "--no-deps", "--no-build-isolation", "--target", site, distributions[request.param])
    of_user = ("XDG_", "TRIPTYCH_", "PYTHON")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(of_user)}
    environ |= {"HOME": str(home), "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    return Installation(site, home, environ)


def test_a_new_project_builds_from_an_empty_home(installed: Installation, tmp_path: Path) -> None:
    where = run(
        sys.executable, "-c", "import triptych; print(triptych.__file__)", env=installed.environ, cwd=tmp_path
    )
    assert Path(where.stdout.strip()).is_relative_to(installed.site)
    installed.triptych("new", "report", cwd=tmp_path)
    built = installed.triptych("build", "report", cwd=tmp_path)
    assert built.stderr == ""
    assert len(built.stdout.splitlines()) == 3
    outputs = sorted(path.name for path in (tmp_path / "report" / "build").iterdir() if path.is_file())
    assert outputs == ["my-report.epub", "my-report.pdf", "my-report.pptx"]


def test_importers_are_installed_too(installed: Installation, tmp_path: Path) -> None:
    (tmp_path / "text.md").write_text("# One\n\nText.\n")
    installed.triptych("import", "text.md", "imported", cwd=tmp_path)
    assert (tmp_path / "imported/source/book.yaml").is_file()


def test_the_guide_is_installed_too(installed: Installation, tmp_path: Path) -> None:
    page = Path(installed.triptych("docs", "--path", cwd=tmp_path).stdout.strip())
    assert page.is_relative_to(installed.home)
    assert "<h1" in page.read_text("utf-8")
    assert (page.parent / "style.css").is_file()
    assert list((page.parent / "gallery/images").glob("*.png"))
    assert not list((installed.site / "triptych/guide").rglob("*.html"))


def test_manual_pages_are_installed_where_man_looks(installed: Installation) -> None:
    pages = {path.name for path in (installed.site / "share/man/man1").iterdir()}
    assert pages == {path.name for path in (REPOSITORY / "docs/man").iterdir()}


def read_metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def test_the_metadata_name_the_versions_of_python_that_are_locked(distributions: dict[str, Path]) -> None:
    sys.path.insert(0, str(REPOSITORY / "scripts"))
    from write_lock import PYTHON_VERSIONS

    metadata = read_metadata(distributions["wheel"])
    prefix = "Programming Language :: Python :: 3."
    named = [line for line in metadata.get_all("Classifier", []) if line.startswith(prefix)]
    assert named == [f"{prefix}{minor}" for _, minor in PYTHON_VERSIONS]
    assert metadata["Requires-Python"] == f">=3.{PYTHON_VERSIONS[0][1]}"


def test_wheel_has_type_marker_and_no_duplicate_files(distributions: dict[str, Path]) -> None:
    with zipfile.ZipFile(distributions["wheel"]) as archive:
        members = archive.infolist()
    names = {member.filename for member in members}
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]
    large = [(member.CRC, member.file_size) for member in members if member.file_size > LARGE]
    assert len(large) == len(set(large)) > 10


def test_the_source_distribution_makes_the_same_wheel(distributions: dict[str, Path], tmp_path: Path) -> None:
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, distributions["sdist"])
    (result,) = tmp_path.glob("*.whl")
    assert result.read_bytes() == distributions["wheel"].read_bytes()
