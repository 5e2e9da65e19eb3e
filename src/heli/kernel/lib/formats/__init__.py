"""How days and times are written, by language: the one place that says it."""
