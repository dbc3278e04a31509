"""Who may do what at the hotline, by subject."""
