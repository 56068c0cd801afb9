"""People, names, places, terms and digests: dated rows and their fold."""
