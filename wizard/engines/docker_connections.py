"""The SDK's connections, kept at hand: it has no way of its own to end a read (style.md 2.5)."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

from wizard.engines.docker_hosts import DockerHost


def keep_connections(client: Any, host: DockerHost, read_s: float) -> list[Any]:
    """A list into which a `docker.APIClient` puts every connection that it makes from now on."""
    made: list[Any] = []
    if host.scheme == "unix":
        _keep_socket(client, host.path, read_s, made)
    elif host.scheme == "tcp":
        _keep_tcp(client, made)
    return made


def _keep_tcp(client: Any, made: list[Any]) -> None:
    """Have the client put every connection that it makes into `made` as well."""

    def keeping(kind: Any) -> Any:
        class Pool(kind):  # type: ignore[misc]  # requests picks the kind
            def _new_conn(self) -> Any:
                made.append(super()._new_conn())
                return made[-1]

        return Pool

    manager = client.get_adapter(client.base_url).poolmanager
    kinds = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: keeping(kinds[scheme]) for scheme in kinds}


def _keep_socket(client: Any, path: str, read_s: float, made: list[Any]) -> None:
    """The same over a unix socket, for which the SDK brings an adapter of its own."""
    from docker.transport.unixconn import (
        UnixHTTPAdapter,
        UnixHTTPConnection,
        UnixHTTPConnectionPool,
    )

    class Connection(UnixHTTPConnection):  # type: ignore[misc]  # the SDK ships no types
        def connect(self) -> None:
            # The SDK's own leaves the socket open when nobody answers (5.16).
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(self.timeout)
            self.sock.connect(self.unix_socket)

    class Pool(UnixHTTPConnectionPool):  # type: ignore[misc]  # the SDK ships no types
        def _new_conn(self) -> Any:
            made.append(Connection(self.base_url, self.socket_path, self.timeout))
            return made[-1]

    class Adapter(UnixHTTPAdapter):  # type: ignore[misc]  # the SDK ships no types
        def get_connection(self, url: str, proxies: Any = None) -> Any:
            del proxies  # a socket has none
            with self.pools.lock:
                if self.pools.get(url) is None:
                    self.pools[url] = Pool(url, self.socket_path, self.timeout)
                return self.pools[url]

    client.mount("http+docker://", Adapter(f"http+unix://{path}", read_s))


def shut_down(connections: list[Any]) -> None:
    for connection in connections:
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
