"""A JSON object as text: read strictly, and changed without touching any other byte."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

MOST_BYTES = 1 << 20

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')

Keys = tuple[str, ...]
"""The way down from the outermost object: `("credHelpers", "ghcr.io")`."""


class MalformedJsonError(ValueError):
    """It is not what it should be. `reason` names keys, never values."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


@dataclass(slots=True)
class Member:
    """Where a value stands in the text, and the key before it; the outermost has no key."""

    key_start: int
    start: int
    end: int
    members: dict[str, Member] | None = None
    """Of an object; None for any other value."""


@dataclass(frozen=True, slots=True)
class Splice:
    """At character `start`, `removed` became `added`. Both may hold a secret."""

    start: int
    removed: str = field(repr=False)
    added: str = field(repr=False)

    def apply(self, text: str) -> str:
        return text[: self.start] + self.added + text[self.start + len(self.removed) :]


@dataclass(frozen=True, slots=True)
class JsonText:
    """An object that was understood, with the text it was read from."""

    text: str = field(repr=False)
    root: Mapping[str, Any] = field(repr=False)
    tree: Member = field(repr=False, compare=False)

    @property
    def raw(self) -> bytes:
        return self.text.encode()

    def value(self, keys: Keys) -> Any:
        """What stands there; None when it is absent."""
        found: Any = self.root
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def member(self, keys: Keys) -> Member:
        """Raises KeyError when it is absent."""
        member = self.tree
        for key in keys:
            member = (member.members or {})[key]
        return member

    def position(self, at: int) -> tuple[int, int]:
        """Line and column, from one, of a character."""
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)


def parse_object(raw: bytes) -> JsonText:
    """Read UTF-8 JSON whose outermost value is an object; nothing at all is an empty one.

    Raises MalformedJsonError with a position.
    """
    if len(raw) > MOST_BYTES:
        raise MalformedJsonError("it is larger than 1 MiB")
    text = _decoded(raw)
    if not text.strip():
        return JsonText(text, {}, Member(0, 0, len(text), {}))
    root = _loaded(text)
    return JsonText(text, root, _scan(text, root))


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise MalformedJsonError("it starts with a byte order mark")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise MalformedJsonError("it is not UTF-8 text", line, column) from None


def _loaded(text: str) -> Mapping[str, Any]:
    try:
        root = json.loads(text, parse_constant=_refuse_constant)
        # Half of a surrogate pair is what Go replaces and Python cannot write.
        json.dumps(root, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise MalformedJsonError(_in_words(error, text), error.lineno, error.colno) from None
    except RecursionError:
        raise MalformedJsonError("it is nested too deeply") from None
    except UnicodeEncodeError:
        raise MalformedJsonError("it holds half of a surrogate pair (\\ud800…)") from None
    except MalformedJsonError:
        raise
    except ValueError:
        raise MalformedJsonError("it holds a number of thousands of digits") from None
    if not isinstance(root, dict):
        raise MalformedJsonError("its outermost value is not an object in { }")
    return root


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJsonError(f"{name} is not a JSON value")


def _in_words(error: json.JSONDecodeError, text: str) -> str:
    following = text[error.pos :].lstrip()
    if following[:1] in ("/", "#"):
        return "a comment stands where JSON allows none"
    is_after_comma = text[: error.pos].rstrip().endswith(",")
    if error.msg.startswith("Illegal trailing comma") or (
        is_after_comma and following[:1] in ("}", "]")
    ):
        return "a comma stands before a closing bracket"
    return error.msg[:1].lower() + error.msg[1:]


def _scan(text: str, root: Mapping[str, Any]) -> Member:
    """Find every object and its members in text that is known to be valid JSON."""
    outermost: Member | None = None
    inside: list[Member] = []
    key: str | None = None
    key_start = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        members = inside[-1].members if inside else None
        if mark in ("}", "]"):
            inside.pop().end = token.end()
        elif mark in (",", ":"):
            continue
        elif members is not None and key is None:
            key, key_start = json.loads(mark), token.start()
            if key in members:
                line, column = JsonText(text, root, Member(0, 0, 0)).position(key_start)
                raise MalformedJsonError(f"the key {mark[:80]} stands there twice", line, column)
        else:
            member = Member(key_start, token.start(), token.end(), {} if mark == "{" else None)
            if members is not None and key is not None:
                members[key] = member
            key = None
            outermost = outermost or member
            if mark in ("{", "["):
                inside.append(member)
    return outermost or Member(0, 0, 0, {})


# --- changing -------------------------------------------------------------------------------


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
