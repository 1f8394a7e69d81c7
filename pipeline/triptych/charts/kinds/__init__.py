"""Define the chart types. Each of them reads its data, and is laid out and drawn, by its own class."""
