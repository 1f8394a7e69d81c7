"""What outputs look like: tokens, colours, fonts, sizes of pages, and the templates that take them.

Enters: the name of a theme. Leaves: ``Theme``, and Jinja environments for its templates.
Begin with ``theme.py``.
"""
