"""Validated settings of manifests and catalogues. Begin with ``manifest.py`` and ``reading.py``."""
