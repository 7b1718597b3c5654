"""What docker's config.json means: its logins and helpers, what breaks it, what is secret in it.

Podman's auth.json has the same shape. Source: credentials.md 1.1, 1.2, 1.5.
"""

from __future__ import annotations

import base64
import binascii
import difflib
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from wizard.core.json_text import JsonText, Keys, MalformedJsonError, Member, parse_object
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean

# Docker matches keys without regard to case and merges what differs only in that (seen), so a
# variant of one of these means something that a strict reader would miss.
_KNOWN_KEYS = {
    key.lower(): key
    for key in (
        *("auths", "credsStore", "credHelpers", "HttpHeaders", "proxies", "currentContext"),
        *("psFormat", "imagesFormat", "networksFormat", "pluginsFormat", "volumesFormat"),
        *("statsFormat", "serviceInspectFormat", "servicesFormat", "tasksFormat", "secretFormat"),
        *("configFormat", "nodesFormat", "detachKeys", "pruneFilters", "cliPluginsExtraDirs"),
        *("plugins", "aliases", "features", "experimental"),
    )
}
SECRET_FIELDS = ("auth", "password", "identitytoken", "registrytoken")
LOGIN_FIELDS = ("username", *SECRET_FIELDS)

TOKEN_USER = "<token>"  # noqa: S105 - the user name that marks an identity token


def parse(raw: bytes) -> JsonText:
    """Read strictly, as a configuration that every tool reads alike.

    Raises MalformedJsonError for what docker, its SDK or podman stumble over or silently lose.
    """
    document = parse_object(raw)
    for key in document.root:
        known = _KNOWN_KEYS.get(key.lower(), key)
        if known != key:
            _refuse(document, (key,), f"the key {key} differs from {known} only in its case")
    for name in ("auths", "credHelpers"):
        if not isinstance(document.root.get(name, {}), dict):
            _refuse(document, (name,), f"{name} is not an object in {{ }}")
    if not isinstance(document.root.get("credsStore", ""), str):
        _refuse(document, ("credsStore",), "credsStore is not a text")
    for host, helper in section(document, "credHelpers").items():
        if not isinstance(helper, str):
            _refuse(document, ("credHelpers", host), f"the helper of {host} is not a text")
    for host, entry in section(document, "auths").items():
        if wrong := _entry_problem(entry):
            _refuse(document, ("auths", host), f"the login of {host} {wrong}")
    return document


def _refuse(document: JsonText, keys: Keys, reason: str) -> NoReturn:
    line, column = document.position(document.member(keys).key_start)
    raise MalformedJsonError(clean(reason, 200), line, column)


def _entry_problem(entry: object) -> str:
    """What docker would refuse in one entry of `auths`: it then drops the whole file (seen)."""
    if not isinstance(entry, dict):
        return "is not an object in { }"
    for name in LOGIN_FIELDS:
        if not isinstance(entry.get(name, ""), str):
            return f"has a value for {name} that is not a text"
    try:
        user, colon, _ = _decoded(entry.get("auth", ""))
    except (binascii.Error, ValueError):
        return "is not base64"
    return "" if not entry.get("auth") or (user and colon) else "holds no user name and password"


def _decoded(auth: str) -> tuple[str, str, str]:
    return base64.b64decode(auth, validate=True).decode("utf-8", "replace").partition(":")


def section(document: JsonText, name: str) -> Mapping[str, Any]:
    """`auths` or `credHelpers`; empty when absent."""
    found = document.root.get(name)
    return found if isinstance(found, dict) else {}


def entry_credential(entry: Mapping[str, Any]) -> tuple[str, Credential] | None:
    """The user name to show and the credential in an entry of `auths`; None for a mere marker."""
    user, _, password = _decoded(entry.get("auth", ""))
    user, password = user or entry.get("username", ""), password.rstrip("\0")
    password = password or entry.get("password", "")
    if token := entry.get("identitytoken", ""):
        return user, Credential(TOKEN_USER, Secret(token))
    return (user, Credential(user, Secret(password))) if user and password else None


def encoded_auth(credential: Credential) -> str:
    """What `auth` holds: base64 of `user:secret`."""
    pair = f"{credential.username}:{credential.secret.reveal()}"
    return base64.b64encode(pair.encode()).decode()


def detects_store(document: JsonText) -> bool:
    """Does docker look for a store by itself? Only while the file names no login and no helper.

    Empty sections do not count (seen with docker 28.2).
    """
    return not any(document.root.get(name) for name in ("auths", "credsStore", "credHelpers"))


# --- what is secret in it -------------------------------------------------------------------


def has_secret(document: JsonText) -> bool:
    """Would anybody who reads the file learn a secret?"""
    return any(True for _ in _secret_spans(document))


def _secret_spans(document: JsonText) -> Iterator[tuple[int, int]]:
    """Where logins, header values and proxy passwords stand."""
    top = document.tree.members or {}
    for entry in _below(top.get("auths")):
        for name, member in (entry.members or {}).items():
            if name in SECRET_FIELDS and document.text[member.start : member.end] != '""':
                yield member.start, member.end
    for header in _below(top.get("HttpHeaders")):
        yield header.start, header.end
    for target in _below(top.get("proxies")):
        for proxy in _below(target):
            if "@" in document.text[proxy.start : proxy.end]:
                yield proxy.start, proxy.end


def _below(member: Member | None) -> list[Member]:
    return list((member.members or {}).values()) if member else []


def masked_diff(before: JsonText, after: JsonText) -> str:
    """A unified diff in which no secret can be read; one that is new shows as `*** (new)`."""
    known = {before.text[start:end] for start, end in _secret_spans(before)}
    lines = difflib.unified_diff(
        _masked(before, known).splitlines(),
        _masked(after, known).splitlines(),
        "before",
        "after",
        n=2,
        lineterm="",
    )
    return "\n".join(_shown(line) for line in lines)


def _masked(document: JsonText, known: set[str]) -> str:
    shown, end = [], 0
    for start, stop in sorted(_secret_spans(document)):
        is_known = document.text[start:stop] in known
        shown += [document.text[end:start], '"***"' if is_known else '"*** (new)"']
        end = stop
    return "".join([*shown, document.text[end:]])


def _shown(line: str) -> str:
    """Indentation kept, everything else made safe for a terminal."""
    mark, rest = line[:1], line[1:]
    text = rest.lstrip(" \t")
    return mark + rest[: len(rest) - len(text)] + clean(text, 200)
