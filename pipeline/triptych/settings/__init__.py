"""Define and validate the settings of manifests and catalogues.

The entry points are ``manifest.py`` and ``manifest_reader.py``.
"""
