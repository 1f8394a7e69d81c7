"""What a deck tells: which blocks are shown, which are said, in which order.

Enters: ``Book``. Leaves: ``Deck``, slides as values.
Begin with ``storyboard.py``, which asks ``chapter_views.py``.
"""
