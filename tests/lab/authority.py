"""The machine's own certificate authority, trusted by Go, Python and curl alike, or left out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.certificates import Authority, Leaf
from tests.support.needs import need_program

_BUNDLE = "ca-certificates.crt"


def issue(folder: Path, hosts: Sequence[str]) -> tuple[Authority, Leaf]:
    """A new authority, and one certificate of it with all these names."""
    authority = Authority(folder, "Lab Authority")
    return authority, authority.issue(*hosts)


def trust(authority: Authority, certificates: Path) -> None:
    """Add it to a copy of /etc/ssl/certs: as a file, by its hash, and in the bundle."""
    added = certificates / "lab-authority.pem"
    shutil.copyfile(authority.certificate, added)
    openssl = need_program("openssl")
    argv = [openssl, "x509", "-hash", "-noout", "-in", str(added)]
    hashed = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
    (certificates / f"{hashed}.0").symlink_to(added.name)
    bundle = certificates / _BUNDLE
    # A real file: where it was a link, what it pointed to is not to be touched.
    known = bundle.read_bytes()
    bundle.unlink()
    bundle.write_bytes(known + authority.certificate.read_bytes())
