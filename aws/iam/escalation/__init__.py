"""Ways by which a role can get more than it was given."""
