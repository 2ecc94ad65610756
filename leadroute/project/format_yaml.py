"""Canonical YAML: one layout for the documents of a project. What they say, their scalars' own text and all comments stay.

The layout: two columns for each level, items under their key by two as well, one blank between key and value, ``{}`` and ``[]`` as they
are where they fit in ``WIDTH`` columns, comments two columns behind, one blank line at most, and around rules that take several lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import cache

from leadroute.model.frozen import record
from leadroute.model.span import Span
from leadroute.project.concrete import Comment, Document, Part, Value, read_concrete
from leadroute.project.findings import Findings
from leadroute.project.nodes import Mapping, Node, Scalar
from leadroute.project.nodes import Sequence as Items
from leadroute.project.schemas import schema
from leadroute.project.yaml_text import read_yaml

Path = tuple[str, ...]
"""Where a collection stands: the keys that lead to it, ``-`` for an item."""
_RULE: Path = ("rules", "-")
_SPACED: frozenset[Path] = frozenset({(), ("rules",)})
"""Whose parts are set apart by blank lines where they take several lines."""
_MODELINE = "yaml-language-server:"
WIDTH = 140
"""Columns that a list or mapping on one line may take, without a comment beside it."""
_STEP = 2
_ALIGNED = 60
"""Comments on neighbouring lines stand under each other up to this column; beside longer lines they just follow."""


def format_yaml(text: str, file: str, findings: Findings) -> str | None:
    """The canonical form of a document; ``None``, with findings, when it cannot be read or would not say the same.

    Every line ends as the first one of ``text`` does. What comes out is read again and compared, so that a layout that this module gets
    wrong is a finding, never a changed file.
    """
    newline = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    known = len(findings.items)
    before = read_yaml(plain, file, findings)
    if before is None or len(findings.items) > known:
        return None
    document = read_concrete(plain)
    made = "\n".join(_Layout().document(document)) + "\n"
    again = Findings()
    after = read_yaml(made, file, again)
    if after is None or again.items or not _same(before, after) or _said(document) != _said(read_concrete(made)):
        findings.add(
            "not-formatted",
            "a layout of this file that says the same is not known, so it is left as it is",
            Span(file, 1, 1, 1, 1),
            help="put every key on one line, without `?`",
        )
        return None
    return made.replace("\n", newline)


def _same(one: Node, other: Node, path: Path = ()) -> bool:
    """Whether two documents say the same, in the same order but where :func:`_ordered` may change it."""
    if isinstance(one, Scalar):
        return isinstance(other, Scalar) and (one.text, one.kind, one.quoted) == (other.text, other.kind, other.quoted)
    if isinstance(one, Mapping):
        if not isinstance(other, Mapping) or one.entries.keys() != other.entries.keys():
            return False
        if path not in ((), _RULE) and list(one.entries) != list(other.entries):
            return False
        pairs = [(name, entry, other.entries[name]) for name, entry in one.entries.items()]
        return all(_same(mine.key, its.key) and _same(mine.value, its.value, (*path, name)) for name, mine, its in pairs)
    if not isinstance(one, Items) or not isinstance(other, Items) or len(one.items) != len(other.items):
        return False
    return all(_same(mine, its, (*path, "-")) for mine, its in zip(one.items, other.items, strict=True))


def _said(document: Document) -> list[str]:
    """All comments, in no order."""
    return sorted(comment.text for comment in [*document.head, *_comments(Part(None, document.root))])


def _comments(part: Part) -> Iterator[Comment]:
    yield from (*part.above, *part.opening, *part.beside, *part.value.foot)
    for one in part.value.parts:
        yield from _comments(one)


@cache
def _order_of_rules() -> dict[str, int]:
    return {key: at for at, key in enumerate(schema("rules")["$defs"]["rule"]["properties"])}


def _ordered(value: Value, path: Path) -> list[Part]:
    """Parts in the order in which they are written: ``version`` first, a rule's keys as the schema has them, all else as it stands."""
    if value.mapping and path == ():
        return sorted(value.parts, key=lambda part: part.first.name != "version")
    if value.mapping and path == _RULE:
        order = _order_of_rules()
        return sorted(value.parts, key=lambda part: order.get(part.first.name, len(order)))
    return value.parts


def _keep_head(root: Value) -> None:
    """Leave what is said of the whole file, above a blank line or for an editor, at its top when another part comes first."""
    was, now = root.parts[0], _ordered(root, ())[0]
    if now is was:
        return
    ends = [at for at, comment in enumerate(was.above) if at and (comment.blank or _MODELINE in was.above[at - 1].text)]
    if was.above and (was.blank or _MODELINE in was.above[-1].text):
        ends.append(len(was.above))
    if ends:
        now.above = was.above[: ends[-1]] + now.above
        was.above = was.above[ends[-1] :]


def _below(path: Path, part: Part) -> Path:
    return (*path, "-" if part.key is None else part.key.name)


def _keyed(key: Value) -> str:
    """A key with its colon; an alias ends before a blank."""
    anchor = "" if key.anchor is None else f"&{key.anchor} "
    return f"{anchor}{key.source}{' ' if (key.source or '').startswith('*') else ''}:"


def _inline(value: Value, path: Path) -> str | None:
    """A scalar or flow collection on one line, without its anchor; ``None`` for what takes several lines or has comments inside."""
    if value.source is not None:
        return None if "\n" in value.source or value.is_block_text else value.source
    if not value.parts:
        return "{}" if value.mapping else "[]"
    if not value.flow or value.foot:
        return None
    texts = []
    for part in _ordered(value, path):
        inside = _inline(part.value, _below(path, part))
        if inside is None or part.above or part.opening or part.beside or part.value.foot or "\n" in (part.first.source or ""):
            return None
        anchor = "" if part.value.anchor is None else f"&{part.value.anchor} "
        texts.append(anchor + inside if part.key is None else f"{_keyed(part.key)} {anchor}{inside}")
    return f"{{{', '.join(texts)}}}" if value.mapping else f"[{', '.join(texts)}]"


def _on_the_dash(value: Value, path: Path) -> bool:
    """Whether an item begins with the first part of a collection, on the line of its dash."""
    return value.source is None and value.anchor is None and _inline(value, path) is None


@record
class _Line:
    """A line of the result: ``alone`` when it is a comment, ``goes_on`` when that stands under the one beside the line above.

    ``blank``: a blank line stands above.
    After a ``sealed`` one there is none: it would belong to the text before.
    """

    code: str
    comment: str = ""
    blank: bool = False
    alone: bool = False
    goes_on: bool = False
    sealed: bool = False


@record
class _Layout:
    """Writes one document. ``indent`` is the column of the collection that a part stands in."""

    lines: list[_Line] = field(default_factory=list)

    def document(self, document: Document) -> Iterator[str]:
        """The lines of a document."""
        root = document.root
        for comment in document.head:
            self._own(comment, 0)
        if _on_the_dash(root, ()):
            _keep_head(root)
            self._block(root, 0, ())
        else:
            self._value("", Part(None, root), -_STEP, ())
        for comment in root.foot:
            self._own(comment, 0)
        return self._texts()

    def _block(self, value: Value, indent: int, path: Path, begin: str | None = None) -> None:
        """Write a collection, a line or more for each part. ``begin`` is the dash before the first one, whose comments are written."""
        tall = False
        for number, part in enumerate(_ordered(value, path)):
            begun = len(self.lines)
            below = _below(path, part)
            if number or begin is None:
                for comment in self._above(part, below):
                    self._own(comment, indent)
            first = len(self.lines)
            opened = " " * indent if number or begin is None else f"{begin} "
            self._value(opened + ("-" if part.key is None else _keyed(part.key)), part, indent, below, column=value.column)
            self.lines[first].blank = part.blank
            was, tall = tall, sum(not line.goes_on for line in self.lines[first:]) > 1
            apart = any(line.blank for line in self.lines[begun : first + 1])
            if number == 0:
                self.lines[begun].blank = False
            elif not apart and (was or tall) and path in _SPACED:
                self.lines[begun].blank = True
        if path:
            for comment in value.foot:
                self._own(comment, indent)

    def _above(self, part: Part, path: Path) -> list[Comment]:
        """The comments above a part; for an item those above what it begins with, too, which stands on its line."""
        if part.key is not None or not _on_the_dash(part.value, path):
            return part.above
        first = _ordered(part.value, path)[0]
        return part.above + self._above(first, _below(path, first))

    def _value(self, begin: str, part: Part, indent: int, path: Path, column: int = 0) -> None:
        """Write a value behind the key or dash with which its line begins; ``column`` is where its collection stood."""
        value = part.value
        if value.anchor is not None:
            begin += f" &{value.anchor}"
        inline = _inline(value, path)
        code = begin if not inline else f"{begin} {inline}" if begin else inline
        inner = indent + _STEP
        if value.is_block_text:
            self._text(begin, part, inner, column)
        elif value.source is not None:
            self._scalar(begin, part, inner)
        elif inline is not None and (len(code) <= WIDTH or not value.parts):
            self._line(code, [*part.opening, *([] if value.parts else value.foot), *part.beside])
        else:
            first = len(self.lines)
            if part.key is None and value.anchor is None:
                self._block(value, inner, path, begin)
            else:
                self._line(begin, part.opening)
                self._block(value, inner, path)
            # Beside what stood on one line it was about all of it, as a rule's `leadroute: ignore[…]` is.
            self._beside(part.beside, -1 if inline is None else first)

    def _scalar(self, begin: str, part: Part, inner: int) -> None:
        """Write a scalar; of one with several lines, the others begin below its first character."""
        source = part.value.source or ""
        first, *rest = source.split("\n")
        self._line(f"{begin} {first}" if begin and first else begin or first, ())
        for line in rest:
            said = line.lstrip(" \t")
            self.lines.append(_Line(" " * inner + said if said else ""))
        if rest and source[:1] != '"':
            for one in self.lines[-len(rest) - 1 :]:
                one.code = one.code.rstrip(" \t")
        self._beside(part.beside)

    def _text(self, begin: str, part: Part, inner: int, column: int) -> None:
        """Write a block of text, moved as one, and its comment beside the ``|`` or ``>``."""
        source = part.value.source or ""
        head, _, body = source.partition("\n")
        header = head[: len(head) - len(head.lstrip("|>-+0123456789"))]
        digits = "".join(one for one in header if one.isdigit())
        rest = body.split("\n")
        depth = column + int(digits) if digits else min((len(line) - len(line.lstrip(" ")) for line in rest if line.strip(" ")), default=0)
        if rest[-1][depth:]:  # the file ends without a line end, and so does the text
            header = header.translate({ord("-"): None, ord("+"): None}) + "-"
        elif "+" in header:
            rest.pop()
        else:
            while rest and not rest[-1][depth:]:
                rest.pop()
        if digits:
            header = header.replace(digits, str(_STEP))
        self._line(f"{begin} {header}" if begin else header, part.beside)
        self.lines += [_Line(" " * inner + line[depth:] if line[depth:] else "") for line in rest]
        self.lines[-1].sealed = "+" in header

    def _line(self, code: str, beside: Sequence[Comment]) -> None:
        self.lines.append(_Line(code))
        self._beside(beside)

    def _beside(self, comments: Sequence[Comment], first: int = -1) -> None:
        """Put a comment beside the last line, and further ones under it; a single one beside line ``first``, if that has none."""
        if len(comments) == 1 and not self.lines[first].comment and not self.lines[first].alone:
            self.lines[first].comment = comments[0].text
            return
        for comment in comments:
            last = self.lines[-1]
            if last.alone:
                self._own(comment, len(last.code) - len(last.code.lstrip()))
            elif last.comment:
                self.lines.append(_Line("", comment.text, goes_on=True))
            else:
                last.comment = comment.text

    def _own(self, comment: Comment, indent: int) -> None:
        self.lines.append(_Line(" " * indent + comment.text, blank=comment.blank and bool(self.lines), alone=True))

    def _texts(self) -> Iterator[str]:
        """The lines, comments that stand beside neighbouring ones under each other."""
        column = 0
        for at, line in enumerate(self.lines):
            if line.blank and not self.lines[at - 1].sealed:
                yield ""
            if not line.comment:
                column = 0
                yield line.code
                continue
            if not line.goes_on and (not column or line.blank or column > _ALIGNED or len(line.code) + _STEP > column):
                column = self._column(at)
            yield line.code.ljust(column) + line.comment

    def _column(self, at: int) -> int:
        """Where the comments of a line, and of those that follow it and have one, too, stand."""
        widest = len(self.lines[at].code)
        for line in self.lines[at + 1 :]:
            if not line.comment or line.blank or widest + _STEP > _ALIGNED or len(line.code) + _STEP > _ALIGNED:
                break
            widest = max(widest, len(line.code))
        return widest + _STEP
