"""Run by the project's own Python: does the image exist, asked as flytekit's `exist()` asks it.

Stands alone. The one package it imports is the project's own `docker`: whose engine, login and
version are in question. What it raises is told by type and text, never let out. One JSON document
on stdout. Source: union-and-flyte.md 1.3.

    python -I exists.py REFERENCE SECONDS
"""

from __future__ import annotations

import json
import re
import site
import sys
import warnings

ABSENT = 404
HARBOR = 500
TOO_OLD = "Not supported URL scheme http+docker"
"""What a docker package before 7.1 says beside a requests of today."""
MOST_CHARACTERS = 400


def exists(reference: str, timeout_s: float) -> tuple[bool | None, str]:
    """True, False, or None with the reason: what flytekit then takes for a yes."""
    if sys.prefix == sys.base_prefix:
        # -I leaves it out, and a project without an environment may have its packages there.
        sys.path.append(site.getusersitepackages())
    import docker

    client = docker.from_env(timeout=timeout_s)
    try:
        client.images.get_registry_data(reference)
    except docker.errors.APIError as error:
        status, said = error.response.status_code, str(error.explanation or error)
        if status == ABSENT or harbor_says_missing(status, said):
            return False, ""
        return None, said
    finally:
        client.close()
    return True, ""


def harbor_says_missing(status: int, said: str) -> bool:
    """Harbor answers 500 for what is not there, and flytekit knows its words."""
    return status == HARBOR and bool(re.match(r"unknown: (artifact|repository) .* not found", said))


def main(words: list[str]) -> None:
    warnings.simplefilter("ignore")
    answer, why, breaks = None, "", False
    try:
        answer, why = exists(words[0], float(words[1]))
    except Exception as error:  # noqa: BLE001 - a dozen types come out of it (engines.md 5.5)
        why = f"{type(error).__name__}: {error}"
        # What flytekit does not catch, and what it raises anew.
        breaks = isinstance(error, ImportError) or TOO_OLD in why
    found = {"exists": answer, "why": why[:MOST_CHARACTERS], "breaks": breaks}
    # On a line of its own: a sitecustomize or a .pth file may have printed before.
    sys.stdout.write("\n" + json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
