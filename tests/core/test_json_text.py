from __future__ import annotations

import pytest

from wizard.core.json_text import MalformedJsonError, parse_object


@pytest.mark.parametrize(
    ("raw", "reason", "position"),
    [
        (b'{\n  // mine\n  "a": 1\n}', "a comment stands", (2, 3)),
        (b'{\n  "a": 1, # mine\n  "b": 2\n}', "a comment stands", (2, 11)),
        (b'\xef\xbb\xbf{"a": 1}', "byte order mark", (1, 1)),
        (b'{\n  "a": 1,\n}', "a comma stands before a closing bracket", (3, 1)),
        (b"[]", "outermost value is not an object", (1, 1)),
        (b'{"a": 1,\n "a": 2}', "stands there twice", (2, 2)),
        (b'{"a": {"b": 1, "\\u0062": 2}}', "stands there twice", (1, 16)),
        (b'{"a": [{"b": 1, "b": 2}]}', "stands there twice", (1, 17)),
        (b'{"a": NaN}', "NaN is not a JSON value", (1, 1)),
        (b'{"a": -Infinity}', "-Infinity is not a JSON value", (1, 1)),
        (b'{"a": "\\ud800"}', "half of a surrogate pair", (1, 1)),
        (b'{\n"a": "\xff"}', "not UTF-8", (2, 7)),
        (b'{"a": 1} {"b": 2}', "extra data", (1, 10)),
        (b'{"a": 1', "", (1, 8)),
        (b'{"a": ' + b"[" * 100_000, "nested too deeply", (1, 1)),
        (b'{"a": ' + b"9" * 5000 + b"}", "thousands of digits", (1, 1)),
        (b'{"a": "' + b"x" * (10 << 20) + b'"}', "larger than 1 MiB", (1, 1)),
        (b'{"a": "tab\there"}', "invalid control character", (1, 11)),
    ],
)
def test_what_is_not_strict_json_is_refused_with_its_place(
    raw: bytes, reason: str, position: tuple[int, int]
) -> None:
    with pytest.raises(MalformedJsonError) as refused:
        parse_object(raw)

    assert reason in refused.value.reason
    if reason:
        assert (refused.value.line, refused.value.column) == position


def test_a_refusal_never_quotes_a_value() -> None:
    with pytest.raises(MalformedJsonError) as refused:
        parse_object(b'{"auth": "CANARY-1", "auth": "CANARY-2"}')

    assert "CANARY" not in refused.value.reason
