"""Signature version 4, checked as Amazon checks it: the practice knows the accounts' keys.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from wizard.sandbox.exchange import Request

_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[\w-]+)/(?P<date>\d{8})/(?P<region>[a-z0-9-]+)/"
    r"(?P<service>[a-z0-9-]+)/aws4_request, ?SignedHeaders=(?P<names>[a-z0-9;-]+), ?"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_WINDOW: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Signed:
    """What a request says of its signature; nothing is checked yet."""

    key_id: str
    date: str
    region: str
    service: str
    names: tuple[str, ...]
    signature: str


def read_signature(authorization: str) -> Signed | None:
    found = _HEADER.fullmatch(authorization)
    if found is None:
        return None
    return Signed(
        found["key"],
        found["date"],
        found["region"],
        found["service"],
        tuple(found["names"].split(";")),
        found["signature"],
    )


def is_signed_by(request: Request, signed: Signed, secret: str) -> bool:
    """Is it over exactly this request, with this secret?"""
    if "host" not in signed.names:
        return False
    scope = f"{signed.date}/{signed.region}/{signed.service}/aws4_request"
    canonical = hashlib.sha256(_canonical(request, signed.names).encode()).hexdigest()
    when = request.headers.get("x-amz-date", "")
    text = f"AWS4-HMAC-SHA256\n{when}\n{scope}\n{canonical}"
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    wanted = hmac.digest(key, text.encode(), "sha256").hex()
    return hmac.compare_digest(wanted, signed.signature)


def is_timely(request: Request, signed: Signed, now: datetime) -> bool:
    try:
        said = request.headers.get("x-amz-date", "").removesuffix("Z")
        when = datetime.strptime(f"{said}+0000", "%Y%m%dT%H%M%S%z")
    except ValueError:
        return False
    is_near = abs(now - when) <= _WINDOW
    return is_near and signed.date == f"{when:%Y%m%d}"


def _canonical(request: Request, names: tuple[str, ...]) -> str:
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, values in request.query.items()
        for value in values
    )
    lines = [
        request.method,
        request.path or "/",
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in names),
        "",
        ";".join(names),
        hashlib.sha256(request.body).hexdigest(),
    ]
    return "\n".join(lines)
