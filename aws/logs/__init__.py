"""What functions write: read on demand, bounded in pages, and never kept."""
