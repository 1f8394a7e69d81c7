"""What the edition that this repository publishes says, held to its data, its sources and itself."""
