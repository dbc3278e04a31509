"""Who may do what in the vaccination programme, by subject."""
