"""Who may of the loan programme, by subject."""
