"""Provide an example of a package with extensions."""

from pathlib import Path

THEME = Path(__file__).with_name("acme.yaml")
