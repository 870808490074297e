"""Pure: statistics, metric math, alarm states. One implementation for coverage, back-test and the simulated account."""
