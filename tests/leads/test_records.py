"""Record boundaries: the fast way and the exact way are one."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadroute.leads.records import OpenQuoteError, cells, exact, first, split

TEXT = st.text(st.sampled_from('ab,"\n\r é'), max_size=40)


def _by_csv(text: str) -> list[list[str]]:
    """What the csv module reads, a lone CR ending a line as in a file opened with ``newline=""``."""
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row]


def _cells_of(data: bytes, *, last: bool = True) -> list[bytes]:
    found = split(data, ",", last=last)
    return [data[start:end] for start, end in zip(found.starts.tolist(), found.ends.tolist(), strict=True)]


@given(TEXT)
@example('a,5" pipe\n6",b\n')
@example('x,5" p\n1,"multi\nline\nmore"\n2,3" f\n')
@example("a\r")
@example('"a"b\n')
def test_records_are_those_of_the_csv_module(text: str) -> None:
    """Whatever the quotes, records and their cells are those that the csv module reads."""
    data = text.encode()
    try:
        records = _cells_of(data)
    except OpenQuoteError:
        return
    assert [next(csv.reader(io.StringIO(record.decode(), newline=""))) for record in records] == _by_csv(text)


@given(TEXT)
def test_exact_and_fast_agree(text: str) -> None:
    """The exact way finds the same boundaries as the fast one, and refuses the same open quotes."""
    data = text.encode()
    try:
        fast = split(data, ",", last=True)
    except OpenQuoteError:
        with pytest.raises(OpenQuoteError):
            exact(data, ",", last=True)
        return
    slow = exact(data, ",", last=True)
    assert fast.starts.tolist() == slow.starts.tolist()
    assert fast.ends.tolist() == slow.ends.tolist()


@given(TEXT, st.integers(1, 40))
def test_a_piece_gives_whole_records_only(text: str, size: int) -> None:
    """What is found in a piece of a text is found in the whole text too."""
    data = text.encode()
    try:
        whole = split(data, ",", last=True)
    except OpenQuoteError:
        return
    piece = split(data[:size], ",", last=False)
    count = len(piece.starts)
    assert piece.starts.tolist() == whole.starts[:count].tolist()
    assert piece.ends.tolist() == whole.ends[:count].tolist()


@given(TEXT)
def test_cells_of_a_record_are_those_of_the_csv_module(text: str) -> None:
    """The spans of a record's cells are as many as the csv module reads."""
    record = text.replace("\n", "").replace("\r", "")
    spans, opened = cells(record.encode(), ",")
    if opened is None and record:
        assert len(spans) == len(next(csv.reader([record])))


def test_the_first_record_waits_until_it_is_whole() -> None:
    """A first record that the piece may cut is not given out."""
    assert first(b'a,"b\n', ",", last=False) is None
    assert first(b"\n\na,b\nc\n", ",", last=False) == (2, 5, 6, ["a", "b"])
    with pytest.raises(OpenQuoteError):
        first(b'a,"b\n', ",", last=True)
