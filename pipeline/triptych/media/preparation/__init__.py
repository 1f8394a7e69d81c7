"""Pictures as an output takes them: upright, small enough, in its formats and inks.

Enters: a picture's bytes and the ``Room`` of an output. Leaves: ``Prepared``.
Begin with ``pictures.py``.
"""
