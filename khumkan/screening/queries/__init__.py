"""Every read of the testing programme, by subject."""
