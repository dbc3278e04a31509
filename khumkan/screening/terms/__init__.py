"""What is policy in the testing programme: versioned terms, by subject."""
