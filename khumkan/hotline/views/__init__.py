"""Pages of the hotline, by subject."""
