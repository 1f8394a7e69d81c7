"""Read the supported source formats, with one module for each format. ``folder.py`` is the simplest."""
