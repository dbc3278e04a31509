"""Employers' lists: received, read, judged against the register, mended, taken; and lists that are locked."""
