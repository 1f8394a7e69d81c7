"""The names that a Markdown source can use, as data: elements, classes, attributes and chart options.

The readers accept these names, the lint compares misspelt names with them, and the guide's reference is
generated from them. Begin with ``markdown.py``; ``charts.py`` has the options of charts, ``examples.py`` the files that
all examples use, and ``other_tools.py`` names that are accepted without effect.
"""
