"""What is measured, against what, and what it may be: a module for each, with a function `measure`."""
