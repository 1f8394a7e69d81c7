"""Plan the deck: select the book's blocks to show on slides, and write the speaker notes.

``storyboard.py`` turns a ``Book`` into a ``Deck``, whose slides are values without a layout yet.
"""
