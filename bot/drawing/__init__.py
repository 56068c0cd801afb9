"""Pictures that are drawn here, of what the text has told so far. Pure: values in, PNG bytes out.

families.py: which ties are alike, and their colours. layout.py: where everybody stands. tie_picture.py: the
picture of who is what to whom, its letters in fonts.py.

character_card.py, scene_card.py: cards that are set like book jackets, in one of the looks of themes.py, with
ornaments.py. Their letters: faces.py (which font has which sign), bidi.py (which way it runs), setting.py
(words to lines to a block that holds), column.py (blocks below each other), canvas.py (the sheet).

Nothing here reads a book: what is drawn came out of a view, so no word of a picture lies past its horizon,
and the same values give the same bytes.
"""
