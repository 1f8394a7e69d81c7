"""Define and validate the settings of manifests and catalogues.

Start reading with ``manifest.py`` and ``manifest_reader.py``.
"""
