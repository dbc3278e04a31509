"""What the vaccination programme decides from values alone."""
