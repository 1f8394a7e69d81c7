"""What points from one place of an imported book to another: links, ids, captions, citations, numbers.

Enters: ``SourceBook``. Leaves: the same with all of it resolved.
Begin with ``links.py``.
"""
