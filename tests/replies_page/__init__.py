"""docs/replies.md: what readers see, told and drawn from flows over the demo book.

scenes.py: the flows. reading.py: what a platform shows, as lines. drawing.py: a chat as a picture. page.py:
the page. `python -m tests.replies_page` writes all of it anew.
"""
