"""The pages of the shell, by who reads them."""
