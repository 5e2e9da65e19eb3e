"""Spreadsheets in: hand in, read, correct, see what changes, import, undo. What is in them, slices say."""
