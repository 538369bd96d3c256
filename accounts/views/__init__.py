"""Pages of people: the door, one's own account, a lead's people."""
