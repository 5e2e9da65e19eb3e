"""What the planning problems of a village share: whom names mean, where things are, what may be wrong."""
