"""Quires at their places → a PDF: numbered, linked, with fonts, tags and metadata."""
