"""Every write of the loan programme, by subject."""
