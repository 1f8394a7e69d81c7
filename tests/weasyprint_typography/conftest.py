"""Provide the same projects as for the e-book."""

from __future__ import annotations

from tests.writers.epub.conftest import write

__all__ = ["write"]
