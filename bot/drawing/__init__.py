"""Pictures that are drawn here, of what the text has told so far. Pure: values in, PNG bytes out.

families.py: which ties are alike, and their colours. layout.py: where everybody stands. tie_picture.py: the
picture of who is what to whom. fonts.py: the letters. Nothing here reads a book: what is drawn came out of a
view, so no word of a picture lies past its horizon, and the same values give the same bytes.
"""
