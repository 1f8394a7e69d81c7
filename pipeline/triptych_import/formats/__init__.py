"""Read the supported source formats, each in its own module.

``markdown_folder.py`` is the simplest of these modules.
"""
