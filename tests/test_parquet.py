import numpy as np
import pandas as pd
import pytest

from khazri.errors import UnreadableFileError
from khazri.parquet import read_frame, write_frame


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "hour": pd.date_range("2030-01-01", periods=4, freq="h", unit="us"),
            "load_az": [0.25, np.nan, -0.0, 1e308],
            "count": np.array([1, 2, 3, 2**62], dtype=np.int64),
            "is_peak": [True, False, False, True],
            "zone": ["Bakı", "Şəki", None, ""],
        }
    )


def test_a_frame_comes_back_as_it_was(frame, tmp_path):
    write_frame(frame, tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "a.parquet"), frame, check_exact=True)


def test_equal_frames_give_equal_bytes(frame, tmp_path):
    write_frame(frame, tmp_path / "a.parquet")
    write_frame(frame.copy(), tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_a_column_cut_from_a_wider_array_keeps_its_values(tmp_path):
    """Columns of a C-ordered array are strided views: 0, 2, 4 and 1, 3, 5."""
    write_frame(
        pd.DataFrame(np.arange(6.0).reshape(3, 2), columns=["a", "b"]), tmp_path / "a.parquet"
    )
    assert read_frame(tmp_path / "a.parquet")["b"].tolist() == [1.0, 3.0, 5.0]


def test_times_with_a_zone_are_kept_in_utc(tmp_path):
    """02:00 in Baku (UTC+4) is 22:00 UTC of the day before."""
    local = pd.DataFrame({"hour": pd.to_datetime(["2030-01-01 02:00"]).tz_localize("Asia/Baku")})
    write_frame(local, tmp_path / "a.parquet")
    assert read_frame(tmp_path / "a.parquet")["hour"].tolist() == [pd.Timestamp("2029-12-31 22:00")]


def test_missing_flags_and_counts_become_nan(tmp_path):
    frame = pd.DataFrame({"x": pd.array([1, None], dtype="Int64")})
    write_frame(frame, tmp_path / "a.parquet")
    assert np.isnan(read_frame(tmp_path / "a.parquet")["x"].iloc[1])


@pytest.mark.parametrize("kept", [0, 3, 11, 200, -9, -1])
def test_a_file_cut_short_is_refused(kept, frame, tmp_path):
    path = tmp_path / "a.parquet"
    write_frame(frame, path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(UnreadableFileError, match=r"a\.parquet: expected a whole Parquet file"):
        read_frame(path)


def test_a_file_of_another_format_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_text("hour,load\n0,1.5\n")
    with pytest.raises(UnreadableFileError, match="a whole Parquet file"):
        read_frame(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="expected this file"):
        read_frame(tmp_path / "none.parquet")
    with pytest.raises(UnreadableFileError, match="a readable file"):
        read_frame(tmp_path)
