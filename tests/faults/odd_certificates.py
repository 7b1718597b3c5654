"""Certificates of a trusted authority, wrong in other ways than by their dates and names."""

from __future__ import annotations

import datetime as dt
import ssl
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.support.certificates import DAY, Authority, Leaf
from tests.support.needs import need_program


@dataclass(frozen=True)
class Lax(Leaf):
    """For a server that still takes what OpenSSL has given up."""

    newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED

    def server_context(self, *protocols: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it is meant to be outdated
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = self.newest
        context.load_cert_chain(self.certificate, self.key)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context


def odd(
    by: Authority,
    host: str,
    *,
    alternative: bool = True,
    kind: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
) -> Lax:
    """`alternative`: the name also where it belongs today, beside the subject."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))
        .issuer_name(by.name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + 7 * DAY)
        .add_extension(x509.ExtendedKeyUsage([kind]), critical=False)
    )
    if alternative:
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = builder.add_extension(names, critical=False)
    signed = builder.sign(by.key, hashes.SHA256())
    stem = by.folder / f"odd-{signed.serial_number:x}"
    return _written(stem, signed, key, newest)


def weak(by: Authority, host: str) -> Lax:
    """Signed with SHA-1, for which a library of today has no function: by openssl's command."""
    openssl = need_program("openssl")
    stem = by.folder / "weak"
    issuer = stem.with_suffix(".issuer")
    issuer.write_bytes(_pem(by.key))
    good = odd(by, host)
    asked = stem.with_suffix(".csr")
    names = stem.with_suffix(".names")
    names.write_text(f"subjectAltName=DNS:{host}\n")
    made = [openssl, "req", "-new", "-key", good.key, "-subj", f"/CN={host}", "-out", asked]
    subprocess.run(made, check=True, capture_output=True)
    signed = [openssl, "x509", "-req", "-in", asked, "-sha1", "-days", "7", "-extfile", names]
    by_whom = ["-CA", by.certificate, "-CAkey", issuer, "-set_serial", "7"]
    out = ["-out", stem.with_suffix(".pem")]
    subprocess.run([*signed, *by_whom, *out], check=True, capture_output=True)
    return Lax(stem.with_suffix(".pem"), good.key)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _written(
    stem: Path, signed: x509.Certificate, key: ec.EllipticCurvePrivateKey, newest: ssl.TLSVersion
) -> Lax:
    leaf = Lax(stem.with_suffix(".pem"), stem.with_suffix(".key"), newest)
    leaf.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    leaf.key.write_bytes(_pem(key))
    return leaf
