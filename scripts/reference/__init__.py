"""The pages of the guide's reference, each made from what the program says about itself.

``scripts/write_reference.py`` writes them. Each module has functions that return a page as Markdown.
"""
