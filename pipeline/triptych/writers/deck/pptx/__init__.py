"""Wrap python-pptx: its public names (``terms.py``), its internals, and replacements for slow functions."""
