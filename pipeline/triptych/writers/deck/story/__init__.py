"""Plan the deck: which blocks of the book are shown, which are spoken, and in which order.

``storyboard.py`` turns a ``Book`` into a ``Deck``, whose slides are values that are not measured yet.
"""
