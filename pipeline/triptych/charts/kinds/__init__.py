"""Define the chart types: how the data of each is read, laid out and drawn."""
