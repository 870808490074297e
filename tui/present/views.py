"""The numbered views, in their order. A view is there once something declares what it would list."""

from __future__ import annotations

from tui.present.alarms import Alarms
from tui.present.catalog import Catalog
from tui.present.coverage import CoverageView
from tui.present.problems import Problems
from tui.present.resources import Resources
from tui.present.role_book import RoleBook
from tui.present.roles import Roles
from tui.present.view import View

_RESOURCE_VIEWS = (
    ("functions", "2", "Fn"),
    ("tables", "3", "Tbl"),
    ("apis", "4", "API"),
    ("messaging", "5", "Msg"),
    ("workflows", "6", "Wf"),
)


def views(catalog: Catalog, book: RoleBook | None = None) -> tuple[View, ...]:
    """Every view that has something to list, now or once it is read. ``book`` holds what is known of roles."""
    resources = (
        Resources(catalog, id=name, key=key, tab=tab, title="APIs" if name == "apis" else name)
        for name, key, tab in _RESOURCE_VIEWS
    )
    return (
        Problems(catalog),
        *(view for view in resources if view),
        Alarms(),
        CoverageView(catalog),
        Roles(book or RoleBook()),
    )
