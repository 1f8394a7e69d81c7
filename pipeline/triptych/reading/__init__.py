"""Read section files, data and bibliographies into the document model.

``book.py`` takes a project and its manifest and returns a ``Book`` and findings. Begin there.
"""
