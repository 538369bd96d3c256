"""Pages of notices: one's own, what one wants outside, a unit's group robot, what could not be delivered."""
