"""Portraits and scenes: their versions and files."""
