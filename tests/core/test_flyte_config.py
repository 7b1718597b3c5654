"""Endpoint, kind and builder decide whether images are built here at all."""

from __future__ import annotations

import pytest

from wizard.core.flyte_config import (
    Configuration,
    EndpointKind,
    Program,
    configuration,
    host_of,
    kind_of,
    need,
)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("serverless-1.us-east-2.s.union.ai", EndpointKind.SERVERLESS),
        ("serverless.union.ai", EndpointKind.SERVERLESS),
        ("serverless-1.evil.example", EndpointKind.OTHER),
        ("acme.hosted.unionai.cloud", EndpointKind.UNION),
        ("acme.union.ai:443", EndpointKind.UNION),
        ("localhost:30080", EndpointKind.DEMO),
        ("flyte.acme.example", EndpointKind.OTHER),
        ("", EndpointKind.NONE),
    ],
)
def test_an_endpoint_is_told_by_its_name(host: str, kind: EndpointKind) -> None:
    assert kind_of(host) is kind


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("dns:///Acme.hosted.unionai.cloud", "acme.hosted.unionai.cloud"),
        ("https://flyte.example:8443/console", "flyte.example:8443"),
        ("localhost:30080", "localhost:30080"),
        ("user:secret@host", ""),
        ("a b", ""),
        ("\x1b[31m", ""),
    ],
)
def test_only_the_host_of_an_endpoint_is_kept(endpoint: str, host: str) -> None:
    assert host_of(endpoint) == host


def of(builder: str, **environ: str) -> Configuration:
    values = {"admin.endpoint": "dns:///acme.hosted.unionai.cloud", "image.builder": builder}
    return configuration(Program.FLYTE, "/a/config.yaml", values, environ)


def test_a_remote_builder_needs_nothing_here_and_its_file_is_named() -> None:
    found = need([of("remote")])

    assert not found.is_needed
    assert "/a/config.yaml" in found.reason


def test_the_environment_beats_the_file() -> None:
    found = need([of("local", FLYTE_IMAGE_BUILDER="remote")])

    assert not found.is_needed
    assert "FLYTE_IMAGE_BUILDER" in found.reason


def test_one_program_that_builds_here_is_enough_to_need_it() -> None:
    assert need([of("remote"), of("local")]).is_needed
    assert need([]).is_needed


def test_the_demo_cluster_has_a_registry_of_its_own() -> None:
    values = {"admin.endpoint": "dns:///localhost:30080"}

    assert configuration(Program.FLYTE, "f", values, {}).registry == "localhost:30000"


def test_flytes_variables_mean_nothing_to_the_other_programs() -> None:
    found = configuration(Program.UNION, "f", {}, {"FLYTE_IMAGE_BUILDER": "remote"})

    assert found.builder == ""
