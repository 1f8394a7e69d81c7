"""The formats of books that can be imported, one module each; ``folder.py`` is the simplest."""
