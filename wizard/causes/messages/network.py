"""What is said when the registry cannot be reached.

Source: registries.md 8.2 and 10, engines.md 4.4.
"""

from __future__ import annotations

from typing import Final

from wizard.causes.messages.saying import BY_OWN_CONNECTION, Saying, frames, says, tells

_BY_DATE = (
    "`registry-wizard doctor` compares the Date that the server sends with this machine's clock."
)
_BY_BOTH = (
    "`registry-wizard doctor` connects to the engine's address and to the registry one after the "
    "other, and names the one that fails."
)
_BY_ANSWER = (
    "`registry-wizard doctor` asks the registry from here and shows who answered: the registry, "
    "a proxy, or a web page."
)

_REACHING: Final = (
    says(
        r"no such host|getaddrinfo (enotfound|eai_again)"
        r"|name or service not known|temporary failure in name resolution"
        r"|nodename nor servname|failed to resolve '|could not resolve host|server misbehaving"
        r"|getaddrinfo failed|could not connect to the endpoint url",
        "network.dns",
        "engine.registry-unreachable",
        apart=BY_OWN_CONNECTION,
    ),
    tells(
        r"connecttimeout: timed out",
        "network.timeout",
        "engine.endpoint-unreachable",
        apart=_BY_BOTH,
    ),
    tells(
        r"socket\.gaierror",
        "network.dns",
        "engine.endpoint-unreachable",
        apart=_BY_BOTH,
    ),
    tells(
        r"\blookup \S+( on \S+)?: .*i/o timeout",
        "network.dns",
        "engine.registry-unreachable",
        apart=BY_OWN_CONNECTION,
    ),
    says(
        r"connection refused|no route to host|network is unreachable|host is unreachable",
        "network.unreachable",
        "engine.registry-unreachable",
        "network.proxy",
        apart=BY_OWN_CONNECTION,
    ),
    says(
        r"i/o timeout|context deadline exceeded|timed out|client\.timeout exceeded"
        r"|tls handshake timeout|did not properly respond after a period",
        "network.timeout",
        "engine.registry-unreachable",
        "network.proxy",
        apart=BY_OWN_CONNECTION,
    ),
    tells(
        r"pinging container registry .*proxyconnect",
        "network.proxy",
        "engine.registry-unreachable",
        apart=BY_OWN_CONNECTION,
    ),
    tells(
        r"proxyconnect",
        "engine.registry-unreachable",
        "network.proxy",
        apart=BY_OWN_CONNECTION,
    ),
    tells(
        r"proxy authentication required|tunnel (connection )?failed"
        r"|proxyerror|cannot connect to proxy|using socks proxy",
        "network.proxy",
        "engine.registry-unreachable",
        apart=BY_OWN_CONNECTION,
    ),
)

_TLS: Final = (
    tells(
        r"(certificate_verify_failed|ssl certificate problem:)"
        r".*(self[- ]signed|unable to get (local )?issuer)",
        "network.tls-untrusted",
        "engine.registry-untrusted",
        apart=BY_OWN_CONNECTION,
    ),
    says(
        r"certificate signed by unknown authority|self[- ]signed certificate"
        r"|unable to get local issuer certificate|certificate_verify_failed"
        r"|certificate is not trusted",
        "engine.registry-untrusted",
        "network.tls-untrusted",
        apart=BY_OWN_CONNECTION,
    ),
    tells(
        r"current time \S+ is before|certificate is not yet valid"
        r"|signature not yet current|requesttimetooskewed",
        "network.clock-wrong",
        "network.tls-invalid",
        apart=_BY_DATE,
    ),
    tells(
        r"certificate has expired|has expired or is not yet valid",
        "network.tls-invalid",
        "network.clock-wrong",
        apart=_BY_DATE,
    ),
    tells(
        r"x509: certificate is (valid for|not valid for)|hostname mismatch"
        r"|doesn't contain any ip sans|relies on legacy common name|not valid for '",
        "network.tls-invalid",
        "network.intercepted",
        apart=_BY_ANSWER,
    ),
    says(
        r"server gave http response to https client|wrong_version_number"
        r"|first record does not look like a tls handshake",
        "engine.registry-plain-http",
        "network.plain-http",
        apart="`registry-wizard doctor` asks the registry for HTTPS and for HTTP: if HTTPS works "
        "from here, only the engine was told to do without.",
    ),
)

_ANSWERS: Final = (
    tells(
        r"statuscode: (?!413)\d+, <(html|!doctype)",
        "network.intercepted",
        "network.proxy",
        "push.not-permitted",
        apart=_BY_ANSWER,
    ),
    says(
        r"invalid character '<' looking for beginning of value"
        r"|received unexpected http status: 200"
        r"|unknown: <!doctype|unexpected content type \"?text/html",
        "network.intercepted",
        "network.proxy",
        "push.policy",
        apart=_BY_ANSWER,
    ),
    says(
        r"(get|head) \"?https?://\S+: eof$",
        "network.intercepted",
        "network.unreachable",
        "network.proxy",
        apart=_BY_ANSWER,
    ),
    tells(
        r"login attempt to https://(hub\.docker\.com|docker\.io)\S* failed", "network.intercepted"
    ),
    tells(
        r"(unexpected (http )?status( code)?|status code from registry|(reading|uploading|writing)"
        r"|(from|to) destination).*\b50[0234]\b"
        r"|\b50[234] (bad gateway|service unavailable|gateway time)"
        r"|unavailable: service unavailable|unknown: unknown error",
        "network.registry-down",
    ),
    frames(r"\b50[0234]\b.*(error|gateway|unavailable|time)", "network.registry-down"),
    tells(
        r"too many failed login attempts",
        "network.rate-limited",
        "login.rejected",
        apart="`registry-wizard doctor` waits as long as the registry asks, then shows it the "
        "login once.",
    ),
    tells(
        r"toomanyrequests|too many requests|pull rate limit|rate exceeded|\b429\b.*limit",
        "network.rate-limited",
    ),
)

SAYINGS: Final[tuple[Saying, ...]] = (*_REACHING, *_TLS, *_ANSWERS)
