"""The papers of the vaccination programme."""
