"""What is printed: certificates and letters."""
