"""Every write of the situation centre, by subject."""
