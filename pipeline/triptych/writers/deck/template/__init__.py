"""Open the PowerPoint template of a deck and work out its layouts, placeholders and colours.

``opening.py`` returns a ``Template`` for a ``.potx`` file or for the built-in design.
"""
