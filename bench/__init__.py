"""Benchmarks. Each prints what was measured beside a yardstick of the same minute: machines differ, ratios less so."""
