"""Why an endpoint gave no answer: told by errno, never by text (engines.md 4.1)."""

from __future__ import annotations

import errno
import os
import socket
import stat
from typing import Final

from wizard.core.diagnosis import Fault
from wizard.core.ports import EngineStatus
from wizard.core.text import clean
from wizard.engines.docker_fingerprints import Reply
from wizard.engines.docker_groups import group_name, waits_for_login

_MISSING: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_NO_ENTRY: Final = frozenset({errno.EACCES, errno.EPERM})
_REFUSED_FOR: Final = {
    9: "its certificate is not valid yet: is this machine's clock right?",
    10: "its certificate has expired",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
"""By X509_V_ERR_… of openssl's x509_vfy.h, as SSLCertVerificationError.verify_code has it."""
_NO_WAY: Final = {
    errno.ECONNREFUSED: "the connection was refused",
    errno.ECONNRESET: "the connection was cut off",
    errno.ENETUNREACH: "this machine has no way to its network, as without a VPN",
    errno.EHOSTUNREACH: "no machine answers at its address",
    errno.EACCES: "a rule of this machine forbids the connection",
    errno.EPERM: "a rule of this machine forbids the connection",
}


def local_failure(path: str, error: OSError) -> Reply:
    number = error.errno
    if number in _NO_ENTRY:
        words = _who_may_enter(path)
        return Reply(EngineStatus.DENIED, words, "engine.permission-denied", Fault.DENIED)
    if number == errno.ECONNREFUSED:
        words = "its socket was left behind: nobody listens there"
        return Reply(EngineStatus.STOPPED, words, "engine.not-running", Fault.REFUSED)
    if number in _MISSING:
        return Reply(
            EngineStatus.ABSENT, _what_is_missing(path), "engine.not-running", Fault.MISSING
        )
    words = f"it cannot be connected to ({errno.errorcode.get(number or 0, 'no reason given')})"
    return Reply(EngineStatus.BROKEN, words, "engine.not-running", Fault.INVALID)


def _what_is_missing(path: str) -> str:
    if not os.path.islink(path):  # noqa: PTH114 - never raises
        return "there is no such file"
    target = clean(os.readlink(path), 120)  # noqa: PTH115 - as the link says it
    return f"it is a link to {target}, which is not there"


def _who_may_enter(path: str) -> str:
    """Which wall it is: a folder on the way, or the socket's own mode."""
    try:
        seen = os.stat(path)  # noqa: PTH116 - follows links
    except OSError:
        return "a folder on the way to it is closed to you"
    group, mode = group_name(seen.st_gid), stat.filemode(seen.st_mode)
    if waits_for_login(seen.st_gid):
        return (
            f"{mode} of group {group}: you are a member, but this session began before that, "
            "so log out and in again"
        )
    return f"{mode} of group {group}, and you are not a member"


def has_tls_words(error: OSError) -> bool:
    import ssl

    return isinstance(error, ssl.SSLError)


def remote_failure(error: OSError) -> Reply:
    if has_tls_words(error):
        return _tls_failure(error)
    if isinstance(error, socket.gaierror):
        return unreachable("its name does not resolve", Fault.DNS)
    if words := _NO_WAY.get(error.errno or 0):
        return unreachable(words, Fault.REFUSED)
    name = errno.errorcode.get(error.errno or 0, "no reason given")
    return unreachable(f"it cannot be connected to ({name})", Fault.REFUSED)


def _tls_failure(error: OSError) -> Reply:
    number, reason = getattr(error, "verify_code", None), getattr(error, "reason", "") or ""
    if number in _REFUSED_FOR:
        return unreachable(_REFUSED_FOR[number], Fault.TLS_INVALID)
    if number is not None:
        return unreachable("its certificate is not trusted by ca.pem", Fault.TLS_UNTRUSTED)
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return invalid("TLS is asked for, and the engine there does not speak it")
    if "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason):
        words = "it wants a client certificate: cert.pem and key.pem are missing, or not for it"
        return unreachable(words, Fault.TLS_OTHER)
    return unreachable("the TLS handshake failed", Fault.TLS_OTHER)


def unreachable(words: str, fault: Fault) -> Reply:
    return Reply(EngineStatus.BROKEN, words, "engine.endpoint-unreachable", fault)


def invalid(words: str) -> Reply:
    return Reply(EngineStatus.BROKEN, words, "engine.endpoint-invalid", Fault.INVALID)
