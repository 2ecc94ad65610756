"""Text as the language compares it, and text tests on whole columns.

The only module of the engine that touches Arrow: its kernels run a test on a million texts at once, and its ``regex`` kernels are
RE2, which cannot blow up. The same kernels serve single values, so that an explanation never uses another matcher. Arrow and numpy
are loaded by the functions that use them: comparing a text, which is all that checking a project needs, takes neither.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadroute.model.columns import Mask


def compared(text: str) -> str:
    """The compared form of a text: NFC, case-folded, trimmed, runs of blanks collapsed to one space.

    Case-folding can undo composition (``İ``), so NFC is applied after it, too.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def sought(text: str) -> str:
    """What is looked for inside a text: its compared form, with one blank kept where it begins or ends with blanks (`` ag`` is a word)."""
    form = compared(text)
    return f"{' ' * text[:1].isspace()}{form}{' ' * text[-1:].isspace()}" if form else form


def trimmed(text: str) -> str:
    """The text without the blanks around it, in NFC: what a pattern searches."""
    return unicodedata.normalize("NFC", text.strip())


_PIECE = r"(?:(?:[\w @&/,:;'#%=<>!~-]|\\[dDwWsS.@/+*?()\-]|\.|\[\^?(?:a-z|A-Z|0-9|[\w .])+\])[*+?]?|\\b)"
_CHOICE = rf"{_PIECE}*(?:\|{_PIECE}*)*"
PLAIN = re.compile(rf"\^?(?:{_PIECE}|\((?:\?:)?{_CHOICE}\)[*+?]?|\|)*\$?", re.ASCII)
"""Patterns of letters, classes, plain groups and single repetitions: RE2 reads every one of them."""
LONGEST_PLAIN = 200


def pattern_problem(pattern: str) -> str | None:
    """Why RE2 refuses a pattern, in its own words; ``None`` when it is fine.

    Plain patterns are not shown to it: loading it takes a fifth of the time in which a large project is checked.
    """
    if len(pattern) <= LONGEST_PLAIN and PLAIN.fullmatch(pattern):
        return None
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(string_array([""]), pattern)
    except pa.ArrowInvalid as problem:
        return str(problem).removeprefix("Invalid regular expression: ")
    return None


def matches_pattern(texts: list[str], pattern: str) -> list[bool]:
    """Whether RE2 finds ``pattern`` in each text."""
    return [bool(found) for found in search(string_array(texts), pattern)]


def search(texts: Any, pattern: str) -> Mask:
    """``matches`` over an Arrow string array without nulls; the result has one entry per text."""
    import pyarrow.compute as pc

    return mask(pc.match_substring_regex(texts, pattern))


def fold(texts: Any, *, exact: bool) -> Any:
    """An Arrow array of trimmed texts (nulls stay null) in compared form.

    ASCII goes through kernels; only texts with other characters are folded one by one.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if exact or len(texts) == 0:
        return texts
    lowered = pc.ascii_lower(texts)
    odd = _odd(texts)
    if len(odd) == 0:
        return lowered
    replaced = [compared(text.as_py()) for text in texts.take(_indices(odd))]
    flags = np.zeros(len(texts), np.bool_)
    flags[odd] = True
    bits = pa.py_buffer(np.packbits(flags, bitorder="little"))  # `pa.array` of the flags would import pandas
    return pc.replace_with_mask(lowered, pa.BooleanArray.from_buffers(pa.bool_(), len(flags), [None, bits]), string_array(replaced))


def _odd(texts: Any) -> Any:
    """The rows of an Arrow array of trimmed texts that lowering alone does not fold: beyond ASCII, control characters, double blanks."""
    import numpy as np

    ends, data = _bytes(texts)
    odd = (data < ord(" ")) | (data >= 0x7F)
    blank = data == ord(" ")
    odd[:-1] |= blank[:-1] & blank[1:]
    rows = np.unique(np.searchsorted(ends, np.flatnonzero(odd), side="right") - 1)
    return rows[present(texts)[rows]] if texts.null_count else rows


def _bytes(texts: Any) -> Any:
    """Where the texts of an Arrow string array begin (and, one further, end) within their bytes, and these bytes."""
    import numpy as np

    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    found = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]] if data is not None else np.zeros(0, np.uint8)
    return ends - ends[0], found


def kernel(op: str, array: Any, values: list[Any]) -> Mask:
    """One operator over an Arrow string array without nulls, ``values`` being its operands' values.

    The texts are in compared form (see ``fold``); trimmed as they came for ``matches``.

    Says what ``OPERATORS[op].test`` says of each text (a property test holds the two together).
    """
    import pyarrow.compute as pc

    if op == "matches":
        return _any_of(array, [pc.match_substring_regex(array, pattern) for pattern in values])
    if op in {"is", "is_not", "in", "not_in"}:
        found = mask(pc.is_in(array, value_set=string_array([value for value in values if isinstance(value, str)])))
        return ~found if op in {"is_not", "not_in"} else found
    if op in {"free_mail", "disposable"}:
        domains, wanted = values
        found = mask(pc.is_in(after_at(array), value_set=string_array(sorted(domains))))
        return found if wanted else ~found
    compare = {"contains": pc.match_substring, "starts_with": pc.starts_with, "ends_with": pc.ends_with}[op]
    return _any_of(array, [compare(array, value) for value in values])


def after_at(texts: Any) -> Any:
    """What follows the last ``@`` of each text of an Arrow string array, the whole text where there is none; nulls stay null."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(texts) == 0:
        return texts
    parts = pc.split_pattern(texts, "@", max_splits=1, reverse=True)
    ends = np.frombuffer(parts.buffers()[1], np.int32)[parts.offset + 1 : parts.offset + len(parts) + 1]
    valid = pa.py_buffer(np.packbits(present(texts), bitorder="little")) if texts.null_count else None
    last = pa.py_buffer(ends.astype(np.int64) - 1)
    return parts.values.take(pa.Int64Array.from_buffers(pa.int64(), len(texts), [valid, last]))


def _any_of(array: Any, answers: list[Any]) -> Mask:
    import numpy as np

    found = np.zeros(len(array), np.bool_)
    for answer in answers:
        found |= mask(answer)
    return found


def take(array: Any, rows: Any) -> Any:
    """Some entries of an Arrow array, by position."""
    return array.take(_indices(rows))


def present(array: Any) -> Mask:
    """Which entries of an Arrow array are not null."""
    return mask(array.is_valid())


def filled(array: Any) -> Any:
    """An Arrow string array with empty texts for nulls."""
    import pyarrow.compute as pc

    return pc.fill_null(array, "") if array.null_count else array


def encode(array: Any) -> tuple[Any, list[str]]:
    """An Arrow string array as numbers (``int32``, -1 for null) and the list of distinct texts in order of appearance."""
    codes, distinct = numbered(array)
    return codes, [text.as_py() for text in distinct]


def numbered(array: Any) -> tuple[Any, Any]:
    """``encode``, the distinct texts being left in Arrow."""
    import numpy as np

    encoded = array.dictionary_encode()
    codes = np.zeros(len(array), np.int32)
    if len(array):
        codes = np.frombuffer(encoded.indices.buffers()[1], np.int32)[encoded.indices.offset :][: len(array)].copy()
        if array.null_count:
            codes[~present(array)] = -1
    return codes, encoded.dictionary


def joined(arrays: list[Any]) -> tuple[list[Any], Any]:
    """One list of distinct texts for several Arrow string arrays, and each array as numbers into it, -1 for null."""
    import numpy as np
    import pyarrow as pa

    if not arrays:
        return [], string_array([])
    codes, whole = numbered(pa.concat_arrays(arrays))
    return np.split(codes, np.cumsum([len(array) for array in arrays])[:-1]), whole


def mask(array: Any) -> Mask:
    """An Arrow boolean array without nulls as a numpy one, without the detour that imports pandas."""
    import numpy as np

    bits = np.frombuffer(array.buffers()[1], np.uint8) if len(array) else np.zeros(0, np.uint8)
    offset = array.offset
    return np.unpackbits(bits, bitorder="little")[offset : offset + len(array)].astype(np.bool_)


def string_array(texts: list[str]) -> Any:
    """An Arrow string array built from its buffers: ``pa.array`` of a list would import pandas."""
    import numpy as np
    import pyarrow as pa

    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=ends[1:])
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))


def _indices(rows: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    whole = np.ascontiguousarray(rows, np.int64)
    return pa.Int64Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)])
