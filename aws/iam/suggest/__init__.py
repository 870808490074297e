"""What a role's policy could be reduced to: only ever less than today, with the reason of every line."""
