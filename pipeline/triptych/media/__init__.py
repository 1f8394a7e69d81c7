"""Prepare images, diagrams, formulas and fonts for embedding in outputs."""
