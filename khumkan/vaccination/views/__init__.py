"""Every page of the vaccination programme, by subject."""
