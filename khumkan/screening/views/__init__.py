"""Pages of the testing programme, by subject."""
