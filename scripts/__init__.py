"""Scripts for those who build Khumkan."""
