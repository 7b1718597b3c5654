"""Causes of the family `config`: the files that say where logins are, and the wizard's own.

Texts and fixes: credentials.md 1, engines.md E39 to E43, product.md section 8.
"""

from __future__ import annotations

from wizard.causes.shell import export, on_posix, set_aside, unset
from wizard.core.diagnosis import Cause, Fix

CAUSES = (
    Cause(
        id="config.docker-malformed",
        summary="{file|docker's config.json} cannot be read: {message|it is not valid}",
        explanation=(
            "This file says where the logins to registries are. It is damaged or holds "
            "something that does not belong there, often after an edit by hand or an interrupted "
            "write. Programs then go on without your logins, or stop. The wizard leaves the file "
            "as it is, since mending it by guessing could lose the logins."
        ),
        evidence="The file is not JSON, or one of its keys has the wrong shape.",
        fixes=(
            Fix("See where it breaks", command="python3 -m json.tool '{file|config.json}'"),
            *set_aside("Set it aside and start with an empty one", "{file|config.json}"),
        ),
        told_apart=("config.docker-unwritable",),
    ),
    Cause(
        id="config.docker-unwritable",
        summary="{file|docker's config.json} cannot be written: {message|permission denied}",
        explanation=(
            "The login would be entered in this file, and this user may not write it. It often "
            "belongs to root after a `sudo docker login`, or lies on a read-only or full disk. "
            "Nothing was changed."
        ),
        evidence="Opening the file or its folder for writing failed.",
        fixes=(
            *on_posix("Make the folder yours again", 'sudo chown -R "$USER" ~/.docker'),
            *export("Use another folder, in this shell", "DOCKER_CONFIG", "$HOME/.config/docker"),
            Fix(
                "Keep the login for this run only",
                command="registry-wizard setup --store none",
            ),
        ),
        told_apart=("config.docker-malformed",),
    ),
    Cause(
        id="config.environment-shadows",
        summary="{variable|An environment variable} overrides the login that is stored",
        explanation=(
            "A variable such as DOCKER_AUTH_CONFIG or REGISTRY_AUTH_FILE names logins too, and "
            "programs that know it use those first. A login that you store is then not the one "
            "that is sent. The variable often comes from a shell profile or a CI system."
        ),
        evidence="The variable is set and leads to another login for this registry.",
        fixes=(
            *unset("Forget the variable in this shell", "{variable|DOCKER_AUTH_CONFIG}"),
            Fix("Remove the line that sets it from your shell's profile."),
        ),
        told_apart=("config.podman-shadows",),
        is_warning=True,
    ),
    Cause(
        id="config.podman-shadows",
        summary="Podman's auth.json holds another login for {host|this registry} than docker's",
        explanation=(
            "Podman has a file of its own for logins and looks there before docker's config.json; "
            "docker never reads Podman's. So the two can be logged in as different users, and a "
            "push that works with one is refused with the other."
        ),
        evidence="Both files have an entry for this registry, and the logins differ.",
        fixes=(
            Fix(
                "Remove Podman's own login",
                command="podman logout --authfile {file|auth.json} {host}",
            ),
            Fix("Log in again, for both", command="registry-wizard setup"),
        ),
        told_apart=("config.environment-shadows",),
        is_warning=True,
    ),
    Cause(
        id="config.wizard-damaged",
        summary="The wizard's own file {file|config.toml} is damaged: {message|it cannot be read}",
        explanation=(
            "The wizard keeps its profiles in this file, and it can no longer be read. It was kept "
            "as it is and nothing was written over it. It never holds a secret, so it may be "
            "looked at, mended or shown to somebody."
        ),
        evidence="The file is not valid TOML, or a value in it has the wrong kind.",
        fixes=(
            *set_aside("Set it aside; the wizard then starts anew", "{file|config.toml}"),
            Fix("Use another file", command="registry-wizard --config other.toml"),
        ),
        told_apart=("config.wizard-newer",),
    ),
    Cause(
        id="config.wizard-newer",
        summary="{file|config.toml} was written by a newer version of the wizard",
        explanation=(
            "A newer registry-wizard has used this file, and this one does not know its format. "
            "It was kept as it is: writing it back could lose what the newer version added."
        ),
        evidence="The version that stands in the file is above the newest one known here.",
        fixes=(
            Fix("Update the wizard", command="python -m pip install --upgrade registry-wizard"),
            Fix("Use another file", command="registry-wizard --config other.toml"),
        ),
        told_apart=("config.wizard-damaged",),
    ),
    Cause(
        id="config.wizard-unwritable",
        summary="The wizard's own file {file|config.toml} cannot be written: "
        "{message|permission denied}",
        explanation=(
            "The wizard remembers profiles, proofs and where you stopped in this file, and this "
            "user may not write it, or its disk is full. What was proven in this run is true all "
            "the same; it will only not be remembered."
        ),
        evidence="Opening the file or its folder for writing failed.",
        fixes=(
            Fix("Use another file", command="registry-wizard --config other.toml"),
            *on_posix("See whose it is", "ls -ld '{file|config.toml}'"),
        ),
        told_apart=("config.wizard-damaged",),
    ),
)
