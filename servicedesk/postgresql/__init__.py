"""Django's PostgreSQL backend, with a look at the line in place of a question on every request."""
