"""Open a deck's PowerPoint template, and determine its layouts, placeholders and colours.

``opening.py`` returns a ``Template`` for a ``.potx`` file or for the built-in design.
"""
