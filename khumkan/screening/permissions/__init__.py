"""Who may do what in the testing programme, by subject."""
