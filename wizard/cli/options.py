"""Every option, once: what argparse is told of it, whichever commands have it."""

from __future__ import annotations

import argparse

_SECONDS_AT_MOST = 3600.0


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _SECONDS_AT_MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, such as 10")
    return seconds


OPTIONS: dict[str, dict[str, object]] = {
    "json": {"action": "store_true", "help": "one JSON document on stdout and nothing else there"},
    "profile": {"metavar": "NAME", "help": "which profile; the current one unless given"},
    "config": {
        "metavar": "FILE",
        "help": "another configuration file (also REGISTRY_WIZARD_CONFIG)",
    },
    "sandbox": {
        "action": "store_true",
        "help": "against practice registries in this process: no account, no network, no engine",
    },
    "engine": {
        "choices": ("auto", "docker", "podman", "containerd", "lxd", "none"),
        "help": "which engine pushes; none is the wizard's own push (default: auto)",
    },
    "image": {
        "metavar": "NAME[:TAG]",
        "help": "the image whose path is proven: the name that your code will push "
        "(default: as found in the code here, else flytekit); the tag is a fresh wizard-check-… "
        "unless given",
    },
    "python": {
        "metavar": "FILE",
        "help": "the project's Python, whose SDK is looked at "
        "(default: $VIRTUAL_ENV, .venv, then python3)",
    },
    "platform": {
        "metavar": "OS/ARCH",
        "help": "what the cluster runs (default: linux/amd64)",
    },
    "username": {"metavar": "U", "help": "the user name of the login"},
    "password-stdin": {
        "action": "store_true",
        "help": "read the token or password from standard input; it is never on the command line",
    },
    "store": {
        "choices": ("auto", "helper", "keyring", "plaintext", "none"),
        "help": "where the login goes; auto never takes plaintext (default: auto)",
    },
    "create-repository": {
        "action": "store_true",
        "help": "consent to make a repository that must exist first",
    },
    "private": {
        "action": "store_true",
        "help": "the repository shall be private from the start, where the push would decide that "
        "by itself (Docker Hub); making it needs consent, as with --create-repository",
    },
    "make-public": {
        "action": "store_true",
        "help": "consent to make the image public where that can be done from here",
    },
    "grant-cluster": {
        "action": "store_true",
        "help": "consent to let the cluster's identity pull, where a policy must be changed",
    },
    "delete-image": {"action": "store_true", "help": "delete the test image in the end"},
    "cluster-account": {"metavar": "ID", "help": "the AWS account that the cluster runs in"},
    "cluster-principal": {
        "metavar": "ARN-or-email",
        "help": "the identity that the cluster pulls with",
    },
    "trust-realm": {
        "metavar": "URL",
        "help": "the registry sends clients to this token service elsewhere, and it is yours: "
        "logins for that registry may go there, from now on",
    },
    "push": {
        "action": "store_true",
        "help": "do the real test push as well; else rights are probed, leaving nothing",
    },
    "fix": {"action": "store_true", "help": "apply the fixes that the wizard can apply"},
    "yes": {"action": "store_true", "help": "consent to everything that would be asked"},
    "dry-run": {"action": "store_true", "help": "only show what would change"},
    "timeout": {
        "metavar": "SECONDS",
        "type": _seconds,
        "help": "for one probe (default: 10)",
    },
    "plain": {
        "action": "store_true",
        "help": "plain numbered questions instead of the app, for screen readers and simple "
        "terminals (also ACCESSIBLE=1, TERM=dumb)",
    },
    "anonymous": {
        "action": "store_true",
        "help": "in a report: hide the names of hosts, accounts, people and this machine",
    },
    "output": {
        "metavar": "FILE",
        "help": "save it as a new file, which `switch` points to the other registry later",
    },
    "all": {"action": "store_true", "help": "everything, not the last change only"},
    "message": {
        "metavar": "TEXT",
        "help": "what this error message can mean; - reads it from standard input",
    },
}

# Every name exists on every namespace, so that faces need not ask which command has which option.
DEFAULTS: dict[str, object] = {
    name.replace("-", "_"): False if row.get("action") == "store_true" else None
    for name, row in OPTIONS.items()
}
