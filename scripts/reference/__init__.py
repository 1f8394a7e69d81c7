"""Generate the pages of the guide's reference from the program's own descriptions.

``scripts/write_reference.py`` writes them. Each module has functions that return a page as Markdown.
"""
