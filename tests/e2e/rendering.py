"""Run the programs that display our outputs: LibreOffice, poppler's pdftoppm and Chromium.

A program that is not installed raises `MissingTool` instead of skipping the test: a check that did not run
must not look like one that passed. `scripts/install-test-tools` installs all of them.
"""

from __future__ import annotations

import atexit
import json
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
from typing import Any

TOOLS = Path(__file__).parents[2] / ".tools/node_modules"
INSTALL_PROGRAMS = "scripts/install-test-tools"
OFFICE_FLAGS = ("--headless", "--norestore", "--convert-to", "pdf", "--outdir")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Without these options, Chromium contacts Google's servers at every start, which is slow without a network.
# The sandbox needs a user other than root, which containers lack; we display only our own pages.
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
    """Raised if a validator or viewer is not installed; the message contains the install command."""

    def __init__(self, tool: str, command: str) -> None:
        super().__init__(f"{tool} is not installed; get it with: {command}")


class ToolFailed(RuntimeError):
    """Raised if a tool ran without a result; the message contains the end of its output."""


def program(*names: str) -> str:
    """Return the path of the first of several program names found on PATH. Raise `MissingTool` for none."""
    for name in names:
        if result := shutil.which(name):
            return result
    raise MissingTool(names[0], INSTALL_PROGRAMS)


def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    timeout: float = 300,
    accept: Sequence[int] = (0,),
) -> str:
    """Run a command with additional environment variables and a time limit, and return its output.

    Raise `ToolFailed` for another exit code or after the time limit. The program has its own process group,
    since soffice, node and Chromium start child processes that would outlive them.
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
    """Return the path if a program has written it. Raise `ToolFailed` otherwise."""
    if not path.is_file() or path.stat().st_size == 0:
        raise ToolFailed(f"{path.name} was not written:\n{output[-2000:]}")
    return path


def office_to_pdf(path: Path, out_dir: Path, fontconfig: Path | None = None) -> Path:
    """Convert an Office file to PDF with LibreOffice and the given fontconfig file.

    Hidden slides get no page. The profile is a new copy each time: a shared profile allows only one
    LibreOffice process at a time and keeps settings from run to run. LibreOffice aborts if it finds no font.
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
    # soffice returns 0 even if it cannot read the file.
    return produced(target, output)


@cache
def _first_profile() -> Path:
    """Return the folder of a new LibreOffice profile, which takes as long to create as a deck to convert."""
    folder = tempfile.TemporaryDirectory(prefix="office-profile-")
    atexit.register(folder.cleanup)
    return Path(folder.name) / "profile"


def pdf_to_png(path: Path, out_dir: Path, dpi: int = 96) -> list[Path]:
    """Convert a PDF to one PNG per page, in order; earlier images of the same PDF are removed."""
    pdftoppm = program("pdftoppm")
    out_dir.mkdir(parents=True, exist_ok=True)

    def pictures() -> list[Path]:
        name = re.compile(re.escape(path.stem) + r"-\d+\.png")
        return sorted(result for result in out_dir.iterdir() if name.fullmatch(result.name))

    for stale in pictures():
        stale.unlink()
    output = run([pdftoppm, "-r", str(dpi), "-png", path, out_dir / path.stem])
    # pdftoppm pads page numbers to one width, so that file names sort by page.
    if not (pages := pictures()):
        raise ToolFailed(f"pdftoppm made no picture of {path.name}:\n{output[-2000:]}")
    return pages


def evaluate_in_chromium(orders: Sequence[Mapping[str, Any]], timeout: float = 120) -> list[Any]:
    """Send commands to `tests/preview/browser.cjs`, and return the answers that are not empty."""
    chromium = program(*CHROMIUM_NAMES)
    if not (TOOLS / "puppeteer-core").is_dir():
        raise MissingTool("puppeteer-core", INSTALL_PROGRAMS)
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        result = subprocess.run(
            ["node", str(Path(__file__).parents[1] / "preview/browser.cjs"), chromium, profile],
            input="".join(f"{json.dumps(order)}\n" for order in orders),
            env={**os.environ, "NODE_PATH": str(TOOLS)},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=True,
        )
    return [answer for line in result.stdout.splitlines() if (answer := json.loads(line))]


def chromium_screenshot(
    html_path: Path, png: Path, width: int, height: int, *, dark: bool = False, scale: int = 1
) -> Path:
    """Take a screenshot of a page; window size in CSS pixels, ``scale`` in image pixels per CSS pixel."""
    chromium = program(*CHROMIUM_NAMES)
    png.unlink(missing_ok=True)
    scheme = 0 if dark else 1  # Blink's values for prefers-color-scheme
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
