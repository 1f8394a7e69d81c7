"""Pictures and charts as bytes that outputs can take."""
