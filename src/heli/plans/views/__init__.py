"""The pages of plans, a module for each step."""
