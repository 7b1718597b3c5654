"""What credential helpers, stores and config files say.

Source: credentials.md 1 to 3, engines.md 4.2, 4.3.
"""

from __future__ import annotations

from typing import Final

from wizard.causes.messages.saying import BY_STORES, Saying, frames, hints, says, tells, warns

_HELPERS: Final = (
    tells(
        r"docker-credential-\S+ not installed"
        r"|docker-credential-[^\" ]+\"?: executable file not found",
        "store.helper-missing",
    ),
    tells(
        r"docker-credential-\S+: invalid argument"
        r"|fork/exec \S*docker-credential-\S+: (exec format error|invalid argument|permission)"
        r"|current directory: docker-credential-",
        "store.helper-failing",
        "store.helper-missing",
        apart=BY_STORES,
    ),
    says(
        r"the stub received bad data|specified item already exists in the keychain"
        r"|bufio\.scanner: token too long|no credentials (server url|username)"
        r"|credentials.*`not implemented`"
        r"|can only be used with amazon elastic container registry",
        "store.helper-failing",
    ),
    says(
        r"credentials not found in native keychain",
        "login.missing",
        "store.helper-failing",
        "store.locked",
        apart=BY_STORES,
    ),
    frames(
        r"error (getting|saving|storing) credentials|credentials store error"
        r"|credentials store docker-credential-\S+ exited with",
        "store.helper-failing",
        "store.locked",
        "store.helper-missing",
        apart=BY_STORES,
    ),
    hints(
        r"jsondecodeerror: expecting value",
        "store.helper-failing",
        "config.docker-malformed",
        apart=BY_STORES,
    ),
)

_STORES: Final = (
    says(
        r"cannot autolaunch d-bus|pass not initialized|password store is (empty|uninitialized)"
        r"|pass store is uninitialized|locked collection|user interaction is not allowed"
        r"|session does not allow user interaction|keychain (is|may be) locked"
        r"|org\.freedesktop\.secrets was not provided"
        r"|keyringlocked|lockedexception|failed to unlock the (collection|keyring)"
        r"|failed to create the collection|gpg: decryption failed",
        "store.locked",
        "store.none",
        apart="`registry-wizard doctor` stores a trial entry and reads it back: a locked store "
        "says so, where there is none nothing answers.",
    ),
    says(r"nokeyringerror|no recommended backend was available", "store.none"),
    warns(
        r"stored unencrypted|storing credentials in plain ?text",
        "store.plaintext",
    ),
)

_FILES: Final = (
    says(
        r"error (parsing|loading) config file|invalid auth configuration file"
        r"|(reading|unmarshaling) json (file|at) \"[^\"]*(auth|config)\.json"
        r"|invalidconfigfile|invalid configuration for registry"
        r"|configfile\.configfile|illegal base64 data at input",
        "config.docker-malformed",
    ),
    tells(
        r"(config|auth)\.json\S*: (permission denied|read-only file system)"
        r"|config\.json.*(invalid cross-device link|resource busy)"
        r"|mkdir \S*\.docker: (permission denied|read-only file system)",
        "config.docker-unwritable",
    ),
    says(
        r"found an empty credential entry .*unhandled credsstore",
        "login.missing",
        "config.podman-shadows",
        apart="`registry-wizard doctor` looks for the login as docker does and as Podman does, "
        "and says when only one of them finds it.",
    ),
)

SAYINGS: Final[tuple[Saying, ...]] = (*_HELPERS, *_STORES, *_FILES)
