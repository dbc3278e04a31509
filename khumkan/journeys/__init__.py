"""What one programme's event starts in another. The only place that knows two programmes."""
