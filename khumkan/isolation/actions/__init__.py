"""Every write of the hospitels, by subject."""
