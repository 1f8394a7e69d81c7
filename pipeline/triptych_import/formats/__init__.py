"""Read the supported source formats, one per module.

``markdown_folder.py`` is the simplest of these modules.
"""
