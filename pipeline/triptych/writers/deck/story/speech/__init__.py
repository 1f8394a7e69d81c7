"""What the speaker says: passages of the book → sentences that can be spoken → those there is time for.

Begin at ``remarks.py``, which says what may be said to a slide, and ``choice.py``, which says what is.
"""
