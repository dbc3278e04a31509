"""Every read of the vaccination programme, by subject."""
