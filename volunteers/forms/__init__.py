"""What is typed on the pages of rosters; changes nothing."""
