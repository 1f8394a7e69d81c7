"""Projects that mean harm, or that an accident has made: each must end soon, in little memory, with a finding
that has a place.
"""
