"""Reads of members: ``forces`` needs no database, ``members`` does."""
