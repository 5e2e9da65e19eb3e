"""Tags of duties."""
