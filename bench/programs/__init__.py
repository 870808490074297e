"""Programs that the benchmarks run as child processes."""
