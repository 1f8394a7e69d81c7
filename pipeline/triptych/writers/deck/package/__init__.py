"""Write the ``.pptx`` file: notes pages, fonts, properties, sections and package parts.

``deck_package.py`` combines a presentation with finished slides. The same deck always gives the same bytes.
"""
