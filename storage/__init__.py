"""What is kept, and the only door to it."""
