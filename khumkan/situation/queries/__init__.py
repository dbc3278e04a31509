"""Every read of the situation centre, by subject."""
