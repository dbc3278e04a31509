"""Every read of the loan programme, by subject."""
