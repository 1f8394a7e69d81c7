"""Write EPUB 3.3 packages. Begin with ``writer.py``."""
