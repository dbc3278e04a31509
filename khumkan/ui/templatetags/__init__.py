"""Template tags and filters of `ui`."""
