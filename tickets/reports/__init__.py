"""The secretary's figures: what each counts, over which period, for whom, and how they are laid out."""
