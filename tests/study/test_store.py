"""Results come back as they were, and broken files count as none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from khazri.errors import UsageError
from khazri.study import Result, Store, Variant

_VARIANT = Variant(2030, "reference", frozenset({"b", "a"}), frozenset({"c"}), frozenset({"x"}))
_TABLE = pd.DataFrame(
    {"eur": [1 / 3, np.nan, -1e300], "of": ["a", "b", ""], "yes": [True, False, True]},
    index=pd.Index(["AR", "BE", "CO"], name="country"),
)
_RESULT = Result("k" * 64, _VARIANT, 1 / 7, 0.1, True, 2.5, 48, {"one": _TABLE})


@pytest.fixture
def store(tmp_path):
    found = Store(tmp_path / "deep" / "store")
    found.keep(_RESULT)
    return found


def test_what_is_kept_is_found_with_every_digit(store):
    found = store.find(_RESULT.key)
    pd.testing.assert_frame_equal(found.tables["one"], _TABLE)
    assert (found.variant, found.cost, found.bound, found.is_valid, found.stages) == (
        _VARIANT, 1 / 7, 0.1, True, 48
    )  # fmt: skip
    assert found.gap == pytest.approx(1 / 7 - 0.1)


def test_what_was_never_kept_is_not_found(store):
    assert store.find("z" * 64) is None


@pytest.mark.parametrize(
    "content", [b"", b'{"key": ', b"\xff\xfe\x00", b"[1, 2]", b"{}", b'{"variant": null}', b"3"]
)
def test_a_broken_file_counts_as_none_and_is_replaced(store, content):
    path = store.folder / f"{_RESULT.key}.json"
    path.write_bytes(content)
    assert store.find(_RESULT.key) is None
    store.keep(_RESULT)
    assert store.find(_RESULT.key) is not None


def test_nothing_half_written_remains(store):
    assert [path.name for path in store.folder.iterdir()] == [f"{_RESULT.key}.json"]


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "store").write_text("a file", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        Store(tmp_path / "store").keep(_RESULT)
