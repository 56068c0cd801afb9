"""EPUB 2 and 3 on zipfile and lxml: archive.py, locks.py, package.py, contents.py, and book.py that joins them."""
