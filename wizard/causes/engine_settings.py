"""Causes of the family `engine`, continued: what an engine's own files decide.

Seen with Podman 4.3.1; files and their grammar: containers/image's docs folder.
"""

from __future__ import annotations

from wizard.core.diagnosis import Cause, Fix

_WITHOUT = Fix(
    "Let the wizard push its test image without an engine",
    command="registry-wizard setup --engine none",
)

CAUSES = (
    Cause(
        id="engine.settings-invalid",
        summary="{engine|The engine} cannot use its own settings",
        explanation=(
            "Before it does anything, an engine reads files of its own: which registries it may "
            "talk to, whose images it accepts, where it keeps them. One of these files is missing, "
            "has a slip in its form, or names something that is not there, and the engine stops. "
            "Neither the registry nor your login has anything to do with it."
        ),
        evidence="The engine's own message names the file, or what it could not read there.",
        fixes=(
            Fix(
                "Mend the file that it names, or put it aside: the engine then uses its defaults",
                url="https://github.com/containers/image/tree/main/docs",
            ),
            _WITHOUT,
        ),
        told_apart=("engine.endpoint-invalid", "config.docker-malformed"),
    ),
    Cause(
        id="engine.policy",
        summary="A rule on this machine keeps {engine|the engine} from it",
        explanation=(
            "An engine can have rules of its own: registries that it may not talk to, images that "
            "it may not pass on unless they are signed, a plugin that decides who may do what. "
            "One of them is against this. The registry has no part in it."
        ),
        evidence="The engine refused before it sent anything, and its words name the rule.",
        fixes=(
            Fix(
                "Ask whether the rule is meant for you, and whether you can be let through.",
                ask="whoever looks after this machine",
            ),
            _WITHOUT,
        ),
        told_apart=("push.policy", "engine.registry-unreachable"),
    ),
)
