"""Every read of the hospitels, by subject."""
