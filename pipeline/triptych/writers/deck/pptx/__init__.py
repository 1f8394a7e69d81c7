"""Wrap python-pptx: its public names (``terms.py``), internals and faster replacements (``package.py``)."""
