"""Plan the deck: select blocks of the book for slides, and write the speaker notes.

``storyboard.py`` turns a ``Book`` into a ``Deck``, whose slides do not have a layout yet.
"""
