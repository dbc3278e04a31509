"""Pure rules of the situation centre, by subject."""
