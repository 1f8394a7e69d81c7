"""WeasyPrint as it is installed: its version, its files, and what is said where it cannot be used.

Nothing here loads it but ``load_engine``: that takes as long as some pages.
"""

from __future__ import annotations

import ctypes.util
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

from triptych.engine.processes.installed_programs import INSTALL_PANGO, NotInstalled, system

# The version that the patches are made for (CONTRIBUTING.md says how to move to another).
VERSION = "70.0"


def load_engine() -> Any:
    """WeasyPrint, not yet patched.

    Raises ``NotInstalled`` where it has another version: patches may do harm in it, and without them a book
    would lose floats, notes and the order of its tags. Also where a library is missing that it sets pages
    with; it then prints some lines in every process, and has its say in ours.
    """
    if (found := version("weasyprint")) != VERSION:
        message = f"the PDF cannot be created: WeasyPrint {found} is installed; version {VERSION} is required"
        raise NotInstalled(message, f"pip install weasyprint=={VERSION}")
    try:
        with redirect_stdout(io.StringIO()), _libraries_by_name():
            import weasyprint
    except OSError as error:
        name = re.search(r"'([^']+)'", str(error))
        what = f" ({name[1]})" if name else ""
        message = f"the PDF cannot be created: Pango is missing or incomplete{what}"
        raise NotInstalled(message, INSTALL_PANGO[system()]) from None
    return weasyprint


@contextmanager
def _libraries_by_name() -> Iterator[None]:
    """Let the loader of Linux find the libraries, by the names that it knows them under.

    The engine tries their names on other systems first, for each of which Python lets a compiler and a linker
    look: two hundred programs, half the time that the engine takes to load.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    find = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = find


def engine_name() -> str:
    """The layout engine with its version."""
    return f"WeasyPrint {version('weasyprint')}"


def srgb_profile() -> Path:
    """The profile of sRGB that the engine brings."""
    return Path(str(distribution("weasyprint").locate_file("weasyprint/pdf/sRGB2014.icc")))
