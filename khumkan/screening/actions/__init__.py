"""Every write of the testing programme, by subject."""
