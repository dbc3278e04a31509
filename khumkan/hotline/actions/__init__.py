"""Everything that changes at the hotline, by subject."""
