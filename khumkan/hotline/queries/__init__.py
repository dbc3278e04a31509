"""Every read of the hotline, by subject."""
