"""Forms of the loan programme, by subject."""
