"""The scalars of a small YAML file, by their dotted path: enough for the SDKs' configuration.

Block mappings and one-line `{…}` mappings of plain or quoted scalars. Whatever else YAML can say
(lists, anchors, block scalars, tags) is passed over, never guessed at; no error is ever raised.
"""

from __future__ import annotations

import re
from typing import Final

MOST_LINES: Final = 2000
_MOST_LINE: Final = 2000
_KEY = re.compile(r"(?P<indent> *)(?P<key>[\w.-]{1,80}|\"[^\"]{1,80}\"|'[^']{1,80}') *:(?: +|$)")
_PAIR = re.compile(r"([\w.-]{1,80}) *: *(\"[^\"]*\"|'[^']*'|[^,{}\"']*)")
_NOT_SCALARS: Final = ("[", "&", "*", "!", "|", ">", "%", "@", "`")


def scalars(text: str) -> dict[str, str]:
    """`admin.endpoint` -> `dns:///host`. A key that stands twice keeps its last value."""
    found: dict[str, str] = {}
    open_keys: list[tuple[int, str]] = []
    for line in text.splitlines()[:MOST_LINES]:
        matched = _KEY.match(line) if len(line) <= _MOST_LINE else None
        if matched is None:
            continue
        indent = len(matched["indent"])
        open_keys = [(at, key) for at, key in open_keys if at < indent]
        open_keys.append((indent, matched["key"].strip("\"'")))
        path = ".".join(key for _, key in open_keys)
        found.update(_values(path, line[matched.end() :].strip()))
    return found


def _values(path: str, rest: str) -> dict[str, str]:
    if rest.startswith("{"):
        inside = rest[1:].partition("}")[0]
        return {f"{path}.{pair[1]}": _scalar(pair[2]) for pair in _PAIR.finditer(inside)}
    if not rest or rest.startswith(("#", *_NOT_SCALARS)):
        return {}
    return {path: _scalar(rest)}


def _scalar(text: str) -> str:
    if text[:1] in ("'", '"'):
        return text[1:].partition(text[0])[0]
    return re.split(r"\s+#", text, maxsplit=1)[0].strip()
