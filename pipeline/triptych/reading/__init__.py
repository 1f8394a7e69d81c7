"""Read section files, data and bibliographies into the document model.

Start in ``book.py``: it takes a project and its manifest, and returns a ``Book`` and findings.
"""
