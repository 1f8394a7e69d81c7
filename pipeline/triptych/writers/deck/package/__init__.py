"""Write the file: notes pages, fonts, properties, sections, and parts with names and fixed dates.

``package.py`` joins a presentation and finished slides; the same deck gives the same bytes.
"""
