"""Write EPUB 3.3 packages. The entry point is ``writer.py``."""
