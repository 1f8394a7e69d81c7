"""Load themes (colours, fonts, text styles, page design), and render Jinja templates.

Start reading with ``theme.py``. ``theme_reader.py`` reads the theme that a manifest names.
"""
