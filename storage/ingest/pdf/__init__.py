"""PDF with a text layer: from its bytes to a `ParsedBook`.

pdfium.py (or fallback.py) reads, order.py, furniture.py, paging.py and paragraphs.py make reading text of
lines, headings.py and compose.py name what is what; the rest is the same for all formats.
"""

from storage.ingest.pdf.parse import parse_pdf

__all__ = ["parse_pdf"]
