"""The figures: what Heli takes and gives, beside what a person does by hand."""
