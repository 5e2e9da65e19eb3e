"""What the pages of insight read."""
