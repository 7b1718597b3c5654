from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.core.json_edit import Edit, Splice, apply, drop, put
from wizard.core.json_text import JsonText, parse_object


@pytest.mark.parametrize("raw", [b"", b"\n", b"  \r\n"])
def test_an_empty_file_is_an_empty_object(raw: bytes) -> None:
    document, splices = put(parse_object(raw), ("credsStore",), "pass")

    assert document.raw == b'{\n\t"credsStore": "pass"\n}'
    assert undone(document, splices) == raw


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"{}", b'{\n\t"credHelpers": {\n\t\t"h": "x"\n\t}\n}'),
        (b"{ }\n", b'{\n\t"credHelpers": {\n\t\t"h": "x"\n\t}\n}\n'),
        (b'{"a":1}', b'{"a":1,"credHelpers":{"h":"x"}}'),
        (b'{"a": 1}\n', b'{"a": 1,"credHelpers": {"h": "x"}}\n'),
        (
            b'{\n    "a": 1.50e3\n}\n',
            b'{\n    "a": 1.50e3,\n    "credHelpers": {\n        "h": "x"\n    }\n}\n',
        ),
        (
            b'{\r\n  "a": "\\u003c"\r\n}\r\n',
            b'{\r\n  "a": "\\u003c",\r\n  "credHelpers": {\r\n    "h": "x"\r\n  }\r\n}\r\n',
        ),
        (
            b'{\n\t"credHelpers": {\n\t\t"z": "y"\n\t},\n\t"a": 1\n}',
            b'{\n\t"credHelpers": {\n\t\t"z": "y",\n\t\t"h": "x"\n\t},\n\t"a": 1\n}',
        ),
        (
            b'{ "credHelpers" : { "q" : "y" , "z" : "y" } }',
            b'{ "credHelpers" : { "q" : "y" , "z" : "y", "h": "x" } }',
        ),
        (b'{"credHelpers": {"h": "old"}, "a": 1}', b'{"credHelpers": {"h": "x"}, "a": 1}'),
    ],
)
def test_a_new_member_is_laid_out_like_its_neighbours(before: bytes, after: bytes) -> None:
    document, splices = put(parse_object(before), ("credHelpers", "h"), "x")

    assert document.raw == after
    assert undone(document, splices) == before


def test_what_is_there_already_changes_nothing() -> None:
    document, splices = put(parse_object(b'{"a":  {"b" :"c"}}'), ("a", "b"), "c")

    assert splices == ()
    assert document.raw == b'{"a":  {"b" :"c"}}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"a": {"h": 1}}', b'{"a": {}}'),
        (b'{"a": {"h": 1, "i": 2}}', b'{"a": {"i": 2}}'),
        (b'{"a": {\n\t"g": 0,\n\t"h": 1\n}}', b'{"a": {\n\t"g": 0\n}}'),
        (b'{"a": {"i": 2}}', b'{"a": {"i": 2}}'),
    ],
)
def test_a_member_leaves_with_its_comma(before: bytes, after: bytes) -> None:
    document, splices = drop(parse_object(before), ("a", "h"))

    assert document.raw == after
    assert undone(document, splices) == before


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=5), _VALUES, max_size=4),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    st.sampled_from([None, 1, 2, 4, "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.text(max_size=6),
    st.text(max_size=6),
)
def test_any_object_keeps_everything_else_and_can_be_taken_back(
    root: dict[str, Any],
    helpers: dict[str, str],
    indent: int | str | None,
    newline: str,
    key: str,
    value: str,
) -> None:
    root = {k: v for k, v in root.items() if k != "section"} | {"section": helpers}
    text = json.dumps(root, indent=indent, ensure_ascii=False)
    raw = text.replace("\n", newline).encode()

    document, splices = put(parse_object(raw), ("section", key), value)
    dropped, more = drop(document, ("section", key))

    assert json.loads(document.raw) == root | {"section": helpers | {key: value}}
    assert json.loads(dropped.raw) == root | {
        "section": {k: v for k, v in helpers.items() if k != key}
    }
    assert undone(document, splices) == raw
    assert undone(dropped, (*splices, *more)) == raw


def undone(document: JsonText, splices: tuple[Splice, ...]) -> bytes:
    text = document.text
    for splice in reversed(splices):
        text = Splice(splice.start, splice.added, splice.removed).apply(text)
    return text.encode()


def test_edits_remember_what_stood_there_and_what_they_had_to_make() -> None:
    document = parse_object(b'{"credHelpers": {"a": "old"}}')
    edits = (
        Edit(("credHelpers", "a"), "new"),
        Edit(("credHelpers", "a"), "new"),
        Edit(("auths", "b", "auth"), "x"),
        Edit(("auths", "c"), is_drop=True),
    )

    _, applied = apply(document, edits)

    assert [(done.keys, done.before, done.after, done.made) for done in applied] == [
        (("credHelpers", "a"), "old", "new", ()),
        (("auths", "b", "auth"), None, "x", (("auths",), ("auths", "b"))),
    ]
