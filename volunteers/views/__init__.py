"""Pages of rosters, one module per kind of page."""
