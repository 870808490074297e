"""Benchmarks. Each prints what was measured beside a yardstick of the same minute: machines differ, ratios less so.

`benchmarks` are what ``python -m bench`` runs, and `programs` their child processes; `trials` of endurance are passed
or not; `profiles` are run by hand, to see where the time goes; `accounts` are what all of them watch.
"""
