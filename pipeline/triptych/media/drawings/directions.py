"""Diagrams that run from left to right, written to run from top to bottom, and the other way about."""

from __future__ import annotations

import re

_TURNED = {"LR": "TB", "RL": "BT", "TB": "LR", "TD": "LR", "BT": "RL"}
_RANKDIR = re.compile(r'(\brankdir\s*=\s*"?)(LR|RL|TB|BT)\b')
_FLOW = re.compile(r"^(\s*(?:flowchart|graph)(?:-elk)?\s+)(LR|RL|TB|TD|BT)\b", re.MULTILINE)
_DIRECTION = re.compile(r"^(\s*direction\s+)(LR|RL|TB|TD|BT)\b", re.MULTILINE)
_RANKED = re.compile(r"^\s*(stateDiagram(?:-v2)?|classDiagram(?:-v2)?|erDiagram)[ \t]*$", re.MULTILINE)


def turned(language: str, source: str) -> str:
    """A diagram's source with the other direction; "" where the diagram has none."""
    return _mermaid(source) if language == "mermaid" else _dot(source)


def _dot(source: str) -> str:
    """Graphviz draws from top to bottom where nothing is said; engines without ranks take no notice."""
    if _RANKDIR.search(source):
        return _RANKDIR.sub(_other, source, count=1)
    return source.replace("{", "{ rankdir=LR; ", 1) if "{" in source else ""


def _mermaid(source: str) -> str:
    if _FLOW.search(source):
        return _FLOW.sub(_other, source, count=1)
    if not (kind := _RANKED.search(source)):
        return ""
    if _DIRECTION.search(source):
        return _DIRECTION.sub(_other, source, count=1)
    return f"{source[: kind.end()]}\n  direction LR{source[kind.end() :]}"


def _other(match: re.Match[str]) -> str:
    return match[1] + _TURNED[match[2]]
