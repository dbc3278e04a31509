"""What is policy in the hospitels: versioned terms, by subject."""
