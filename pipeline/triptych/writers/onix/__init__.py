"""Write an ONIX 3.0 record with a product for each output. The entry point is ``message.py``."""
