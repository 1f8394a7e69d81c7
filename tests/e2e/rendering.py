"""Starts the programs that show our outputs: LibreOffice, poppler's pdftoppm and Chromium.

A program that is not installed raises `MissingTool`, never a skipped test: a check that did not run must
not look like one that passed. `scripts/install-test-tools` installs them all.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

INSTALL_PROGRAMS = "scripts/install-test-tools"
OFFICE_FLAGS = ("--headless", "--norestore", "--convert-to", "pdf", "--outdir")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Without these, Chromium asks its maker's servers at every start, which is slow where there is no network.
# The sandbox needs a user other than root, which containers lack; the pages shown are our own.
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


class MissingTool(RuntimeError):
    """A validator or viewer is not installed; the message holds the command that installs it."""

    def __init__(self, tool: str, command: str) -> None:
        super().__init__(f"{tool} is not installed; get it with: {command}")


class ToolFailed(RuntimeError):
    """A tool ran but gave no result; the message holds the end of what it printed."""


def program(*names: str) -> str:
    """Names of one program, best first → the path of the first on PATH. Raises `MissingTool`."""
    for name in names:
        if found := shutil.which(name):
            return found
    raise MissingTool(names[0], INSTALL_PROGRAMS)


def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    timeout: float = 300,
    accept: Sequence[int] = (0,),
) -> str:
    """Command, additions to the environment, seconds → what it printed.

    Raises `ToolFailed` on another exit code and past the time limit. The program has a process group of its
    own, since soffice, node and Chromium start children that would outlive them.
    """
    with subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=timeout)
        except BaseException as interruption:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(interruption, subprocess.TimeoutExpired):
                raise ToolFailed(f"{command[0]} took longer than {timeout:g} s") from None
            raise
    if process.returncode not in accept:
        raise ToolFailed(f"{command[0]} ended with {process.returncode}:\n{output[-2000:]}")
    return output


def produced(path: Path, output: str) -> Path:
    """Path that a program should have written → the same path. Raises `ToolFailed` if it is not there."""
    if not path.is_file() or path.stat().st_size == 0:
        raise ToolFailed(f"{path.name} was not written:\n{output[-2000:]}")
    return path


def office_to_pdf(path: Path, out_dir: Path, fontconfig: Path | None = None) -> Path:
    """Office file, folder, fonts.conf to use in place of the system's → the PDF that LibreOffice makes of it.

    Hidden slides have no page. The profile is a copy of the first each time: a shared one admits a single
    LibreOffice at a time and carries settings from run to run. Without any font LibreOffice aborts.
    """
    soffice = program("soffice", "libreoffice")
    out_dir.mkdir(parents=True, exist_ok=True)
    target = out_dir / f"{path.stem}.pdf"
    target.unlink(missing_ok=True)
    environment = {"FONTCONFIG_FILE": str(fontconfig.resolve(strict=True))} if fontconfig else {}
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        profile, first = Path(folder) / "profile", _first_profile()
        if first.is_dir():
            shutil.copytree(first, profile)
        place = f"-env:UserInstallation={profile.as_uri()}"
        output = run([soffice, place, *OFFICE_FLAGS, out_dir, path], environment=environment)
        if not first.is_dir():
            shutil.copytree(profile, first)
    # soffice ends with 0 even when it could not read the file.
    return produced(target, output)


@cache
def _first_profile() -> Path:
    """Where the profile is kept that the first LibreOffice has made: that takes it as long as a deck does."""
    folder = tempfile.TemporaryDirectory(prefix="office-profile-")
    atexit.register(folder.cleanup)
    return Path(folder.name) / "profile"


def pdf_to_png(path: Path, out_dir: Path, dpi: int = 96) -> list[Path]:
    """PDF, folder, dots per inch → one picture per page, in order; earlier pictures of the same PDF go."""
    pdftoppm = program("pdftoppm")
    out_dir.mkdir(parents=True, exist_ok=True)

    def pictures() -> list[Path]:
        name = re.compile(re.escape(path.stem) + r"-\d+\.png")
        return sorted(found for found in out_dir.iterdir() if name.fullmatch(found.name))

    for stale in pictures():
        stale.unlink()
    output = run([pdftoppm, "-r", str(dpi), "-png", path, out_dir / path.stem])
    # pdftoppm pads page numbers to one width, so that names sort as pages do.
    if not (pages := pictures()):
        raise ToolFailed(f"pdftoppm made no picture of {path.name}:\n{output[-2000:]}")
    return pages


def chromium_screenshot(
    html_path: Path, png: Path, width: int, height: int, *, dark: bool = False, scale: int = 1
) -> Path:
    """Write a screenshot of a page in a window of this size in CSS pixels, with ``scale`` pixels for each."""
    chromium = program(*CHROMIUM_NAMES)
    png.unlink(missing_ok=True)
    scheme = 0 if dark else 1  # Blink's numbers for what prefers-color-scheme answers.
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        output = run(
            [
                chromium,
                *CHROMIUM_FLAGS,
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--force-device-scale-factor={scale}",
                f"--blink-settings=preferredColorScheme={scheme}",
                f"--screenshot={png.resolve()}",
                html_path.resolve().as_uri(),
            ],
            timeout=120,
        )
    return produced(png, output)
