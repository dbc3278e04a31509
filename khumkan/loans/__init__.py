"""Loans that keep people in work: from the certificate to the covenant's last month.

The office lends its money through banks to employers that keep their workers. A certificate says that an employer may
ask; one bank decides; the envelope of the phase is never exceeded; each month the filings are held against the number
of workers on the day of signing. See `docs/rules/loans.md`.
"""
