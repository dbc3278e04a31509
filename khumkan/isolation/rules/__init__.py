"""What the hospitels decide from values alone."""
