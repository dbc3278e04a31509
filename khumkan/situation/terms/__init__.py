"""What is policy in the situation centre: versioned terms, by subject."""
