"""The record for shops: the book's metadata → an ONIX 3.0 message, a product for each file that is sold.

Begin with ``message.py``; ``products.py`` says what is sold, ``codes.py`` has what is used of EDItEUR's code
lists, ``accessibility.py`` that of what readers are told.
"""
