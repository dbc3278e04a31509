"""The registry: who is insured, with whom they work, what employers filed.

Persons are insured under section 33 (employees), 39 (formerly 33, voluntary) or 40 (informal work). They are found by
the keyed index of an identity document, a telephone number or a reference, never by browsing. Identity numbers and
contacts are sealed. Periods (cover, employment) cannot overlap: see `models/periods.py` for how the database sees to
that. Bulk input goes through `imports/`: a file, a staging table, set-based checks, a verdict for each row, one commit.
Every change is an event of the record; what stood there before is kept.
"""
