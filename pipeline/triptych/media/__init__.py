"""Pictures, charts, diagrams, formulas and fonts as bytes that outputs can take."""
