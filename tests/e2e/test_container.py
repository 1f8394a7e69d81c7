"""Test that the image builds and runs; the steps of the Containerfile are run in chroots."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from .conftest import REPOSITORY
from .containers import Image, build_image, is_ignored, make_base, read_instructions

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="chroots of Debian need Linux"),
]
CONTAINERFILE = REPOSITORY / "Containerfile"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return build_image(CONTAINERFILE, tmp_path_factory.mktemp("image"))


def test_a_new_project_is_built_in_a_container(image: Image, tmp_path: Path) -> None:
    """Test a build in a container without a network, as a user unknown to the image who owns the outputs."""
    owner, user = 12345, "12345:12345"
    work, home = tmp_path / "work", tmp_path / "home"
    for folder in (work, home):
        folder.mkdir()
        os.chown(folder, owner, owner)
    volumes = {work: "/work", home: "/home/triptych"}  # with the options that the guide shows
    for command in ("new", "build"):
        result = image.run(command, "report", volumes=volumes, user=user)
        assert (result.returncode, result.stderr) == (0, "")
    outputs = [path for path in (work / "report/build").iterdir() if path.is_file()]
    assert sorted(path.suffix for path in outputs) == [".epub", ".pdf", ".pptx"]
    assert {path.stat().st_uid for path in outputs} == {owner}
    (work / "report/source/introduction.md").write_text("# Another introduction\n\nIts text.\n")
    result = image.run("build", "report", "--format", "json", volumes=volumes, user=user)
    assert '"ENV006"' not in result.stdout, "the next container did not accept the cache"


@pytest.mark.parametrize(
    ("names", "selected"), [("typst", {"typst"}), ("typst merman", {"typst", "merman"}), ("", set())]
)
def test_extra_packages_are_selected_from_the_lock(names: str, selected: set[str], tmp_path: Path) -> None:
    extra_packages = select_extra_packages(names, tmp_path)
    assert (extra_packages.returncode, extra_packages.stderr) == (0, "")
    text = (tmp_path / "extra.txt").read_text()
    assert set(re.findall(r"^(\S+)==", text, re.MULTILINE)) == selected
    assert len(re.findall(r"^ +--hash=\S+$|^ +--hash=\S+ \\\\$", text, re.MULTILINE)) >= len(selected)


@pytest.mark.parametrize("names", ["typst gone", "typst|merman", "typ"])
def test_an_unknown_extra_package_fails_the_build(names: str, tmp_path: Path) -> None:
    extra_packages = select_extra_packages(names, tmp_path)
    assert extra_packages.returncode == 1
    assert f'requirements/tests.txt has no package "{names.split()[-1]}"' in extra_packages.stderr


def select_extra_packages(names: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the part of the Containerfile that selects extra packages."""
    steps = [text for name, text in read_instructions(CONTAINERFILE.read_text()) if name == "RUN"]
    (script,) = re.findall(r"for name in \$EXTRA_PACKAGES;.*?done > extra\.txt", " ".join(steps))
    (folder / "requirements").symlink_to(REPOSITORY / "requirements")
    environ = {**os.environ, "EXTRA_PACKAGES": names}
    return subprocess.run(
        ["sh", "-c", script], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


@pytest.fixture
def debian(tmp_path: Path) -> Image:
    """Return a minimal Debian system with a user."""
    image = make_base(tmp_path / "debian")
    (image.root / "etc/apt/apt.conf.d/90yes").write_text('APT::Get::Assume-Yes "true";\n')
    for command in (["apt-get", "update", "-qq"], ["useradd", "--create-home", "ada"]):
        assert image.execute(command).returncode == 0
    return replace(image, folder="/home/ada")


def read_guide_commands() -> list[str]:
    """Return the two commands of the guide that install everything on Debian."""
    page = (REPOSITORY / "docs/guide/source/how-to/install.md").read_text("utf-8")
    block = page.partition("<!-- tested in: tests/e2e/test_container.py -->")[2].partition("```console")[2]
    return re.findall(r"^\$ (.*)$", block.partition("```\n")[0], re.MULTILINE)


def test_two_commands_install_everything_on_a_bare_debian(
    debian: Image, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wheels = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = wheels.iterdir()
    shutil.copy(wheel, debian.root / "home/ada")
    of_system, of_user = read_guide_commands()
    assert of_user.endswith(f"./{wheel.name}"), "the guide names another version"
    result = debian.execute(shlex.split(of_system.removeprefix("sudo ")))
    assert result.returncode == 0, result.stderr
    environ = {"HOME": "/home/ada", "PATH": "/home/ada/.local/bin:/usr/bin:/bin"}
    for command in (of_user, "triptych new report", "triptych build report"):
        result = debian.execute(shlex.split(command), user="ada", environ=environ)
        assert result.returncode == 0, result.stderr
        assert "warning" not in result.stderr.lower()
    assert result.stderr == ""
    assert len(result.stdout.splitlines()) == 3
    doctor = debian.execute(["triptych", "doctor"], user="ada", environ=environ)
    assert "  not installed  formulas [formulas]: " in doctor.stdout
    assert "pipx inject triptych typst" in doctor.stdout
    assert (debian.root / "home/ada/.local/share/man/man1/triptych-build.1").is_symlink()


def test_container_has_everything_that_a_build_needs(image: Image, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    result = image.run("doctor", volumes={tmp_path: "/work"})
    assert result.returncode == 0, result.stdout
    assert "  ok             formulas" in result.stdout and "  ok             CJK fonts" in result.stdout


def test_image_has_labels_and_starts_the_program(image: Image, tmp_path: Path) -> None:
    assert image.user not in ("root", "0")
    assert (image.entrypoint, image.folder) == (("triptych",), "/work")
    assert image.labels["org.opencontainers.image.licenses"] == "MIT"
    tmp_path.chmod(0o755)
    assert image.run(volumes={tmp_path: "/work"}).stdout.startswith("Usage: triptych ")


def test_build_tools_are_not_in_the_image(image: Image) -> None:
    assert not (image.root / "src").exists()
    programs = {path.name for path in (image.root / "opt/triptych/bin").iterdir()}
    assert "triptych" in programs
    assert not programs & {"pip", "hatchling"}
    assert not list((image.root / "var/lib/apt/lists").glob("*Packages*"))


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("pipeline/triptych/press.py", False),
        ("pipeline/triptych/__pycache__/press.pyc", True),
        ("docs/guide/source/index.md", False),
        ("docs/guide/build/guide.pdf", True),
        (".venv/bin/python", True),
        ("README.md", False),
        ("CONTRIBUTING.md", True),
    ],
)
def test_only_sources_of_the_package_are_in_the_context(path: str, ignored: bool) -> None:
    assert is_ignored(path, (REPOSITORY / ".containerignore").read_text().split()) is ignored


def test_instructions_may_be_broken_over_lines() -> None:
    text = "# A comment\nFROM a AS b\nRUN one \\\n    # inside\n    && two\n"
    assert list(read_instructions(text)) == [("FROM", "a AS b"), ("RUN", "one      && two")]
