"""Papers of the situation centre."""
