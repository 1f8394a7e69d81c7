"""Write the PowerPoint deck.

A book becomes a storyboard (``story/``), fitted slides (``fitting/``), drawn slides (``drawing/``), a file
(``package/``). ``writer.py`` runs these steps for a whole deck, ``slide_maker.py`` for each slide.
``slides.py`` has the slides as values, ``kinds.py`` the kinds of slides and their placeholders.
``handout.py`` makes printed sheets of a deck.
"""
