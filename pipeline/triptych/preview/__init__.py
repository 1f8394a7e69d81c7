"""Rebuild the outputs of a project after each change, and show them in a local browser."""
