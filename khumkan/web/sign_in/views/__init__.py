"""Pages of the persons' sign-in."""
