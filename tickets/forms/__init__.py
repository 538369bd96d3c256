"""What people type, checked field by field; forms change nothing."""
