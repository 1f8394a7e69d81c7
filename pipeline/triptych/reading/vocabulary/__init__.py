"""The names that a Markdown source can use, as data: elements, classes, attributes and chart options.

Readers take from here which names they know, the lint finds misspelt ones with it, and the guide's reference
prints it. Begin with ``markdown.py``; ``charts.py`` has the options of charts, ``examples.py`` the files that
all examples use, and ``other_tools.py`` names that are accepted without effect.
"""
