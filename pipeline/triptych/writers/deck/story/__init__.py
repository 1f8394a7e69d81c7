"""Plan the deck: which blocks of the book are shown, which are spoken, and in which order.

Enters: ``Book``. Leaves: ``Deck``, slides as values. Begin with ``storyboard.py``, which uses
``chapter_views.py``.
"""
