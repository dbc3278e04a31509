"""What is decided from values alone: how a reason is handled, who gets a case, whether a caller is who they say."""
