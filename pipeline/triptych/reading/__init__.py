"""Read section files, data and bibliographies into the document model.

The entry point is ``book.py``, which turns a project and its manifest into a ``Book`` and findings.
"""
