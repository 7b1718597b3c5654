"""Throw-away certificates: an authority of our own, and leaves for loopback servers."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK = ("localhost", "127.0.0.1", "::1")
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Leaf:
    """A server's certificate and key, as PEM files."""

    certificate: Path
    key: Path

    def server_context(self, *protocols: str) -> ssl.SSLContext:
        """For an asyncio or http.server server; `protocols` are offered by ALPN."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context


class Authority:
    """A private CA. `certificate` is its PEM file, for SSL_CERT_FILE and the like."""

    def __init__(
        self, folder: Path, name: str = "Test Authority", above: Authority | None = None
    ) -> None:
        """With `above` an intermediate one, vouched for by that."""
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(name)
        self.certificate = folder / "authority.pem"
        folder.mkdir(parents=True, exist_ok=True)
        issuer = above or self
        signed = _builder(self.name, issuer.name, self.key, -DAY, 30 * DAY)
        signed = signed.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.x509 = signed.sign(issuer.key, hashes.SHA256())
        self.certificate.write_bytes(self.x509.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        *names: str,
        valid_from: dt.timedelta = -DAY,
        valid_until: dt.timedelta = 7 * DAY,
    ) -> Leaf:
        """A leaf for these host names and addresses, loopback's unless given; times from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        chosen = names or LOOPBACK
        builder = _builder(_name(chosen[0]), self.name, key, valid_from, valid_until)
        signed = _for_server(builder, chosen).sign(self.key, hashes.SHA256())
        return _written(self.folder, f"leaf-{signed.serial_number:x}", signed, key)


def self_signed(folder: Path, *names: str) -> Leaf:
    """A certificate that nobody but itself vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    chosen = names or LOOPBACK
    builder = _builder(_name(chosen[0]), _name(chosen[0]), key, -DAY, 7 * DAY)
    signed = _for_server(builder, chosen).sign(key, hashes.SHA256())
    folder.mkdir(parents=True, exist_ok=True)
    return _written(folder, "self-signed", signed, key)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    valid_from: dt.timedelta,
    valid_until: dt.timedelta,
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + valid_from)
        .not_valid_after(now + valid_until)
    )


def _for_server(
    builder: x509.CertificateBuilder, names: tuple[str, ...]
) -> x509.CertificateBuilder:
    alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
    # A client shows the same leaf to an engine that wants to know who asks.
    kinds = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    usage = x509.ExtendedKeyUsage(kinds)
    return builder.add_extension(alternatives, critical=False).add_extension(usage, critical=False)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _written(
    folder: Path, stem: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> Leaf:
    leaf = Leaf(folder / f"{stem}.pem", folder / f"{stem}.key")
    leaf.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    leaf.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return leaf
