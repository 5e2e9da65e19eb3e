"""English: Tue 1 Dec 2026."""
