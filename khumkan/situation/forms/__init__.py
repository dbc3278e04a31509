"""Forms of the situation centre, by subject."""
