"""What every part needs and no part owns, from the clock to the check digit of an identity number.

No tables, and nothing here knows a programme.
"""
