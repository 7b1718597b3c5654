"""Causes of the family `store`: where logins are kept, and the programs that keep them.

Texts and fixes: credentials.md 2, 3 and 6.
"""

from __future__ import annotations

from wizard.causes.clouds import NO_CLOUD
from wizard.core.diagnosis import Cause, Fix

CAUSES = (
    Cause(
        id="store.helper-missing",
        summary="The credential helper {helper|that is configured} is not on PATH",
        explanation=(
            "A credential helper is a small program that keeps logins in a safe place; docker's "
            "config.json names it, and docker runs it as `docker-credential-NAME`. The one that "
            "stands there cannot be found. This is usual after Docker Desktop was removed, or "
            "where the file was copied from another machine."
        ),
        evidence="config.json names the helper, and no such program is on PATH.",
        fixes=(
            Fix(
                "Install the usual helpers",
                command="sudo apt-get install golang-docker-credential-helpers",
                system="linux",
                cloud=NO_CLOUD,
            ),
            Fix(
                "Install the helper for the macOS keychain",
                command="brew install docker-credential-helper",
                system="darwin",
                cloud=NO_CLOUD,
            ),
            Fix(
                "Add Docker Desktop's programs to PATH, in this shell",
                command=r'$env:PATH += ";C:\Program Files\Docker\Docker\resources\bin"',
                system="win32",
                cloud=NO_CLOUD,
            ),
            Fix(
                "Where it is the wizard's own (registry-wizard): take back what names it",
                command="registry-wizard undo --all --yes",
            ),
            Fix('Or remove the line that names it ("credsStore" or "credHelpers") from the file.'),
        ),
        told_apart=("store.helper-failing", "login.missing"),
    ),
    Cause(
        id="store.helper-failing",
        summary="The credential helper {helper|that is configured} failed: "
        "{message|it gave no usable answer}",
        explanation=(
            "A credential helper is a small program that keeps logins in a safe place. It was "
            "found and started, but ended with an error or answered something that is no "
            "login. Docker then goes on without a login, and the registry refuses it later."
        ),
        evidence="The helper ended with an error, or its answer is not what the protocol says.",
        fixes=(
            Fix(
                "Ask it yourself, and see what it says",
                command="docker-credential-{helper|NAME} list",
            ),
            Fix("Keep this login elsewhere", command="registry-wizard setup --store keyring"),
            Fix(
                "Under WSL, where its name ends in .exe: it needs Windows to be reachable; start "
                "Docker Desktop and switch on its WSL integration for this distribution."
            ),
        ),
        told_apart=("store.helper-missing", "store.locked", "store.helper-hung"),
    ),
    Cause(
        id="store.helper-hung",
        summary="The credential helper {helper|that is configured} does not answer",
        explanation=(
            "A credential helper is a small program that keeps logins in a safe place. This one "
            "was started and gave no answer in time, so it was stopped. It often waits for a "
            "window that nobody sees, as over SSH, or for a service that hangs. Docker itself "
            "would wait for it without end."
        ),
        evidence="The helper was still running when its deadline passed.",
        fixes=(
            Fix(
                "Run it in a terminal of the desktop, where its window can appear",
                command="docker-credential-{helper|NAME} list",
            ),
            Fix("Keep this login elsewhere", command="registry-wizard setup --store keyring"),
            Fix('Or remove the line that names it ("credsStore" or "credHelpers") from the file.'),
        ),
        told_apart=("store.helper-failing", "store.locked"),
    ),
    Cause(
        id="store.locked",
        summary="The login store is locked, or was never set up",
        explanation=(
            "Logins are kept in a store that opens with your desktop login, a password or a GPG "
            "key. It is closed now, as is usual over SSH, or nobody has initialised it yet. Some "
            "helpers report a locked store as if there were no login in it."
        ),
        evidence="The store itself says that it is locked or not initialised.",
        fixes=(
            Fix(
                "Unlock it by logging in to the desktop, or start one in this shell",
                command="dbus-run-session -- sh -c 'gnome-keyring-daemon --unlock; exec $SHELL'",
                system="linux",
            ),
            Fix(
                "For pass: initialise it with your GPG key (GPG-ID stands for the key's id)",
                command="pass init GPG-ID",
                system="linux",
            ),
            Fix("Unlock the keychain", command="security unlock-keychain", system="darwin"),
            Fix("Keep the login for this run only", command="registry-wizard setup --store none"),
        ),
        told_apart=("store.helper-failing", "store.helper-hung", "store.none"),
    ),
    Cause(
        id="store.plaintext",
        summary="The login lies unencrypted in {file|docker's config.json}",
        explanation=(
            "The user name and the token stand in that file in a form that anybody who can read "
            "the file can use; base64 is no encryption. That includes backups and every program "
            "that you run. A credential helper keeps them in the system's own store instead."
        ),
        evidence="The file has an entry with the login itself, not the name of a helper.",
        fixes=(
            Fix(
                "Move it to a helper or to the system's store",
                command="registry-wizard setup --store auto",
            ),
            Fix("Or use a token that expires soon and may do little."),
        ),
        told_apart=("store.none",),
        is_warning=True,
    ),
    Cause(
        id="store.none",
        summary="There is no safe store for logins here",
        explanation=(
            "Neither a credential helper nor a store of the operating system can be used on this "
            "machine, as is usual on servers and in containers. The login can be kept for this "
            "run only, or unencrypted in a file after you said yes to that very question."
        ),
        evidence="No helper passed a round trip, and the system offers no keyring.",
        fixes=(
            Fix(
                "Install a helper with an encrypted store, then initialise it",
                command="sudo apt-get install pass golang-docker-credential-helpers",
                system="linux",
            ),
            Fix("Keep the login for this run only", command="registry-wizard setup --store none"),
            Fix(
                "Keep it unencrypted, readable by you alone",
                command="registry-wizard setup --store plaintext",
            ),
        ),
        told_apart=("store.locked", "store.plaintext"),
    ),
)
