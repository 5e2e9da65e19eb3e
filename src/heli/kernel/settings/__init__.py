"""What a district decides for itself: dated values, each with who set it and on what ground."""
