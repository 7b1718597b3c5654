"""What people see and paste: messages of docker, podman, kubelets and SDKs, and what they can mean.

Only for `explain --message`: a message alone decides nothing, so each row names candidates, the
likeliest first. What registries say in their own protocol stands with each registry, as signs.
Sources: registries.md A7 to E7 and 10, engines.md 4, union-and-flyte.md 5.
"""

from __future__ import annotations

from typing import Final

from wizard.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Saying:
    """A pattern, sought anywhere and ignoring case, and the causes that it can stand for."""

    pattern: str
    causes: tuple[str, ...]
    is_vague: bool = False
    """Says that something failed and nearly nothing about what: ranked behind all others."""


def _row(pattern: str, *causes: str) -> Saying:
    return Saying(pattern, causes)


def _vague(pattern: str, *causes: str) -> Saying:
    return Saying(pattern, causes, is_vague=True)


_REACHING = (
    _row(
        r"cannot connect to the docker daemon|is the docker daemon running",
        "engine.not-running",
        "engine.wrong-context",
        "engine.endpoint-invalid",
    ),
    _row(r"permission denied while trying to connect to the docker", "engine.permission-denied"),
    _row(r"dial unix \S+: connect: permission denied", "engine.permission-denied"),
    _row(r"error while fetching server api version.*permissionerror", "engine.permission-denied"),
    _row(
        r"error while fetching server api version",
        "engine.not-running",
        "sdk.docker-package-old",
        "engine.permission-denied",
    ),
    _row(r"dial unix \S+: connect: (no such file|connection refused)", "engine.not-running"),
    _row(r"dockerdesktoplinuxengine|docker_engine: the system cannot find", "engine.not-running"),
    _row(r"unixhttpconnectionpool.*read timed out", "engine.not-answering"),
    _row(
        r"(unable to resolve docker endpoint|context not found|invalid bind address"
        r"|cannot find docker endpoint|key \"apiversion\" is missing)",
        "engine.endpoint-invalid",
    ),
    _row(r"path to a certificate and key files must be provided", "engine.endpoint-invalid"),
    _row(r"(docker system dial-stdio|ssh: connect to host)", "engine.endpoint-unreachable"),
    _row(r"dial tcp: lookup \S+ on .*: no such host.*/v1\.", "engine.endpoint-unreachable"),
    _row(r"client version \S+ is too (old|new)", "engine.too-old", "sdk.docker-package-old"),
    _row(r"not supported url scheme http\+docker", "sdk.docker-package-old"),
    _row(r"could not be found in this wsl 2 distro", "engine.not-running", "engine.none-found"),
    _row(r"(docker: command not found|no such file or directory: 'docker')", "engine.none-found"),
)

_BUILDING = (
    _row(r"unknown flag: --(push|secret)", "engine.no-builder", "sdk.engine-unsupported"),
    _row(
        r"buildx (component )?is (missing|not available)|docker buildx is not available"
        r"|unknown command: docker buildx|'buildx' is not a docker command",
        "engine.no-builder",
    ),
    _row(r"failed to create docker buildx builder", "engine.no-builder", "engine.not-running"),
    _row(r"no buildkit host is available", "engine.no-builder"),
    _row(
        r"multi-?platform build is not supported|multiple platforms feature",
        "engine.platform-unsupported",
    ),
    _row(
        r"exec.*format error",
        "pull.platform-missing",
        "engine.platform-unsupported",
    ),
    _row(r"no space left on device", "engine.disk-full"),
    _row(
        r"flytekit assumes (that )?the image .* already exists|assuming it exists",
        "sdk.assumes-exists",
        "login.missing",
        "engine.not-running",
    ),
    _row(r"image builder \S+ is not registered", "sdk.engine-unsupported"),
)

_STORES = (
    _row(
        r"docker-credential-\S+ not installed|\"docker-credential-[^\"]+\": executable file not",
        "store.helper-missing",
    ),
    _row(r"cannot autolaunch d-bus", "store.locked", "store.helper-failing"),
    _row(r"pass not initialized|pass store is uninitialized", "store.locked"),
    _row(r"(locked collection|user interaction is not allowed|keychain is locked)", "store.locked"),
    _row(r"the stub received bad data", "store.helper-failing"),
    _row(
        r"error (getting|saving|storing) credentials",
        "store.helper-failing",
        "store.locked",
        "store.helper-missing",
    ),
    _row(r"credentials store error", "store.helper-failing", "store.helper-missing"),
    _row(r"can only be used with amazon elastic container registry", "store.helper-failing"),
    _row(r"stored unencrypted|storing credentials in plain ?text", "store.plaintext"),
    _row(
        r"error (parsing|loading) config file|invalid auth configuration file",
        "config.docker-malformed",
    ),
    _row(r"config\.json.*permission denied", "config.docker-unwritable"),
)

_NETWORK = (
    _row(
        r"(no such host|name or service not known|temporary failure in name resolution"
        r"|nodename nor servname|failed to resolve '|could not resolve host)",
        "network.dns",
        "engine.registry-unreachable",
    ),
    _row(
        r"connection refused|no route to host|network is unreachable",
        "network.unreachable",
        "engine.registry-unreachable",
    ),
    _row(
        r"i/o timeout|context deadline exceeded|timed out|client\.timeout exceeded",
        "network.timeout",
        "engine.registry-unreachable",
    ),
    _row(
        r"certificate signed by unknown authority|self[- ]signed certificate"
        r"|unable to get local issuer certificate|certificate_verify_failed",
        "engine.registry-untrusted",
        "network.tls-untrusted",
    ),
    _row(
        r"certificate (has expired|is not yet valid)|x509: certificate is valid for"
        r"|has expired or is not yet valid|hostname mismatch",
        "network.tls-invalid",
        "network.clock-wrong",
    ),
    _row(
        r"server gave http response to https client|wrong_version_number",
        "engine.registry-plain-http",
        "network.plain-http",
    ),
    _row(r"proxyconnect|proxy authentication required|407 ", "network.proxy"),
    _row(
        r"invalid character '<' looking for beginning of value|received unexpected http status: 200"
        r"|statuscode: 403, <html",
        "network.intercepted",
        "push.policy",
    ),
    _row(
        r"\b50[0234]\b.*(error|gateway|unavailable|time)|internal server error",
        "network.registry-down",
    ),
    _row(r"too many failed login attempts", "login.rejected", "network.rate-limited"),
    _row(r"toomanyrequests|too many requests|rate limit|rate exceeded", "network.rate-limited"),
)

_LOGIN = (
    _row(r"no basic auth credentials", "login.missing", "store.helper-failing"),
    _row(r"cannot perform an interactive login from a non.?tty", "login.missing"),
    _row(
        r"unauthorized: authentication required",
        "login.rejected",
        "login.missing",
        "pull.private-or-missing",
    ),
    _row(r"incorrect username or password", "login.rejected", "login.token-kind"),
    _row(r"unauthorized: failed authentication", "login.expired", "login.rejected"),
    _row(r"bad credentials", "login.rejected", "login.expired"),
    _row(r"denied: denied", "login.rejected", "login.token-kind", "login.sso-required"),
    _row(r"authorization token has expired|expiredtoken", "login.expired", "pull.stale-login"),
    _row(
        r"access token has insufficient scopes|does not match expected scopes",
        "login.scope-missing",
    ),
    _row(r"unable to parse json key", "login.token-kind"),
    _row(r"\bsaml\b|single sign-on|configure sso", "login.sso-required"),
    _row(r"unable to locate credentials|could not find default credentials", "login.cloud-missing"),
    _row(
        r"reauthentication required|invalid_grant|sso session .*expired"
        r"|token has expired and refresh",
        "login.cloud-expired",
    ),
    _row(r"getauthorizationtoken|getservicebearertoken", "login.cloud-denied"),
    _row(r"unauthenticated request", "login.missing"),
)

_PUSHING = (
    _row(r"permission_denied: write_package", "push.not-permitted", "login.scope-missing"),
    _row(
        r"requested access to the resource is denied|push access denied",
        "push.not-permitted",
        "login.missing",
        "login.scope-missing",
    ),
    _row(r"insufficient_scope: authorization failed", "push.not-permitted", "login.scope-missing"),
    _row(r"installation not allowed to (create|write)", "push.not-permitted", "push.policy"),
    _row(r"not authorized to perform: ecr(-public)?:\w+", "push.not-permitted"),
    _row(r"uploadartifacts\S* denied", "push.not-permitted", "push.repository-missing"),
    _row(
        r"name unknown|repository with name .* does not exist|repository \"[^\"]+\" not found"
        r"|repository not found",
        "push.repository-missing",
        "pull.missing-repository",
    ),
    _row(r"tag is immutable|cannot be overwritten", "push.tag-immutable"),
    _row(r"connection broken: incompleteread|unexpected eof|broken pipe", "push.interrupted"),
    _row(r"413 request entity too large|exceeds the maximum permissible limit", "push.interrupted"),
    _row(r"quota", "push.policy"),
)

_PULLING = (
    _row(
        r"pull access denied|may require .?docker login",
        "pull.private-or-missing",
        "pull.private",
        "pull.missing-repository",
    ),
    _row(r"permission_denied: read_package", "pull.private"),
    _row(r"manifest unknown|manifest for \S+ not found", "pull.missing-tag"),
    _row(r"no match(ing manifest)? for (platform|\w+/\w+)", "pull.platform-missing"),
    _row(r"does not provide the specified platform", "pull.platform-missing"),
    _row(
        r"failed to (resolve reference|authorize|fetch (anonymous|oauth) token)"
        r".*(401|403|unauthorized|forbidden|denied)",
        "pull.private-or-missing",
        "pull.private",
        "pull.stale-login",
        "login.rejected",
    ),
    _row(
        r"failed to resolve reference .*: not found", "pull.missing-tag", "pull.missing-repository"
    ),
    _row(r"because no resource-based policy allows", "pull.cluster-not-granted"),
    _row(r"batchgetimage|downloadartifacts", "pull.cluster-not-granted"),
    _vague(
        r"imagepullbackoff|errimagepull",
        "pull.private",
        "pull.missing-tag",
        "pull.platform-missing",
        "sdk.assumes-exists",
        "network.rate-limited",
    ),
)

_NAMES = (
    _row(
        r"must be lowercase|invalid reference format|invalid container registry name"
        r"|cannot contain a scheme",
        "reference.invalid",
    ),
    _row(r"missing image name", "reference.incomplete"),
    _vague(r"\b403\b|forbidden", "push.not-permitted", "pull.private", "login.rejected"),
    _vague(r"\b401\b|unauthorized", "login.rejected", "login.missing", "pull.private-or-missing"),
    _vague(r"\bdenied\b", "push.not-permitted", "login.rejected"),
)

SAYINGS: Final = (
    *_REACHING,
    *_BUILDING,
    *_STORES,
    *_NETWORK,
    *_LOGIN,
    *_PUSHING,
    *_PULLING,
    *_NAMES,
)
