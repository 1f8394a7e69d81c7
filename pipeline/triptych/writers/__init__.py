"""Write the output files of a resolved book. Writers do not import each other."""
