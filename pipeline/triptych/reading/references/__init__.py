"""Bibliographies and citation styles: keys → words, by citeproc over the whole book.

Enters: the manifest's files and pandoc's citations. Leaves: citations written out.
Begin with ``bibliography.py``.
"""
