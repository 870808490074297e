"""Views of a mapping stay as they were, whatever becomes of it, and copy next to nothing."""

from __future__ import annotations

import random
import sys

import pytest

from aws.sharing import Shared, View


@pytest.mark.parametrize("seed", range(5))
def test_every_view_stays_as_the_mapping_was(seed: int) -> None:
    chance = random.Random(seed)
    shared, plain = Shared[int, int](), dict[int, int]()
    seen: list[tuple[View[int, int], dict[int, int]]] = []
    for _ in range(20):
        for key in chance.choices(range(300), k=chance.choice((0, 1, 60))):
            if chance.random() < chance.choice((0.1, 0.9)):
                assert shared.pop(key, None) == plain.pop(key, None)
            else:
                shared[key] = plain[key] = chance.randrange(3)
        seen.append((shared.view(), plain.copy()))
        assert shared == plain
    for view, then in seen:
        assert view == then
        assert len(view) == len(then)
        assert sorted(view.values()) == sorted(then.values())
        assert {key for key in range(300) if key in view} == set(view) == then.keys()
        assert [view.get(key, -1) for key in range(300)] == [then.get(key, -1) for key in range(300)]


def test_the_order_is_that_in_which_keys_came() -> None:
    shared = Shared[str, int]()
    shared.update({f"function-{number}": number for number in range(200)})
    shared["function-70"] = -1
    del shared["function-3"]
    shared["new"] = 200
    assert list(shared.view().values()) == [0, 1, 2, *range(4, 70), -1, *range(71, 201)]


def test_nothing_is_copied_where_nothing_changed_and_one_row_where_one_value_did() -> None:
    shared = Shared[int, float]()
    shared.update(dict.fromkeys(range(10_000), 0.0))
    first = shared.view()
    assert shared.view() is first
    shared[7_000] = 1.0
    second = shared.view()
    ours, others = (sum(map(sys.getsizeof, view._rows)) for view in (first, second))
    anew = [row for row, before in zip(second._rows, first._rows, strict=True) if row is not before]
    assert ours == others
    assert len(anew) == 1


def test_what_is_not_there_is_missing_in_both() -> None:
    shared = Shared[str, int]()
    shared["deleted"] = 1
    early = shared.view()
    del shared["deleted"]
    shared.update({f"late {number}": number for number in range(200)})
    missing = (
        (shared, "deleted"),
        (shared.view(), "deleted"),
        (early, "late 0"),
        (early, "late 199"),
        (early, "never"),
    )
    for mapping, key in missing:
        assert key not in mapping
        with pytest.raises(KeyError):
            mapping[key]
    with pytest.raises(KeyError):
        del shared["deleted"]
    assert early["deleted"] == 1


def test_places_of_what_was_deleted_are_given_up() -> None:
    shared = Shared[int, int]()
    shared.update(dict.fromkeys(range(1_000), 1))
    before = shared.view()
    for number in range(990):
        del shared[number]
    assert len(shared._keys) < 100
    assert dict(shared.items()) == dict.fromkeys(range(990, 1_000), 1)
    assert len(before) == len(dict(before.items())) == 1_000
