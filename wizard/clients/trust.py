"""Whom we trust over TLS: the system's store, and what this machine's tools add to it.

Sources: credentials.md 5.1 and 5.2. Verification is never switched off.
"""

from __future__ import annotations

import ssl
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from wizard.core.text import clean

# requests and curl read these; on many company laptops only they are set.
_INSTEAD = "SSL_CERT_FILE"
"""Takes the place of the system's store; the others add to it."""
_BUNDLES = (_INSTEAD, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
HTTPS_PORT = 443


class NobodyTrustedError(OSError):
    """The file that replaces the system's store cannot be read: Go's programs then trust nobody."""


class Trust:
    """Makes the shared context when TLS is first spoken, and one for a host with its own CA."""

    def __init__(self, environ: Mapping[str, str], certs_dirs: Sequence[Path]) -> None:
        self.ignored: list[str] = []
        """Variables and files that could not be used: sentences to show."""
        self._environ = environ
        self._certs_dirs = tuple(certs_dirs)
        self._shared: dict[bool, ssl.SSLContext] = {}

    def context(self, host: str, port: int, *, http2: bool = True) -> ssl.SSLContext:
        """The context for a host: shared unless docker's certs.d has files for it.

        One for each offer of protocols, which httpcore writes into the context: between that and
        the greeting another connection may write its own.
        """
        folders = self._folders(host, port)
        if folders:
            own = self._new()
            for folder in folders:
                self._load_folder(own, folder)
            return own
        if http2 not in self._shared:
            self._shared[http2] = self._new()
        return self._shared[http2]

    def _new(self) -> ssl.SSLContext:
        import truststore

        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # Go's programs have not looked there since 1.15, nor have browsers.
        context.hostname_checks_common_name = False
        if _system_store_is_empty():
            import certifi

            context.load_verify_locations(cafile=certifi.where())
        for name in _BUNDLES:
            if self._environ.get(name):
                self._load_bundle(context, name, Path(self._environ[name]))
        return context

    def _load_bundle(self, context: ssl.SSLContext, name: str, path: Path) -> None:
        try:
            if path.is_dir():
                context.load_verify_locations(capath=path)
            else:
                context.load_verify_locations(cafile=path)
        except (OSError, ssl.SSLError):
            said = f"{path} cannot be read as certificates"
            if name == _INSTEAD and sys.platform == "linux":
                raise NobodyTrustedError(
                    f"{name} replaces the system's certificates, and {clean(said)}"
                ) from None
            self._ignore(f"{name} is ignored: {said}")

    def _folders(self, host: str, port: int) -> list[Path]:
        # The folder is named like the host in references, so the port is there unless it is 443.
        names = [f"{host}:{port}", host] if port == HTTPS_PORT else [f"{host}:{port}"]
        return [base / n for base in self._certs_dirs for n in names if (base / n).is_dir()]

    def _load_folder(self, context: ssl.SSLContext, folder: Path) -> None:
        for authority in sorted(folder.glob("*.crt")):
            try:
                context.load_verify_locations(cafile=authority)
            except (OSError, ssl.SSLError):
                self._ignore(f"{authority} is ignored: it cannot be read as certificates")
        for certificate in sorted(folder.glob("*.cert")):
            try:
                context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            except (OSError, ssl.SSLError):
                self._ignore(f"{certificate} is ignored: it and its key cannot be used")

    def _ignore(self, sentence: str) -> None:
        if sentence not in self.ignored:
            self.ignored.append(sentence)


def certs_dirs(home: Path) -> tuple[Path, ...]:
    """Where docker and podman look for a host's own CA."""
    return (
        Path("/etc/docker/certs.d"),
        Path("/etc/containers/certs.d"),
        home / ".config" / "docker" / "certs.d",
        home / ".config" / "containers" / "certs.d",
    )


def _system_store_is_empty() -> bool:
    """No store at all, as in slim containers; elsewhere the system's own verifier decides."""
    if sys.platform != "linux":
        return False
    paths = ssl.get_default_verify_paths()
    return not (paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())))
