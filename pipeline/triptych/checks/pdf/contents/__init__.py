"""What is in a PDF: pages, objects, structure, text.

Enters: a PDF. Leaves: ``Contents`` and ``Structure``.
Begin with ``contents.py``.
"""
