"""Who may do what in the hospitels, by subject."""
