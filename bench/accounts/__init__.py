"""The large account that is watched: as a process of its own, in this one, or as snapshots of it that are made up."""
