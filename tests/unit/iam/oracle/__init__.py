"""cloudsplaining as oracle for the rules of roles."""
