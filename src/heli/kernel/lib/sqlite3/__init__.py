"""The database back end for SQLite: Django's own, with connections that outlive a request."""
