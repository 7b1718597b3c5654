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


def remote_failure(error: OSError) -> Reply:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return unreachable("its certificate is not trusted by ca.pem", Fault.TLS_UNTRUSTED)
    if isinstance(error, ssl.SSLError):
        if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
            return invalid("TLS is asked for, and the engine there does not speak it")
        return unreachable("the TLS handshake failed", Fault.TLS_OTHER)
    if isinstance(error, socket.gaierror):
        return unreachable("its name does not resolve", Fault.DNS)
    if words := _NO_WAY.get(error.errno or 0):
        return unreachable(words, Fault.REFUSED)
    name = errno.errorcode.get(error.errno or 0, "no reason given")
    return unreachable(f"it cannot be connected to ({name})", Fault.REFUSED)


def unreachable(words: str, fault: Fault) -> Reply:
    return Reply(EngineStatus.BROKEN, words, "engine.endpoint-unreachable", fault)


def invalid(words: str) -> Reply:
    return Reply(EngineStatus.BROKEN, words, "engine.endpoint-invalid", Fault.INVALID)
