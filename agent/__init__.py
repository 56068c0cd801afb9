"""From a question and a BookView to a checked Answer; knows no platform and no SQL."""
