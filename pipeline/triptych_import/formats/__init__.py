"""Read the supported source formats, with one module for each format. ``markdown_folder.py`` is the
simplest.
"""
