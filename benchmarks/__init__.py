"""Measure build times, and compare them with those of pandoc."""
