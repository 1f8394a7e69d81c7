"""Write the PowerPoint deck.

``story/`` plans the slides of a book, ``fitting/`` fits their content, ``drawing/`` draws them and
``package/`` packs the file. ``writer.py`` runs these steps for a whole deck, ``slide_maker.py`` for each
slide. ``slides.py`` defines slides as values, ``kinds.py`` the kinds of slides and the roles of their
placeholders. ``template/`` opens and inspects templates, ``pptx/`` extends python-pptx, and ``handout.py``
makes printed sheets of a deck.
"""
