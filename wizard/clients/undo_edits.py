"""A file's text before the edits that the journal tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wizard.clients.journal_entry import EditRecord
from wizard.core.docker_json import parse
from wizard.core.json_edit import Edit, Splice, apply
from wizard.core.json_text import JsonText, MalformedJsonError


def kept_texts(edits: Iterable[tuple[str | None, tuple[Splice, ...]]]) -> dict[str, str]:
    """What the journal must not hold of edits that lose a secret, to be kept in a store.

    Takes (value before, splices) for each edit, in the order of the journal's entry.
    """
    texts: dict[str, str] = {}
    for number, (before, splices) in enumerate(edits):
        if before is not None:
            texts[f"value {number}"] = before
            for position, splice in enumerate(splices):
                texts[f"splice {number} {position}"] = splice.removed
    return texts


def loses_secret(edit: EditRecord) -> bool:
    return any(removed is None for _, removed, _ in edit.splices)


def unspliced(text: str, edits: tuple[EditRecord, ...], kept: Mapping[str, str]) -> str | None:
    """The text before the edits; None when a secret that stood in it was not kept."""
    for number, edit in reversed(list(enumerate(edits))):
        for position, (start, removed, length) in reversed(list(enumerate(edit.splices))):
            earlier = kept.get(f"splice {number} {position}") if removed is None else removed
            if earlier is None:
                return None
            text = text[:start] + earlier + text[start + length :]
    return text


def parsed(text: str, otherwise: JsonText) -> JsonText:
    try:
        return parse(text.encode())
    except MalformedJsonError:
        return otherwise


def without_empty(document: JsonText, made: tuple[tuple[str, ...], ...]) -> JsonText:
    for keys in reversed(made):
        if document.value(keys) == {}:
            document, _ = apply(document, [Edit(keys, is_drop=True)])
    return document
