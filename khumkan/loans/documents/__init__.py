"""What is printed: certificates, and the evidence of covenants."""
