"""What is policy in the loan programme: versioned terms, by subject."""
