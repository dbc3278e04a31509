"""Pages of the loan programme, by subject."""
