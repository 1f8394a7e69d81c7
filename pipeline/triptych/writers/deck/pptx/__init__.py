"""Wrap python-pptx.

``exports.py`` exports public names; ``package.py`` extends internals and replaces slow functions.
"""
