"""Write outputs from the resolved book. Writers do not know each other."""
