"""Change a JSON object as text, without touching any other byte, and so that it can be undone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import field

from wizard.core.dataclass import dataclass
from wizard.core.json_text import JsonText, Keys, parse_object


@dataclass(frozen=True, slots=True)
class Splice:
    """At character `start`, `removed` became `added`. Both may hold a secret."""

    start: int
    removed: str = field(repr=False)
    added: str = field(repr=False)

    def apply(self, text: str) -> str:
        return text[: self.start] + self.added + text[self.start + len(self.removed) :]


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `value` there, or with `is_drop` remove what is there."""

    keys: Keys
    value: str | None = field(default=None, repr=False)
    is_drop: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """An edit that changed something, with all it takes to take it back."""

    keys: Keys
    before: str | None = field(repr=False)
    """The text that stood there; None when nothing or no text did."""
    after: str | None = field(repr=False)
    made: tuple[Keys, ...]
    """The objects on the way that had to be made, from the top down."""
    splices: tuple[Splice, ...]


def apply(document: JsonText, edits: Sequence[Edit]) -> tuple[JsonText, tuple[Applied, ...]]:
    """Make the edits in their order; those that change nothing are left out."""
    applied: list[Applied] = []
    for edit in edits:
        before = document.value(edit.keys)
        above = [edit.keys[:depth] for depth in range(1, len(edit.keys))]
        made = tuple(keys for keys in above if document.value(keys) is None)
        if edit.is_drop:
            document, splices = drop(document, edit.keys)
        else:
            document, splices = put(document, edit.keys, edit.value)
        if splices:
            text = before if isinstance(before, str) else None
            after = None if edit.is_drop else edit.value
            applied.append(Applied(edit.keys, text, after, made, splices))
    return document, tuple(applied)


def put(document: JsonText, keys: Keys, value: str | None) -> tuple[JsonText, tuple[Splice, ...]]:
    """Set a text, or with None an object; objects missing on the way are made.

    What is there already gives no splice. New members go last, laid out like their neighbours.
    """
    splices: list[Splice] = []
    for depth in range(1, len(keys) + 1):
        wanted = value if depth == len(keys) else None
        there = document.value(keys[:depth])
        if isinstance(there, dict) if wanted is None else there == wanted:
            continue
        written = "{}" if wanted is None else json.dumps(wanted, ensure_ascii=False)
        splice = _placed(document, keys[:depth], written)
        splices.append(splice)
        document = parse_object(splice.apply(document.text).encode())
    return document, tuple(splices)


def drop(document: JsonText, keys: Keys) -> tuple[JsonText, tuple[Splice, ...]]:
    """Remove a member with its comma; when it is absent nothing happens."""
    if document.value(keys) is None:
        return document, ()
    parent = document.member(keys[:-1])
    siblings = list((parent.members or {}).items())
    position = next(i for i, (key, _) in enumerate(siblings) if key == keys[-1])
    start, end = siblings[position][1].key_start, siblings[position][1].end
    if position > 0:
        start = siblings[position - 1][1].end
    elif len(siblings) > 1:
        end = siblings[1][1].key_start
    else:
        start, end = parent.start + 1, parent.end - 1
    splice = Splice(start, document.text[start:end], "")
    return parse_object(splice.apply(document.text).encode()), (splice,)


def _placed(document: JsonText, keys: Keys, written: str) -> Splice:
    text = document.text
    member_text = f"{json.dumps(keys[-1], ensure_ascii=False)}:{_after_colon(document)}{written}"
    if not text.strip():
        return Splice(0, text, f"{{\n\t{member_text}\n}}")
    parent = document.member(keys[:-1])
    members = parent.members or {}
    if keys[-1] in members:
        there = members[keys[-1]]
        return Splice(there.start, text[there.start : there.end], written)
    if members:
        *before, last = members.values()
        gap = (
            text[before[-1].end : last.key_start].partition(",")[2]
            if before
            else text[parent.start + 1 : last.key_start]
        )
        return Splice(last.end, "", f",{gap}{member_text}")
    inside = text[parent.start + 1 : parent.end - 1]
    return Splice(parent.start + 1, inside, _opened(document, len(keys) - 1, member_text))


def _after_colon(document: JsonText) -> str:
    for member in (document.tree.members or {}).values():
        return document.text[: member.start].rpartition(":")[2]
    return " "


def _opened(document: JsonText, depth: int, member_text: str) -> str:
    """The inside of an object that was empty, laid out as the rest of the file is."""
    newline = "\r\n" if "\r\n" in document.text else "\n"
    unit = "\t"  # docker's own
    for first in (document.tree.members or {}).values():
        gap = document.text[document.tree.start + 1 : first.key_start]
        if "\n" not in gap:
            return member_text
        unit = gap.rpartition("\n")[2]
        break
    return f"{newline}{unit * (depth + 1)}{member_text}{newline}{unit * depth}"
