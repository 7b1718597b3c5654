"""What went wrong below HTTP, as evidence: told by exception type and errno, never by text.

The texts of these exceptions are not shown: they can hold header values (credentials.md 4.3 row
29), and differ between systems.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Final

import httpx

from wizard.clients.trust import NobodyTrustedError
from wizard.core.diagnosis import Evidence, Fault, Stage
from wizard.core.text import clean

# X509_V_ERR_… of OpenSSL: what it says about the certificate, in words.
_CERTIFICATE: Final[Mapping[int, tuple[Fault, str]]] = {
    9: (Fault.TLS_INVALID, "its certificate is not valid yet"),
    10: (Fault.TLS_INVALID, "its certificate has expired"),
    18: (Fault.TLS_SELF_SIGNED, "its certificate is signed by itself"),
    23: (Fault.TLS_INVALID, "its certificate has been revoked"),
    24: (Fault.TLS_INVALID, "its certificate was issued by one that may issue none"),
    26: (Fault.TLS_INVALID, "its certificate was not made for a server"),
    47: (Fault.TLS_INVALID, "its certificate's issuer may not vouch for this host"),
    62: (Fault.TLS_INVALID, "its certificate is for another host name"),
    64: (Fault.TLS_INVALID, "its certificate is for another address"),
    66: (Fault.TLS_INVALID, "its certificate has a key too short to count"),
    68: (Fault.TLS_INVALID, "its certificate is signed in a way too weak to count (SHA-1, MD5)"),
}
_UNTRUSTED = (Fault.TLS_UNTRUSTED, "its certificate's issuer is not trusted by this machine")
NOT_YET_VALID, EXPIRED = 9, 10

# What OpenSSL makes of an answer that is no TLS record.
_NOT_TLS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
)
_OUTDATED: Final = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"})
# Alerts of somebody who serves other hosts, or lets nobody to this one (RFC 8446 6.2, RFC 6066 3).
_NOT_HERE: Final = frozenset({"TLSV1_UNRECOGNIZED_NAME", "TLSV1_ALERT_ACCESS_DENIED"})
_ENDED: Final = frozenset({"UNEXPECTED_EOF_WHILE_READING", "SSLV3_ALERT_CLOSE_NOTIFY"})

_REFUSED: Final = frozenset(
    {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EACCES}
)
# Not a fault: TLS saying that it waits for the network. What then fails has it as its context.
_WAITING: Final = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
_RESET: Final = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})


class AnswerTooLargeError(httpx.TransportError):
    """The body went on beyond its bound, as sent or as unpacked."""


class AnswerUnreadableError(httpx.TransportError):
    """The body is packed in a way that cannot be read."""


class ProxyFaultError(httpx.ProxyError):
    """The proxy refused, or could not be reached at all. `proxy` is shown: it holds no password."""

    def __init__(self, words: str, proxy: str) -> None:
        super().__init__(words)
        self.words = words
        self.proxy = proxy


def fault_evidence(
    error: BaseException,
    stage: Stage,
    *,
    asked: str,
    host: str,
    deadline_s: float,
    authenticated: bool = False,
) -> Evidence:
    """The evidence for an exception of httpx, ssl, socket or asyncio."""
    fault, words, facts = _classified(error, deadline_s)
    return Evidence(
        stage,
        asked=clean(asked),
        answered=words,
        host=clean(host),
        message=words,
        fault=fault,
        authenticated=authenticated,
        facts=facts,
    )


def is_tls_error(error: BaseException) -> bool:
    return any(isinstance(seen, ssl.SSLError) for seen in _chain(error))


def is_answered_early(error: BaseException) -> bool:
    """An HTTP/2 server answered and closed the stream before our body was through.

    httpcore then fails and drops the answer; it happens to small bodies when much is under way.
    """
    return any(
        type(seen).__name__ == "StreamClosedError" and type(seen).__module__.startswith("h2.")
        for seen in _chain(error)
    )


def _classified(error: BaseException, deadline_s: float) -> tuple[Fault, str, dict[str, str]]:
    chain = list(_chain(error))
    for seen in chain:
        if isinstance(seen, ProxyFaultError):
            return Fault.PROXY, seen.words, {"proxy": clean(seen.proxy)}
        named = _by_type(seen)
        if named is not None:
            return (*named, {})
        if isinstance(seen, ssl.SSLError):
            return _tls(seen)
    if any(isinstance(e, TimeoutError | httpx.TimeoutException) for e in chain):
        words = f"no answer within {deadline_s:g} s"
        return Fault.TIMEOUT, words, {"seconds": f"{deadline_s:g}"}
    failed = [seen for seen in chain if isinstance(seen, OSError)]
    if not failed:
        return (*_by_protocol(chain), {})
    # anyio sums up what was tried without a number: where all attempts failed alike, theirs.
    told = [seen for seen in failed if seen.errno is not None]
    is_one = len({seen.errno for seen in told}) == 1
    return (*_by_errno(told[0] if is_one else failed[0], deadline_s), {})


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that led to it, groups included, each once."""
    waiting, seen = [error], set()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        if not isinstance(current, _WAITING):
            yield current
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)
        waiting.extend(e for e in (current.__cause__, current.__context__) if e is not None)


def _by_type(error: BaseException) -> tuple[Fault, str] | None:
    match error:
        case AnswerTooLargeError():
            return Fault.TOO_LARGE, "the answer is larger than it may be"
        case AnswerUnreadableError():
            return Fault.NONSENSE, "the answer is packed in a way that cannot be read"
        case NobodyTrustedError():
            return Fault.TLS_UNTRUSTED, str(error)
        case socket.gaierror():
            return Fault.DNS, "the name does not resolve"
    return None


def proxy_words(error: httpx.TransportError) -> str:
    if not isinstance(error, httpx.ProxyError):
        return "the proxy cannot be reached"
    # httpcore's text starts with the proxy's status; the rest is the proxy's own words.
    status = str(error)[:3]
    if status == "407":
        return "the proxy wants a login (407)"
    return f"the proxy answered {status}" if status.isdigit() else "the proxy refused"


def stuck_words(error: BaseException) -> str:
    """Of a proxy that neither lets through nor refuses."""
    if any(isinstance(e, TimeoutError | httpx.TimeoutException) for e in _chain(error)):
        return "the proxy said nothing in time"
    return "the proxy cut the connection, or what answers there is no proxy"


def _tls(error: ssl.SSLError) -> tuple[Fault, str, dict[str, str]]:
    if isinstance(error, ssl.SSLCertVerificationError):
        code = getattr(error, "verify_code", 0)
        fault, words = _CERTIFICATE.get(code, _UNTRUSTED)
        dated = {"certificate_date": "expired" if code == EXPIRED else "not yet valid"}
        return fault, words, dated if code in (NOT_YET_VALID, EXPIRED) else {}
    if error.reason in _NOT_TLS:
        return Fault.PLAIN_HTTP, "it does not speak TLS on this port", {}
    if isinstance(error, ssl.SSLEOFError) or error.reason in _ENDED:
        return Fault.RESET, "the connection was cut during the TLS handshake", {}
    if error.reason in _OUTDATED:
        return Fault.TLS_OTHER, "it offers only versions of TLS that are no longer safe", {}
    if error.reason in _NOT_HERE:
        return Fault.INTERCEPTED, "it refused the TLS greeting: this host is not served there", {}
    return Fault.TLS_OTHER, f"TLS failed ({clean(error.reason or 'no reason given', 60)})", {}


def _by_errno(error: OSError, deadline_s: float) -> tuple[Fault, str]:
    if error.errno == errno.ETIMEDOUT:
        return Fault.TIMEOUT, f"no answer within {deadline_s:g} s"
    if error.errno in _RESET:
        return Fault.RESET, "the connection was cut"
    if error.errno in _REFUSED:
        refused = error.errno == errno.ECONNREFUSED
        return Fault.REFUSED, "connection refused" if refused else "no route to it"
    return Fault.REFUSED, "no connection could be made"


def _by_protocol(chain: list[BaseException]) -> tuple[Fault, str]:
    if any(is_answered_early(e) for e in chain):
        return Fault.RESET, "the connection was cut"
    names = {f"{type(e).__module__.partition('.')[0]}.{type(e).__name__}" for e in chain}
    if any(isinstance(e, httpx.LocalProtocolError | UnicodeError) for e in chain):
        return Fault.NONSENSE, "the request cannot be put into HTTP"
    if any(name.startswith(("h11.", "h2.")) for name in names):
        return Fault.NONSENSE, "the answer is not HTTP, or ends too early"
    if any(isinstance(e, httpx.UnsupportedProtocol | httpx.InvalidURL) for e in chain):
        return Fault.NONSENSE, "the address cannot be understood"
    if any(isinstance(e, httpx.DecodingError) for e in chain):
        return Fault.NONSENSE, "the answer cannot be unpacked"
    return Fault.RESET, "the connection was cut"
