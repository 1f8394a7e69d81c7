"""Whatever a command inherits or finds on the disk, it ends with a sentence, with exit code 3 for the system."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, Run
from tests.conftest import write_files

resource = pytest.importorskip("resource", reason="limits of POSIX")
_SOURCE = {"a.md": "# A book\n\nText.\n"}


def triptych(
    *arguments: str | Path,
    folder: Path,
    limit: Callable[[], None] | None = None,
    shell: str = "",
    **environ: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own; ``shell`` is a command line with "$@" in it."""
    command = [sys.executable, "-m", "triptych", *map(str, arguments)]
    return subprocess.run(
        ["/bin/sh", "-c", shell, "sh", *command] if shell else command,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environ},
        cwd=folder,
        preexec_fn=limit,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=100,
        check=False,
    )


def undecodable(folder: Path, name: bytes) -> Path:
    """Return a path whose name is not UTF-8, or skip where the file system has only text."""
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    try:
        path.touch()
    except OSError:
        pytest.skip("this file system has no such names")
    path.unlink()
    return path


class TestNames:
    def test_a_project_may_lie_in_a_folder_that_is_not_utf_8(self, tmp_path: Path) -> None:
        project = write_files(undecodable(tmp_path, b"b\xff"), MINIMAL)
        done = triptych(
            "build",
            project,
            "--jobs",
            "1",
            "--format",
            "json",
            folder=tmp_path,
            PYTHONIOENCODING="utf-8:strict",
        )
        assert (done.returncode, done.stderr) == (0, "")
        output = next(
            event for event in map(json.loads, done.stdout.splitlines()) if event["event"] == "output"
        )
        assert Path(output["path"]) == project / "build/a-book.epub"

    def test_a_template_that_is_not_utf_8_is_a_finding(self, run: Run, minimal: Path) -> None:
        (minimal / "templates").mkdir()
        undecodable(minimal / "templates", b"a\xff.j2").write_text("")
        result = run("build", minimal)
        assert result.exit_code == 1
        assert (
            'error[SEC005]: the name of "templates/a\N{REPLACEMENT CHARACTER}.j2" is not UTF-8'
            in result.stderr
        )

    def test_a_chapter_that_is_not_utf_8_is_a_note(self, run: Run, minimal: Path) -> None:
        undecodable(minimal / "source", b"a\xff.md").write_text("Text.\n")
        result = run("build", minimal)
        assert result.exit_code == 0
        assert 'note[LNT017]: the name of "a\N{REPLACEMENT CHARACTER}.md" is not UTF-8' in result.stderr

    def test_a_title_of_a_catalogue_that_is_not_utf_8_is_a_finding(self, run: Run, tmp_path: Path) -> None:
        write_files(undecodable(tmp_path, b"b\xff"), MINIMAL)
        (tmp_path / "catalog.yaml").write_text('titles: ["*"]\n')
        result = run("catalog", "list", tmp_path / "catalog.yaml")
        assert result.exit_code == 1
        assert 'error[CAT002]: the name of "b\N{REPLACEMENT CHARACTER}" is not UTF-8' in result.stderr

    def test_names_do_not_depend_on_the_locale(self, tmp_path: Path) -> None:
        project = write_files(tmp_path / "bücher", {**MINIMAL, "source/ä.md": "Text.\n"})
        latin = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        done = triptych("check", project, "--jobs", "1", folder=tmp_path, **latin)
        assert done.returncode == 0
        assert 'note[LNT017]: "ä.md" is in the source folder' in done.stderr


class TestLinks:
    @pytest.mark.parametrize("command", ["build", "check", "clean", "inspect"])
    def test_a_build_folder_that_points_to_itself_is_refused(
        self, run: Run, minimal: Path, command: str
    ) -> None:
        (minimal / "build").symlink_to("build")
        result = run(command, minimal)
        assert result.exit_code in (0, 1)
        assert command == "check" or "error[SEC005]" in result.stderr

    def test_templates_that_point_to_themselves_are_refused(self, run: Run, minimal: Path) -> None:
        (minimal / "templates").symlink_to("templates")
        result = run("build", minimal)
        assert result.exit_code == 1
        assert 'error[SEC005]: "templates" cannot be opened: the link points to itself' in result.stderr

    def test_a_manifest_that_is_a_folder_is_said_to_be_one(self, run: Run, minimal: Path) -> None:
        (minimal / "source/book.yaml").unlink()
        (minimal / "source/book.yaml").mkdir()
        result = run("build", minimal)
        assert result.exit_code == 1
        assert 'error[MAN003]: "source/book.yaml" is not a file' in result.stderr

    @pytest.mark.parametrize("destination", ["link", "link/new"])
    def test_an_import_does_not_follow_links(self, run: Run, tmp_path: Path, destination: str) -> None:
        source = write_files(tmp_path / "in", _SOURCE)
        (tmp_path / "outside").mkdir()
        (tmp_path / "link").symlink_to("outside")
        result = run("import", source, tmp_path / destination)
        assert result.exit_code == 2
        assert "is a symbolic link. To import there, pass" in result.stderr
        assert not list((tmp_path / "outside").iterdir())


class TestTemporaryFolder:
    def test_pipes_and_links_with_the_name_of_a_folder_do_no_harm(
        self, minimal: Path, tmp_path: Path
    ) -> None:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        os.mkfifo(scratch / "triptych-1-a")
        (scratch / "triptych-2-b").symlink_to("triptych-2-b")
        (scratch / "triptych-3-c").mkdir()
        done = triptych("check", minimal, "--jobs", "1", folder=tmp_path, TMPDIR=str(scratch))
        assert done.returncode == 0
        assert sorted(path.name for path in scratch.iterdir()) == ["triptych-1-a", "triptych-2-b"]

    def test_one_that_is_not_utf_8_is_refused(self, minimal: Path, tmp_path: Path) -> None:
        scratch = undecodable(tmp_path, b"t\xff")
        scratch.mkdir()
        done = triptych("build", minimal, folder=tmp_path, TMPDIR=str(scratch))
        assert done.returncode == 3
        assert done.stderr.startswith("error[ENV008]: the path of the temporary folder is not UTF-8: ")


class TestStreams:
    @pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    def test_closed_ones(self, minimal: Path, tmp_path: Path, closed: str) -> None:
        done = triptych(
            "build", minimal, "--jobs", "1", "--format", "json", folder=tmp_path, shell=f'exec "$@" {closed}'
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert (minimal / "build/a-book.epub").is_file()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux")
    def test_a_full_one(self, tmp_path: Path) -> None:
        done = triptych("explain", folder=tmp_path, shell='exec "$@" >/dev/full', PYTHONUNBUFFERED="")
        assert done.returncode == 3
        assert done.stderr.startswith("error[ENV008]: no space left on device: standard output\n")
        assert done.stderr.count("\n") == 2

    def test_a_reader_that_ends(self, tmp_path: Path) -> None:
        done = triptych(
            "explain", folder=tmp_path, shell='{ "$@"; echo $? >code; } | true', PYTHONUNBUFFERED="1"
        )
        assert (done.stderr, (tmp_path / "code").read_text()) == ("", "3\n")


class TestLimits:
    @pytest.mark.parametrize("megabytes", [60, 90, 120, 160, 200])
    def test_little_memory(self, minimal: Path, tmp_path: Path, megabytes: int) -> None:
        size = megabytes << 20
        done = triptych(
            "build", minimal, "--jobs", "1", folder=tmp_path,
            limit=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
        )  # fmt: skip
        assert (done.returncode, done.stderr[:15]) == (3, "error[ENV008]: ")
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("command", ["build", "import"])
    def test_few_open_files(self, minimal: Path, tmp_path: Path, command: str) -> None:
        write_files(tmp_path / "in", _SOURCE)
        arguments = [minimal, "--jobs", "2"] if command == "build" else [tmp_path / "in", tmp_path / "out"]
        done = triptych(
            command, *arguments, folder=tmp_path,
            limit=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8)),
        )  # fmt: skip
        assert done.returncode == 3
        assert done.stderr.startswith("error[ENV008]: too many open files")

    @pytest.mark.parametrize("command", ["import", "new"])
    @pytest.mark.parametrize("existed", [True, False])
    def test_a_disk_that_fills_leaves_no_partial_project(
        self, tmp_path: Path, command: str, existed: bool
    ) -> None:
        write_files(tmp_path / "in", {"a.md": "# A book\n\n" + "Some text of a line.\n" * 1000})
        if existed:
            (tmp_path / "out").mkdir()
        arguments = ["new", "out"] if command == "new" else ["import", "in", "out"]
        done = triptych(
            *arguments, folder=tmp_path,
            limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200)),
        )  # fmt: skip
        assert done.returncode == 3
        assert done.stderr.startswith("error[ENV008]: file too large")
        assert (tmp_path / "out").exists() is existed
        assert not existed or not list((tmp_path / "out").iterdir())


def test_a_folder_that_was_deleted_meanwhile(minimal: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = triptych("build", ".", folder=gone, shell='rmdir "$PWD"; exec "$@"')
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        3,
        "error[ENV008]: the current folder was deleted",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all files")
@pytest.mark.parametrize("path", ["source/book.yaml", "source/section.md", "source"])
def test_a_missing_permission_is_not_a_mistake_of_the_source(run: Run, minimal: Path, path: str) -> None:
    (minimal / path).chmod(0)
    try:
        result = run("build", minimal)
    finally:
        (minimal / path).chmod(0o755)
    assert result.exit_code == 3
    assert result.stderr.startswith("error[ENV008]: permission denied: ")
