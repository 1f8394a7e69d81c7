"""Write the PowerPoint deck.

``story/`` plans the slides of a book, ``fitting/`` fits their content, ``drawing/`` draws them, and
``package/`` writes the file. ``writer.py`` runs these steps for a deck, ``slide_maker.py`` for one slide.
``slides.py`` defines slides before layout; ``kinds.py`` defines slide kinds and placeholder roles.
``template/`` opens and inspects templates, ``pptx/`` extends python-pptx, and ``handout.py`` turns a deck
into a printed handout or speaker script.
"""
