"""What storing a login changes in docker's config.json, as edits. Pure.

Source: credentials.md 0 (decisions 1, 3 and 6), 1.3, 1.4.
"""

from __future__ import annotations

from wizard.clients.login_places import other_entries
from wizard.core.docker_json import LOGIN_FIELDS, encoded_auth, section
from wizard.core.json_edit import Edit
from wizard.core.json_text import JsonText
from wizard.core.ports import Endpoint
from wizard.core.secret import Credential


def server_keys(endpoint: Endpoint) -> tuple[str, ...]:
    """The names under which docker's family and podman's ask for one registry's login."""
    return tuple(dict.fromkeys((endpoint.config_key, endpoint.containers_key)))


def helper_edits(
    document: JsonText, endpoint: Endpoint, helper: str, default_store: str
) -> list[Edit]:
    """Name the helper for this registry alone, and remove its login where it stands in plain.

    `default_store` is what docker would have picked by itself for other registries: it stops
    picking as soon as the file names any login, and would write the next one in plain (seen).
    """
    edits = [Edit(("credsStore",), default_store)] if default_store else []
    keys = server_keys(endpoint)
    edits += [Edit(("credHelpers", key), helper) for key in keys]
    # A plain login that stays wins in tools that look at the file first (oras-py).
    return edits + [edit for key in keys for edit in _drops(document, key, LOGIN_FIELDS)]


def plaintext_edits(document: JsonText, endpoint: Endpoint, credential: Credential) -> list[Edit]:
    """Write the login itself; podman finds Docker Hub's under docker's key too (seen).

    Docker's SDK and podman would take another entry of Docker Hub first, and stop at an empty one.
    """
    helpers = section(document, "credHelpers")
    edits = [
        Edit(("credHelpers", key), is_drop=True) for key in server_keys(endpoint) if key in helpers
    ]
    edits += [Edit(("auths", name), is_drop=True) for name in other_entries(document, endpoint)]
    key = endpoint.config_key
    edits.append(Edit(("auths", key, "auth"), encoded_auth(credential)))
    return edits + _drops(document, key, tuple(f for f in LOGIN_FIELDS if f != "auth"))


def _drops(document: JsonText, key: str, fields: tuple[str, ...]) -> list[Edit]:
    entry = section(document, "auths").get(key, {})
    return [Edit(("auths", key, field), is_drop=True) for field in fields if field in entry]
