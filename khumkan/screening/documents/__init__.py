"""What is printed: labels, lists of boxes, answers."""
