"""每晚对账: what is compared (checks.py), and the night in which it is done (nightly.py)."""
