"""The vaccination programme: from the employer's list to the right door on the right day.

An employer lists employees; each worker decides; the office plans a date and a place for everybody who wants it; the
site gives the dose; a certificate is proof of it. See `docs/rules/vaccination.md`.
"""
