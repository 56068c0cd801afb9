"""What is kept of a reader: where they are, what was said, what is remembered."""
