"""Paper: one way to draw pictures and prints."""
