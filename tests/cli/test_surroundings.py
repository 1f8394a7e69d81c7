"""Test that unusual environments and files lead to a message, with exit code 3 for system errors."""

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
    """Run a command in its own process; ``shell`` is a command line that contains "$@"."""
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
    """Return a path whose name is not UTF-8; skip the test if the file system allows only Unicode names."""
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    try:
        path.touch()
    except OSError:
        pytest.skip("this file system has no such names")
    path.unlink()
    return path


class TestNames:
    def test_project_folder_name_need_not_be_utf_8(self, tmp_path: Path) -> None:
        project = write_files(undecodable(tmp_path, b"b\xff"), MINIMAL)
        result = triptych(
            "build",
            project,
            "--jobs",
            "1",
            "--format",
            "json",
            folder=tmp_path,
            PYTHONIOENCODING="utf-8:strict",
        )
        assert (result.returncode, result.stderr) == (0, "")
        output = next(
            event for event in map(json.loads, result.stdout.splitlines()) if event["event"] == "output"
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
        assert 'note[LNT017]: file name "a\N{REPLACEMENT CHARACTER}.md" is not valid UTF-8' in result.stderr

    def test_a_title_of_a_catalogue_that_is_not_utf_8_is_a_finding(self, run: Run, tmp_path: Path) -> None:
        write_files(undecodable(tmp_path, b"b\xff"), MINIMAL)
        (tmp_path / "catalog.yaml").write_text('titles: ["*"]\n')
        result = run("catalog", "list", tmp_path / "catalog.yaml")
        assert result.exit_code == 1
        assert 'error[CAT002]: the name of "b\N{REPLACEMENT CHARACTER}" is not UTF-8' in result.stderr

    def test_names_do_not_depend_on_the_locale(self, tmp_path: Path) -> None:
        project = write_files(tmp_path / "bücher", {**MINIMAL, "source/ä.md": "Text.\n"})
        latin = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        result = triptych("check", project, "--jobs", "1", folder=tmp_path, **latin)
        assert result.returncode == 0
        assert 'note[LNT017]: "ä.md" is in the source folder' in result.stderr


class TestLinks:
    @pytest.mark.parametrize("command", ["build", "check", "clean", "inspect"])
    def test_build_folder_that_links_to_itself_is_rejected(
        self, run: Run, minimal: Path, command: str
    ) -> None:
        (minimal / "build").symlink_to("build")
        result = run(command, minimal)
        assert result.exit_code in (0, 1)
        assert command == "check" or "error[SEC005]" in result.stderr

    def test_templates_that_link_to_themselves_are_rejected(self, run: Run, minimal: Path) -> None:
        (minimal / "templates").symlink_to("templates")
        result = run("build", minimal)
        assert result.exit_code == 1
        assert 'error[SEC005]: "templates" cannot be opened: the link points to itself' in result.stderr

    def test_manifest_that_is_a_folder_is_reported(self, run: Run, minimal: Path) -> None:
        (minimal / "source/book.yaml").unlink()
        (minimal / "source/book.yaml").mkdir()
        result = run("build", minimal)
        assert result.exit_code == 1
        assert 'error[MAN003]: "source/book.yaml" is not a file' in result.stderr

    @pytest.mark.parametrize("command", ["check", "check --preflight", "inspect", "inspect --format json"])
    def test_output_that_links_outside_the_project_is_rejected(
        self, run: Run, minimal: Path, tmp_path: Path, command: str
    ) -> None:
        (tmp_path / "secret.epub").write_bytes(b"secret")
        (minimal / "build").mkdir()
        (minimal / "build/a-book.epub").symlink_to(tmp_path / "secret.epub")
        result = run(*command.split(), minimal)
        assert result.exit_code == 1
        assert result.output.count("is a symbolic link to a file outside the project") == 1
        assert "SEC005" in result.output
        assert "CHK" not in result.output

    def test_talk_deck_is_not_read_through_a_link_outside_the_project(
        self, run: Run, minimal: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "secret.pptx").write_bytes(b"secret")
        (minimal / "build").mkdir()
        (minimal / "build/a-book.pptx").symlink_to(tmp_path / "secret.pptx")
        result = run("inspect", "--talks", minimal)
        assert '"build/a-book.pptx" is a symbolic link to a file outside the project; it is skipped' in (
            result.stderr
        )

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
        result = triptych("check", minimal, "--jobs", "1", folder=tmp_path, TMPDIR=str(scratch))
        assert result.returncode == 0
        assert sorted(path.name for path in scratch.iterdir()) == ["triptych-1-a", "triptych-2-b"]

    def test_path_that_is_not_utf_8_is_rejected(self, minimal: Path, tmp_path: Path) -> None:
        scratch = undecodable(tmp_path, b"t\xff")
        scratch.mkdir()
        result = triptych("build", minimal, folder=tmp_path, TMPDIR=str(scratch))
        assert result.returncode == 3
        assert result.stderr.startswith("error[ENV008]: the path of the temporary folder is not UTF-8: ")


class TestStreams:
    @pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    def test_closed_streams(self, minimal: Path, tmp_path: Path, closed: str) -> None:
        result = triptych(
            "build", minimal, "--jobs", "1", "--format", "json", folder=tmp_path, shell=f'exec "$@" {closed}'
        )
        assert (result.returncode, result.stderr) == (0, "")
        assert (minimal / "build/a-book.epub").is_file()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux")
    def test_full_disk(self, tmp_path: Path) -> None:
        result = triptych("explain", folder=tmp_path, shell='exec "$@" >/dev/full', PYTHONUNBUFFERED="")
        assert result.returncode == 3
        assert result.stderr.startswith("error[ENV008]: no space left on device: standard output\n")
        assert result.stderr.count("\n") == 2

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux")
    def test_a_full_one_is_reported_after_the_outputs_were_published(
        self, minimal: Path, tmp_path: Path
    ) -> None:
        result = triptych(
            "build",
            minimal,
            "--jobs",
            "1",
            folder=tmp_path,
            shell='exec "$@" >/dev/full',
            PYTHONUNBUFFERED="",
        )
        assert result.returncode == 3
        assert "error[ENV008]: no space left on device: standard output\n" in result.stderr
        assert (minimal / "build/a-book.epub").is_file()

    def test_a_reader_that_ends(self, tmp_path: Path) -> None:
        result = triptych(
            "explain", folder=tmp_path, shell='{ "$@"; echo $? >code; } | true', PYTHONUNBUFFERED="1"
        )
        assert (result.stderr, (tmp_path / "code").read_text()) == ("", "3\n")


@pytest.mark.parametrize("zone", [":{0}", "AAA-3BBB"])
def test_no_time_zone_ends_a_build(minimal: Path, tmp_path: Path, zone: str) -> None:
    other = tmp_path / "not-a-zone"
    other.write_text("x\n")
    result = triptych("build", minimal, "--jobs", "1", folder=tmp_path, TZ=zone.format(other))
    assert (result.returncode, result.stderr) == (0, "")


class TestLimits:
    @pytest.mark.parametrize("megabytes", [60, 90, 120, 160, 200])
    def test_little_memory(self, minimal: Path, tmp_path: Path, megabytes: int) -> None:
        size = megabytes << 20
        result = triptych(
            "build", minimal, "--jobs", "1", folder=tmp_path,
            limit=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
        )  # fmt: skip
        assert (result.returncode, result.stderr[:15]) == (3, "error[ENV008]: ")
        assert "Traceback" not in result.stderr

    @pytest.mark.parametrize("command", ["build", "import"])
    def test_few_open_files(self, minimal: Path, tmp_path: Path, command: str) -> None:
        write_files(tmp_path / "in", _SOURCE)
        arguments = [minimal, "--jobs", "2"] if command == "build" else [tmp_path / "in", tmp_path / "out"]
        result = triptych(
            command, *arguments, folder=tmp_path,
            limit=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8)),
        )  # fmt: skip
        assert result.returncode == 3
        assert result.stderr.startswith("error[ENV008]: too many open files")

    @pytest.mark.parametrize("command", ["import", "new"])
    @pytest.mark.parametrize("existed", [True, False])
    def test_a_disk_that_fills_leaves_no_partial_project(
        self, tmp_path: Path, command: str, existed: bool
    ) -> None:
        write_files(tmp_path / "in", {"a.md": "# A book\n\n" + "Some text of a line.\n" * 1000})
        if existed:
            (tmp_path / "out").mkdir()
        arguments = ["new", "out"] if command == "new" else ["import", "in", "out"]
        result = triptych(
            *arguments, folder=tmp_path,
            limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200)),
        )  # fmt: skip
        assert result.returncode == 3
        assert result.stderr.startswith("error[ENV008]: file too large")
        assert (tmp_path / "out").exists() is existed
        assert not existed or not list((tmp_path / "out").iterdir())


def test_a_folder_that_was_deleted_meanwhile(minimal: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    result = triptych("build", ".", folder=gone, shell='rmdir "$PWD"; exec "$@"')
    assert (result.returncode, result.stderr.splitlines()[0]) == (
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
