"""A JSON object as text: read strictly, with the place of every member."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any, NoReturn

from wizard.core.dataclass import dataclass

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
