"""A book's reading text, its passages and index, and the one view on them."""
