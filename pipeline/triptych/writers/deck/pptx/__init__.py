"""Wrap python-pptx.

``terms.py`` exports public names; ``package.py`` extends internals and replaces slow functions.
"""
