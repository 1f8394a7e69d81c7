"""Wrap python-pptx: its public names (``terms.py``), its internals, and replacements for slow functions.

Begin with ``package.py``; ``internals.py`` declares what is replaced or used of the internals.
"""
