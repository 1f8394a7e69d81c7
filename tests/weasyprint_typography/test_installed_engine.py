"""Test the installed layout engine."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOAD = """
import ctypes.util, sys
find, started = ctypes.util.find_library, []
sys.addaudithook(lambda event, _: started.append(event) if event == "subprocess.Popen" else None)
from weasyprint_typography.engine import load_engine
engine = load_engine()
assert ctypes.util.find_library is find
print(engine.__version__, len(started))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere libraries are looked for")
def test_no_program_is_started_to_find_its_libraries() -> None:
    stdout = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout
    assert stdout.split()[1] == "0"
