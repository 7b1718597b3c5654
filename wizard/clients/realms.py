"""Which token service may be asked, and which may see a credential (credentials.md 4.2)."""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from wizard.clients.addresses import is_inner
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import Endpoint
from wizard.core.text import clean

REALM_REFUSED = "login.realm-refused"
LONGEST_REALM = 2048


def allowed_realm(endpoint: Endpoint, realm: str, *, with_credential: bool) -> str:
    """The realm's full URL, to be asked. Raises Problem before anything is sent to it.

    A credential goes to the endpoint's own origin and to `Endpoint.realms`, which hold what the
    user trusts besides, and to nobody else. Without one any https service will do, unless it lies
    inside while the registry does not.
    """
    try:
        base = urlsplit(endpoint.base_url)
        url = urlsplit(urljoin(f"{endpoint.base_url}/v2/", realm.strip()))
        host, _ = url.hostname or "", url.port
    except ValueError:
        raise _refused(endpoint, realm, "it is not an address") from None
    if not host or len(realm) > LONGEST_REALM or url.scheme not in ("http", "https"):
        raise _refused(endpoint, realm, "it is not a web address")
    if url.scheme == "http" and base.scheme == "https":
        raise _refused(endpoint, realm, "it is not encrypted, and the registry is")
    if with_credential and not _belongs(endpoint, base, url):
        raise _refused(endpoint, realm, "it does not belong to this registry")
    if is_inner(host) and not is_inner(base.hostname or ""):
        raise _refused(endpoint, realm, "it lies inside a private network")
    # User information and fragment are dropped: neither is the registry's to choose.
    authority = url.netloc.rpartition("@")[2]
    return urlunsplit((url.scheme, authority, url.path or "/", url.query, ""))


def _belongs(endpoint: Endpoint, base: SplitResult, url: SplitResult) -> bool:
    if _origin(url) == _origin(base):
        return True
    known = (urlsplit(realm) for realm in endpoint.realms)
    return any(
        _origin(url) == _origin(one) and url.path.rstrip("/") == one.path.rstrip("/")
        for one in known
    )


def _origin(url: SplitResult) -> tuple[str, str, int]:
    port = url.port or (443 if url.scheme == "https" else 80)
    return url.scheme, (url.hostname or "").rstrip("."), port


def same_origin(one: str, other: str) -> bool:
    return _origin(urlsplit(one)) == _origin(urlsplit(other))


def _refused(endpoint: Endpoint, realm: str, reason: str) -> Problem:
    shown = clean(realm)
    return Problem(
        Evidence(
            Stage.TOKEN,
            asked=f"the token service of {endpoint.host}",
            answered=f"{shown} was not asked: {reason}; nothing was sent",
            host=endpoint.host,
            message=reason,
            fault=Fault.REALM,
            facts={"realm": shown, "reason": reason},
        ),
        cause=REALM_REFUSED,
    )
