"""What an earlier run saw, kept on disk, so that the next one has something to show before AWS answers."""

from aws.cache.seen import Place, Seen
from aws.cache.store import InventoryCache, Memory

__all__ = ["InventoryCache", "Memory", "Place", "Seen"]
