"""Define and validate the settings of manifests and catalogues; see ``manifest.py`` and
``manifest_reader.py``.
"""
