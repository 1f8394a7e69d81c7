"""Open the PowerPoint template of a deck and work out its layouts, placeholders and colours.

Enters: a ``.potx`` file, or none for the built-in design. Leaves: ``Template``.
Begin with ``opening.py``.
"""
