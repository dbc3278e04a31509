"""Pages of the hospitels, by subject."""
