"""What is policy in the vaccination programme: versioned terms, by subject."""
