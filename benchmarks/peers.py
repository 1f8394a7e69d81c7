"""Find the installed PDF engines of pandoc, and say how to install missing ones."""

from __future__ import annotations

import argparse
import shutil
import sys

from benchmarks.conversions import ENGINES, Engine

MISSING_PROGRAM = 3
_XELATEX = "apt-get install texlive-xetex lmodern texlive-fonts-recommended"


def offer_engines(
    parser: argparse.ArgumentParser, default: tuple[Engine, ...] = ENGINES
) -> argparse.ArgumentParser:
    """Add the option that names engines."""
    text = f"what pandoc makes its PDF with; default: {','.join(default)}"
    parser.add_argument("--peers", type=_engines, default=default, metavar=",".join(ENGINES), help=text)
    return parser


def all_there(engines: tuple[Engine, ...]) -> bool:
    """Return whether all engines can be run, and print missing ones. Typst comes with Triptych."""
    there = "xelatex" not in engines or shutil.which("xelatex") is not None
    if not there:
        print(f"error: xelatex is missing: pandoc makes its PDF with it\n  hint: {_XELATEX}", file=sys.stderr)
    return there


def _engines(text: str) -> tuple[Engine, ...]:
    names = text.split(",")
    if unknown := set(names) - set(ENGINES):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return tuple(name for name in ENGINES if name in names)
