"""Who may of the situation centre, by subject."""
