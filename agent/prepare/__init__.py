"""What is written ahead of a question, prefix by prefix: digests and story facts."""
