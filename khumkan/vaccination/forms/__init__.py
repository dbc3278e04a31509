"""The forms of the vaccination programme, by subject."""
