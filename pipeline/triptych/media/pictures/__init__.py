"""Picture files: what they are, how large, whether they are safe, how large they are shown.

Enters: bytes. Leaves: measures, or ``UnusablePicture``.
Begin with ``files.py``.
"""
