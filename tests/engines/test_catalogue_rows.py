"""The failures of engines.md 4, row by row: the test that makes each happen, or why none can.

A row that is nobody's is a failure, and so is one that names a test that is not there. A test is
named by how its name begins, which must be enough to tell it from the others in its file; a fault
that is injected into a whole machine by the name of its case (`faults/engine.py#disk-full`).
"""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from tests.clients.test_credential_threats import named_tests

TESTS = Path(__file__).parents[1]
ROWS = tuple(
    f"E{number:02}"
    for number in chain(
        range(1, 28),  # reaching the engine
        range(30, 44),  # API version, contexts, client configuration
        range(45, 52),  # credential helpers
        range(60, 81),  # pushing
        range(85, 96),  # building and pulling
        range(100, 104),  # a daemon that will not start
        range(110, 116),  # containerd, LXD, Podman's command line
    )
)

REACHING = {
    "E01": ("socket missing", "faults/engine.py#dockerd-stopped"),
    "E02": ("socket left behind", "faults/engine.py#dockerd-crashed"),
    "E03": ("socket is a file", "faults/engine.py#socket-is-a-file"),
    "E04": ("socket of others", "engines/test_detect_alone.py::test_a_socket_of_a_group_that"),
    "E05": ("folder of others", "engines/test_detect_alone.py::test_a_closed_folder_on_the_way"),
    "E06": ("hung", "faults/engine.py#dockerd-frozen"),
    "E07": ("hung, backlog full", "faults/engine.py#nobody-takes-the-call"),
    "E08": ("forwarder alone", "faults/engine.py#forwarder-without-engine"),
    "E09": ("gRPC", "engines/test_detect.py::test_a_real_containerd_is_named_as_the_wrong"),
    "E10": ("LXD", "engines/test_docker_fingerprints.py::test_what_is_no_usable_engine_is_named"),
    "E11": ("a registry", "engines/test_detect.py::test_a_registry_behind_the_address_is_named"),
    "E12": ("tcp refused", "faults/engine.py#remote-port-closed"),
    "E13": ("tcp silent", "engines/test_detect.py::test_a_remote_engine_that_never_answers_is"),
    "E14": ("tcp, no such name", "faults/engine.py#remote-name-unknown"),
    "E15": ("TLS to plain", "engines/test_detect.py::test_tls_that_a_plain_engine_does_not_speak"),
    "E16": ("TLS variable", "engines/test_examine.py::test_a_left_over_tls_variable_is_a_warning"),
    "E17": ("TLS without host", "engines/test_docker_tls_trap.py::test_what_each_of_them_does_is"),
    "E18": ("ssh, no paramiko", "engines/test_docker_far.py::test_the_python_package_is_said_to"),
    "E19": ("ssh refused", "engines/test_docker_far.py::test_an_ssh_that_is_refused_says_why"),
    "E20": ("ssh, its words", "engines/test_detect.py::test_ssh_is_asked_as_docker_asks_it_and"),
    "E21": ("nonsense", "engines/test_detect.py::test_an_address_that_cannot_be_used_is_invalid"),
    "E22": ("npipe elsewhere", "faults/engine.py#host-variable-of-windows"),
    "E25": ("another answers", "journeys/test_causes_engine.py::test_the_chosen_endpoint_is_dead"),
    "E26": ("dangling link", "faults/engine.py#socket-link-dangles"),
}
CONFIGURATION = {
    "E30": ("API too new", "faults/engine.py#version-pinned-too-new"),
    "E31": ("API too old", "faults/engine.py#engine-of-2015"),
    "E32": ("SDK's floor", "faults/engine.py#engine-of-2015"),
    "E34": ("DOCKER_CONTEXT missing", "faults/engine.py#context-variable-unknown"),
    "E35": ("current context gone", "faults/engine.py#current-context-is-gone"),
    "E36": ("no config.json", "engines/test_docker_endpoints.py::test_a_context_is_found_without"),
    "E37": ("meta.json cut off", "faults/engine.py#context-file-cut-off"),
    "E38": ("no endpoint in it", "faults/engine.py#context-without-an-engine"),
    "E39": ("config.json cut off", "faults/config.py#cut-off"),
    "E40": ("not base64", "faults/config.py#login-is-not-base64"),
    "E41": ("no colon", "faults/config.py#login-without-a-colon"),
    "E42": ("entry is a text", "faults/config.py#login-is-a-text"),
    "E43": ("a list", "faults/config.py#a-list"),
    "E45": ("helper missing", "faults/store.py#default-helper-missing"),
    "E46": ("plain hidden", "clients/test_docker_config.py::test_docker_asks_one_helper_and"),
    "E47": ("another host's", "engines/test_docker_push.py::test_no_helper_is_asked_even_when"),
    "E48": ("no desktop session", "faults/store.py#no-session-bus"),
    "E49": ("pass not initialised", "faults/store.py#pass-never-set-up"),
    "E50": ("helper's nonsense", "faults/store.py#helper-prints-a-page"),
    "E51": ("not found", "clients/test_helper_protocol.py::test_no_login_is_told_apart_from_a"),
}
_CONTRACT = "contracts/engine_contract.py::test_a_refusal_is_evidence_that_names_the_cause"
_REFUSED = "engines/test_docker_refused.py::test_a_refusal_is_named_by_the_registrys_own_code"
_LAST_LINE = "engines/test_refusals.py::test_the_last_line_of_a_failed_push_is_named"
_DIES = "engines/test_docker_push.py::test_an_engine_that_dies_in_the_middle_is_an_interrupted"
_NETWORK = "engines/test_docker_and_the_network.py"
PUSHING = {
    "E60": ("nobody", _CONTRACT),
    "E61": ("wrong password", _CONTRACT),
    "E62": ("denied", _REFUSED),
    "E63": ("forbidden by a page", _LAST_LINE),
    "E64": ("no repository", _REFUSED),
    "E65": ("too large", _LAST_LINE),
    "E66": ("too many", _REFUSED),
    "E67": (
        "server error",
        "engines/test_docker_refused.py::test_a_refusal_that_the_engine_hides_is_given_up",
    ),
    "E68": ("a friendly page", _LAST_LINE),
    "E69": ("unsupported", _LAST_LINE),
    "E70": ("no such name", f"{_NETWORK}::test_a_name_that_the_engine_cannot_resolve_is_out"),
    "E71": ("refused", f"{_NETWORK}::test_a_registry_that_nobody_serves_is_out_of_its_reach"),
    "E72": ("plain HTTP", f"{_NETWORK}::test_a_registry_without_tls_is_refused_by_the_engine"),
    "E73": ("own authority", f"{_NETWORK}::test_a_private_authority_that_the_engine_does_not"),
    "E74": ("proxy down", "faults/engine.py#daemon-behind-a-dead-proxy"),
    "E76": ("name", "registries/test_parsing.py::test_what_names_no_destination_is_refused"),
    "E77": ("stopped midway", _DIES),
    "E78": ("killed midway", _DIES),
    "E79": ("registry stalls", "engines/test_docker_push.py::test_a_push_that_falls_silent_is_a"),
    "E80": ("disk full", "faults/engine.py#disk-full"),
}
_FOR_PLATFORM = "contracts/engine_contract.py::test_what_was_pushed_is_the_image_for_the_platform"
_ANY_MESSAGE = "causes/test_corpus.py::test_messages_of_the_references_rank_their_true_cause"
BUILDING = {
    "E88": ("exec format", "engines/test_podman_signs.py::test_other_trouble_is_named"),
    "E89": ("wrong platform", _FOR_PLATFORM),
    "E90": ("several platforms, by a recorded line", _ANY_MESSAGE),
    "E91": ("no buildx", "journeys/test_causes_engine.py::test_buildx_is_not_installed_and_the"),
    "E92": ("PAX, which a real dockerd would refuse", _FOR_PLATFORM),
    "E94": ("no buildkitd", "engines/test_containerd_nerdctl.py::test_by_a_stand_in_nerdctl_each"),
}
_CONTAINERD = "engines/test_containerd_contract.py"
OTHERS = {
    "E110": ("missing", "engines/test_containerd_detect.py::test_a_dead_one_and_a_missing_one"),
    "E111": ("hung", "engines/test_containerd_detect.py::test_a_frozen_one_is_not_answering"),
    "E112": ("ctr's push", f"{_CONTAINERD}::test_a_certificate_that_is_not_trusted_is_named"),
    "E113": ("LXD", "engines/test_lxd_real.py::test_a_user_outside_its_group_is_told_of_the_gr"),
    "E114": ("no service", "engines/test_podman_detect.py::test_the_socket_that_is_off_is_a_war"),
    "E115": ("machine, by a recorded line", _ANY_MESSAGE),
}
MADE_TO_HAPPEN = {**REACHING, **CONFIGURATION, **PUSHING, **BUILDING, **OTHERS}

_NO_BASE = "the wizard's image is FROM scratch, has no RUN and is never pulled by the engine"
CANNOT_HAPPEN = {
    "E23": "pipes are Windows' own; that they are asked is test_a_pipe_is_an_address_on_windows",
    "E24": "Windows' container mode, and its pipe that closes, are on no other system",
    "E27": "a WSL distribution cannot be run here; its stub of docker answers as E01 does",
    "E33": "the wizard never pins a version by a type of its own: it takes what the engine says",
    "E75": "the tag that is pushed was made by the build just before it",
    "E85": _NO_BASE,
    "E86": _NO_BASE,
    "E87": f"{_NO_BASE}, and its Dockerfile is the wizard's own",
    "E93": _NO_BASE,
    "E95": _NO_BASE,
    "E100": "the wizard starts no daemon and reads none's log; such a one is E01 to it",
    "E101": "as E100",
    "E102": "as E100",
    "E103": "as E100",
}

PROVEN = {
    "dockerd": "engines/test_contract.py::test_every_engine_is_listed_in_the_order_of_the_screen",
    "dockerd without root": "engines/test_docker_rootless.py::test_another_user_builds_and_push",
    "dockerd without root, TLS and login": "engines/docker_as_user.py::test_a_registry_with_tls",
    "podman without root": "engines/test_podman_rootless.py::test_another_user_builds_and_push",
    "podman, TLS and login": "engines/test_podman_push.py::test_a_ca_that_podman_does_not_know",
    "podman without root, TLS and login": "engines/podman_as_user.py::test_a_registry_with_tls",
    "containerd by ctr, TLS and login": f"{_CONTAINERD}::test_a_certificate_that_is_not_trusted",
    "docker in LXD, TLS and login": "engines/test_lxd_real.py::test_docker_in_an_instance_is",
}
"""Engines that run here. By ssh and by TLS: test_docker_far.py has the whole contract."""
CANNOT_BE_PROVEN = {
    "rootless Docker's own network": "slirp4netns opens /dev/net/tun, which this kind of machine "
    "shares with root alone: the daemon is run in the network that it is started in",
}


def is_there(named: str) -> bool:
    path, hash_, case = named.partition("#")
    if hash_:
        return len(re.findall(rf'Case\(\s*"{re.escape(case)}"', (TESTS / path).read_text())) == 1
    return len(named_tests(named)) == 1


def test_every_row_has_its_test_or_its_reason() -> None:
    rows = [*REACHING, *CONFIGURATION, *PUSHING, *BUILDING, *OTHERS, *CANNOT_HAPPEN]
    assert sorted(rows) == sorted(ROWS)


@pytest.mark.parametrize(
    "named", [named for _, named in MADE_TO_HAPPEN.values()], ids=[*MADE_TO_HAPPEN]
)
def test_the_test_of_a_failure_is_there(named: str) -> None:
    assert is_there(named)


@pytest.mark.parametrize("named", PROVEN.values(), ids=PROVEN)
def test_the_proof_of_an_engine_is_there(named: str) -> None:
    assert is_there(named)


@pytest.mark.parametrize("reason", [*CANNOT_HAPPEN.values(), *CANNOT_BE_PROVEN.values()])
def test_what_cannot_be_made_to_happen_says_why(reason: str) -> None:
    assert len(reason) > len("as E99")
