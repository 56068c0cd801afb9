"""People and platforms: adapters, commands, use cases and every sentence of our own."""
