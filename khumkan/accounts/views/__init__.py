"""Pages of accounts: the door for staff, one's own account, and the administrators' pages."""
