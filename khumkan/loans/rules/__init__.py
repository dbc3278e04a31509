"""Pure rules of the loan programme, by subject."""
