"""What can be decided from values alone, by subject."""
