"""Pages of the situation centre, by subject."""
