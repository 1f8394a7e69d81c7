"""Write the ``.pptx`` file: notes pages, fonts, properties, sections and package parts.

``package.py`` combines a presentation with finished slides; the same deck always gives the same bytes.
"""
