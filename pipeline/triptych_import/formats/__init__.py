"""The supported book formats, one module each; ``folder.py`` is the simplest."""
