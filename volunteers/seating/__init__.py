"""The verbs that put people into seats and take them out: the only code that writes an assignment's status."""
