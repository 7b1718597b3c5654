"""What is said when no engine can be reached. Source: engines.md 4.1, 4.2, 4.6 and 4.7."""

from __future__ import annotations

from typing import Final

from wizard.causes.messages.saying import BY_ENGINES, BY_SDK, Saying, frames, says, tells, warns

_SDK = r"error while fetching server api version.*"

_DOWN: Final = (
    says(
        r"cannot connect to the docker daemon|is the docker daemon running"
        r"|failed to connect to the docker api",
        "engine.not-running",
        "engine.wrong-context",
        "engine.endpoint-invalid",
        apart=BY_ENGINES,
    ),
    tells(
        _SDK + r"(filenotfounderror|createfile)",
        "engine.not-running",
        "sdk.docker-package-old",
        "engine.wrong-context",
        apart=BY_SDK,
    ),
    tells(
        r"connection aborted.*(filenotfounderror|connectionrefusederror|connectionreseterror)",
        "engine.not-running",
        "engine.wrong-context",
        "engine.endpoint-invalid",
        apart=BY_ENGINES,
    ),
    says(
        r"connecterror: \[errno 2\]|rootless containerd not running|desktop is unable to start",
        "engine.not-running",
    ),
    says(
        r"connecterror: \[errno (111|61)\]",
        "engine.not-running",
        "network.unreachable",
        apart="`registry-wizard doctor` connects to the engine and to the registry one after the "
        "other; either can refuse like this.",
    ),
    says(
        r"server disconnected without sending a response",
        "engine.not-running",
        "network.intercepted",
        apart="`registry-wizard doctor` connects to the engine and to the registry one after the "
        "other; either can hang up like this.",
    ),
    tells(r"error during connect: .*(\bEOF$|pipe|elevated privileges)", "engine.not-running"),
    says(
        r"dockerdesktoplinuxengine|docker_engine: the system cannot find"
        r"|connect enoent \S*(pipe/|\.sock)",
        "engine.not-running",
    ),
    says(r"pywintypes\.error: \((2|232),", "engine.not-running"),
    tells(
        r"could not be found in this wsl 2 distro",
        "engine.not-running",
        "engine.none-found",
        apart="`registry-wizard doctor` looks for Docker Desktop's own program, and for any other "
        "engine in this distribution.",
    ),
    says(
        r"failed to start daemon|unable to configure the docker daemon"
        r"|dockerd needs to be started with root",
        "engine.not-running",
    ),
    tells(
        r"(failed to dial \"|cannot access containerd socket).*"
        r"(no such file|connection refused|: timeout)",
        "engine.not-running",
    ),
    tells(
        r"connectex: no connection could be made",
        "engine.not-running",
        "network.unreachable",
        apart="`registry-wizard doctor` says which of the two refused: the engine's own address, "
        "or the registry.",
    ),
    says(
        r"cannot connect to podman|unable to connect to podman socket"
        r"|unable to create socket: listen unix|dial unix \S*podman\S*: connect",
        "engine.not-running",
        "engine.socket-off",
        apart="`registry-wizard doctor` calls the podman command and its socket: if the command "
        "works, only the socket is off.",
    ),
    says(r"dial unix \S+: connect: (no such file|connection refused)", "engine.not-running"),
    says(
        r"docker: (command )?not found|command not found: docker"
        r"|no such file or directory: 'docker'"
        r"|failed to run command .(docker|podman|skopeo).: no such file"
        r"|exec: \"docker\": executable file not found|'docker' is not recognized"
        r"|podman: command not found",
        "engine.none-found",
        "engine.not-running",
        apart="`registry-wizard doctor` looks for engines' programs on PATH and for their sockets; "
        "a product that is installed and off is found too.",
    ),
)

_DENIED: Final = (
    tells(
        r"permission denied while trying to connect to the docker"
        r"|dial unix \S+: connect: permission denied"
        r"|connection aborted.*permissionerror|are you in the (incus|lxd)",
        "engine.permission-denied",
    ),
    tells(_SDK + r"(permissionerror|permission denied)", "engine.permission-denied"),
    says(r"connecterror: \[errno 13\]", "engine.permission-denied"),
    tells(
        r"\[errno 13\] permission denied: '\S*\.docker\b",
        "config.docker-unwritable",
        "engine.permission-denied",
        apart="`registry-wizard doctor` opens the engine's socket first and docker's files after; "
        "it names the one that refuses.",
    ),
    says(
        r"loading registries configuration|invalid policy in|open \S*policy\.json: no such file"
        r"|failed to getdriver graph",
        "engine.settings-invalid",
    ),
    says(
        r"is blocked in \S+registries\.conf|is rejected by policy|authorization denied by plugin",
        "engine.policy",
    ),
    says(
        r"newuidmap|newgidmap|insufficient uids or gids|/etc/sub[ug]id", "engine.user-ids-missing"
    ),
)

_HUNG: Final = (
    tells(_SDK + r"unixhttpconnectionpool.*read timed out", "engine.not-answering"),
    says(
        r"unixhttpconnectionpool.*read timed out",
        "engine.not-answering",
        "network.timeout",
        apart="`registry-wizard doctor` asks the engine for its version: if it answers at once, "
        "the registry behind it stalled.",
    ),
    says(
        r"readtimeout: timed out",
        "engine.not-answering",
        "network.timeout",
        apart="`registry-wizard doctor` gives engine and registry a deadline each, and names the "
        "one that missed it.",
    ),
    says(
        r"blockingioerror: \[errno 11\]|timed out waiting for server hand", "engine.not-answering"
    ),
    tells(r"failed to dial \".*timed out waiting for server hand", "engine.not-answering"),
)

_ADDRESS: Final = (
    tells(
        _SDK + r"(404 client error|wrong_version_number|sslerror)",
        "engine.endpoint-invalid",
        "network.proxy",
        apart="`registry-wizard doctor` asks the engine's address what it is; a proxy answers "
        "with a page of its own.",
    ),
    says(
        r"illegal request line|malformed http response|tls-enabled daemon without tls|daemon: <html"
        r"|failed to dial \".*broken pipe|key \"apiversion\" is missing"
        r"|daemon: 404 page not found|for api route and version|ping response was 404",
        "engine.endpoint-invalid",
    ),
    says(
        r"tlsparametererror|path to a certificate and key files must be provided"
        r"|invalid bind address|npipe:// protocol is only|failed to initialize: protocol not"
        r"|unable to (resolve docker endpoint|parse docker host)|context not found"
        r"|cannot find docker endpoint"
        r"|corrupted meta file for context|parsing \S*meta\.json|msg=\"stat : no such file",
        "engine.endpoint-invalid",
    ),
    tells(r"ping response was 404|failed to dial \".*broken pipe", "engine.endpoint-invalid"),
    tells(
        r"(cannot connect to the docker daemon at|failed to connect to the docker api at) "
        r"(tcp|ssh|https?)://",
        "engine.endpoint-unreachable",
        "engine.wrong-context",
        "engine.endpoint-invalid",
        apart=BY_ENGINES,
    ),
    tells(
        _SDK + r"(https?connectionpool\(host='[^']+', port=\d+\).*"
        r"(newconnection|timeout|nameresolution)|brokenpipeerror)",
        "engine.endpoint-unreachable",
        "engine.endpoint-invalid",
        apart=BY_ENGINES,
    ),
    tells(
        r"error during connect: .*(dial tcp|dial-stdio|x509: |tls: )|docker system dial-stdio"
        r"|novalidconnectionserror|unable to connect to port 22\b|ssh: connect to host"
        r"|ssh: could not resolve hostname",
        "engine.endpoint-unreachable",
        "engine.endpoint-invalid",
        apart=BY_ENGINES,
    ),
    warns(r"docker_host environment variable overrides the active context", "engine.wrong-context"),
)

SAYINGS: Final[tuple[Saying, ...]] = (
    *_DOWN,
    *_DENIED,
    *_HUNG,
    *_ADDRESS,
    frames(
        r"error while fetching server api version",
        "engine.not-running",
        "sdk.docker-package-old",
        "engine.permission-denied",
        apart=BY_SDK,
    ),
)
