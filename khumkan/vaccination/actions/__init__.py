"""Every write of the vaccination programme, by subject."""
