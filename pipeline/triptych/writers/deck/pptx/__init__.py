"""The one door to python-pptx: its words, its elements, and what of it we replace.

Enters: a vetted file, or objects of python-pptx. Leaves: a presentation that fills quickly, elements, parts.
Begin with ``internals.py``, which lists all that is used and is none of its interface.
"""
