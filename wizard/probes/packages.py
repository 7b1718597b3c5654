"""Run by the project's own Python: which SDK is installed there, and which engine it would reach.

Stands alone: the standard library of Python 3.8, nothing of the wizard, and no package of the
project is imported. With `-I -S` the code in an environment's .pth files does not run either, so
its folders are found by hand here. One JSON document on stdout.

    python -I -S packages.py NAME…            versions, and docker's endpoint by its own rules
    python -I -S packages.py --engines URL…   the id of the engine behind each address

Sources: union-and-flyte.md 1.4, engines.md 5.1 to 5.3 and 5.15.
"""

# ruff: noqa: PTH100, PTH110, PTH111, PTH118, PTH120, PTH123 - pathlib costs a third of all this

from __future__ import annotations

import hashlib
import json
import os
import re
import site
import socket
import sys
import time
from importlib import metadata
from typing import Any, Iterator  # noqa: UP035 - collections.abc has it from 3.9 on

FOLLOWS_CONTEXTS = (7, 2)
MOST_BYTES = 1 << 20
LIMIT_S = 2.0


def versions(names: list[str]) -> dict[str, str]:
    """Name -> version as its metadata says; empty where that cannot be read."""
    folders = list(package_folders())
    found = {}
    for name in names:
        for distribution in metadata.Distribution.discover(name=name, path=folders):
            try:
                found[name] = str(distribution.version or "")
            except Exception:  # noqa: BLE001 - whatever a damaged file makes its parser raise
                found[name] = ""
            break
    return found


def package_folders() -> Iterator[str]:
    """Where this interpreter would import packages from, in its own order."""
    home, shares = environment()
    if home:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        for parts in (("lib", version), ("lib64", version), ("Lib",)):
            yield os.path.join(home, *parts, "site-packages")
    if shares:
        yield site.getusersitepackages()
        yield from site.getsitepackages(sorted({sys.base_prefix, sys.base_exec_prefix}))


def environment() -> tuple[str, bool]:
    """The virtual environment's folder, empty outside of one; and are the base's packages seen?"""
    # As it was called: a virtual environment's Python is a link to the base's.
    folder = os.path.dirname(os.path.abspath(sys.executable))
    for home in (os.path.dirname(folder), folder):
        text = read(os.path.join(home, "pyvenv.cfg"))
        if text is not None:
            shares = re.search(r"(?im)^\s*include-system-site-packages\s*=\s*true\s*$", text)
            return home, bool(shares)
    return "", True


def endpoint(version: str) -> tuple[str, str]:
    """Where `docker.from_env()` of that version goes, and by which rule."""
    host = os.environ.get("DOCKER_HOST")
    if host:
        # It takes two slashes for three.
        return re.sub("^unix:///?", "unix:///", host), "DOCKER_HOST"
    default = "npipe:////./pipe/docker_engine" if os.name == "nt" else "unix:///var/run/docker.sock"
    if numbers(version) < FOLLOWS_CONTEXTS:
        return default, "default"
    config = config_file()
    name = os.environ.get("DOCKER_CONTEXT") or parsed(config).get("currentContext") or "default"
    if name == "default":
        return default, "default"
    # Beside the file that is there, not in the folder that DOCKER_CONFIG names.
    folder = os.path.join(os.path.dirname(config), "contexts", "meta")
    meta = os.path.join(folder, hashlib.sha256(str(name).encode()).hexdigest(), "meta.json")
    endpoints = parsed(meta).get("Endpoints")
    docker = endpoints.get("docker") if isinstance(endpoints, dict) else None
    url = docker.get("Host") if isinstance(docker, dict) else None
    if isinstance(url, str) and url:
        return url, f"context {name}"
    # A context that is not there is passed over without a word.
    return default, f"default, since there is no context {name}"


def config_file() -> str:
    folder = os.environ.get("DOCKER_CONFIG")
    home = os.environ.get("USERPROFILE", "") if os.name == "nt" else os.path.expanduser("~")
    files = [os.path.join(folder, "config.json")] if folder else []
    files += [os.path.join(home, ".docker", "config.json"), os.path.join(home, ".dockercfg")]
    return next((file for file in files if os.path.exists(file)), "")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d{1,6}", version)[:2])


def parsed(file: str) -> dict[str, Any]:
    try:
        document = json.loads(read(file) or "")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def read(file: str) -> str | None:
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:
            return opened.read(MOST_BYTES)
    except (OSError, ValueError):
        return None


def engine_id(url: str) -> str:
    """What the engine there says of itself; empty when it does not, or is reached another way."""
    scheme, _, place = url.partition("://")
    host, _, port = place.partition(":")
    try:
        if scheme == "unix":
            with socket.socket(socket.AF_UNIX) as asked:
                return identity(answer(asked, "/" + place.lstrip("/")))
        if scheme == "tcp":
            with socket.socket(socket.AF_INET) as asked:
                return identity(answer(asked, (host, int(port))))
    except (OSError, ValueError):
        pass
    return ""


def answer(asked: socket.socket, address: str | tuple[str, int]) -> bytes:
    until = time.monotonic() + LIMIT_S
    asked.settimeout(LIMIT_S)
    asked.connect(address)
    asked.sendall(b"GET /info HTTP/1.0\r\nHost: engine\r\n\r\n")
    said = b""
    while len(said) < MOST_BYTES and time.monotonic() < until:
        more = asked.recv(1 << 16)
        if not more:
            break
        said += more
    return said


def identity(said: bytes) -> str:
    document = json.loads(said.partition(b"\r\n\r\n")[2].decode("utf-8", "replace"))
    if not isinstance(document, dict):
        return ""
    # Before 23.0 two daemons of one machine share their ID (seen); their data they never share.
    names = [document.get(key) for key in ("ID", "DockerRootDir")]
    return " ".join(name for name in names if isinstance(name, str)) if names[0] else ""


def main(words: list[str]) -> None:
    if words[:1] == ["--engines"]:
        found: dict[str, Any] = {"ids": [engine_id(url) for url in words[1:]]}
    else:
        packages = versions(words)
        url, by = endpoint(packages.get("docker", ""))
        found = {
            "python": ".".join(map(str, sys.version_info[:3])),
            "packages": packages,
            "engine": {"url": url, "by": by},
        }
    # On a line of its own: what starts the interpreter may have printed before.
    sys.stdout.write("\n" + json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
