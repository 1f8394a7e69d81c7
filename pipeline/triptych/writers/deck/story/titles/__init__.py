"""The sentences of a book that can stand alone, and what they become: titles, the summary, the message.

Enters: sections of a chapter. Leaves: text for slides.
Begin with ``titles.py``; ``assertions.py`` says which sentences qualify.
"""
