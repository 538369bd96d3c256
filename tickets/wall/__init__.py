"""回音壁: what neighbours read of closed tickets, how it is written, checked, approved, taken down and printed."""
