"""EPUB 2 and 3 on zipfile and lxml; book.py joins what archive, locks, package and contents read."""
