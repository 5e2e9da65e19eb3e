"""Spreadsheets in and out: the one reader, the one writer, and the problems found on the way."""
