"""What the hotline fills in, by subject."""
