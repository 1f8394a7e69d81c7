"""Read section files, data and bibliography into the document model.

Takes a project and its manifest, returns a ``Book`` and findings. Begin with ``book.py``.
"""
