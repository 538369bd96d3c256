"""The demonstration: invented places, people and matters, and how they went through the loop.

Only `load_demo` uses it. It writes tickets through tickets.workflow, and directly for volume (rows.py).
"""
