"""Write an ONIX 3.0 record with a product for each output. Begin with ``message.py``."""
