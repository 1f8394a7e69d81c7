"""Black text is printed over what is under it, so that no white shows where plates do not meet exactly.

Other inks leave the ground free: a tint under a letter would change its colour. What prints over is set by
two graphics states of the page (ISO 32000-1, 8.6.7); a mode of 1 leaves inks alone that have no share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OVER, OUT = "kover", "kout"  # graphics states: printing over, and leaving free
_BLACK = (b"/DeviceCMYK cs", b"0 0 0 1 scn")
_PAINTS = frozenset(b"f F f* B B* b b* S s sh".split())


def overprint_states() -> Mapping[str, Mapping[str, Any]]:
    """The entries of both graphics states."""
    return {
        OVER: {"Type": "/ExtGState", "OP": "true", "op": "true", "OPM": 1},
        OUT: {"Type": "/ExtGState", "OP": "false", "op": "false"},
    }


def with_black_over(content: bytes) -> bytes:
    """A content stream, an operator at the end of each line, with its black text printed over all else."""
    out: list[bytes] = []
    space = colour = b""
    over = False
    kept: list[tuple[bytes, bytes, bool]] = []
    for line in content.split(b"\n"):
        if line == b"q":
            kept.append((space, colour, over))
        elif line == b"Q" and kept:
            space, colour, over = kept.pop()
        elif line.endswith(b" cs"):
            space, colour = line, b""
        elif line.endswith(b" scn"):
            colour = line
        elif line == b"BT":
            wanted = (space, colour) == _BLACK
            if wanted != over:
                over = wanted
                out.append(b"/%s gs" % (OVER if over else OUT).encode())
        elif over and (line in _PAINTS or line.endswith((b" Do", b" sh"))):
            over = False
            out.append(b"/%s gs" % OUT.encode())
        out.append(line)
    return b"\n".join(out)
