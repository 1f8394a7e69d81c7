"""Programs of npm: they start Node, which they must find."""

from __future__ import annotations

import os

from triptych.engine import installed_programs


def path_with_node() -> str:
    """A PATH with Node, and with what the starters of programs need."""
    node = installed_programs.node()
    return os.pathsep.join([*([str(node.parent)] if node else []), os.defpath])
