"""Compare the edition that this repository publishes with its data, its sources and itself."""
