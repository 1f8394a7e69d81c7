"""Load themes (colours, fonts, text styles, page design), and render Jinja templates.

The entry point is ``theme.py``. ``theme_reader.py`` reads the theme of a manifest.
"""
