"""Every provider keeps the promises of the registry contract; a new one is found by itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import wizard.registries
from tests.contracts.registry_contract import Example, RegistryContract
from wizard.core.prefix import PrefixError
from wizard.registries import REGISTRIES, for_host
from wizard.registries.ecr import suffix_of
from wizard.registries.generic import OciRegistry, is_loopback

BY_KIND = {provider.kind: provider for provider in REGISTRIES}


class TestGhcr(RegistryContract):
    provider = BY_KIND["ghcr"]
    example = Example({"owner": "acme"}, "ghcr.io/acme", {"owner": "a b"})


class TestDockerHub(RegistryContract):
    provider = BY_KIND["dockerhub"]
    example = Example({"namespace": "acme"}, "docker.io/acme", {"namespace": "me@example.com"})


class TestEcr(RegistryContract):
    provider = BY_KIND["ecr"]
    example = Example(
        {"account": "123456789012", "region": "cn-north-1", "prefix": "team"},
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team",
        {"account": "1234", "region": "Frankfurt", "prefix": "a b"},
    )


class TestEcrPublic(RegistryContract):
    provider = BY_KIND["ecr-public"]
    example = Example({"alias": "a1b2c3d4"}, "public.ecr.aws/a1b2c3d4", {"alias": "1abc"})


class TestGar(RegistryContract):
    provider = BY_KIND["gar"]
    example = Example(
        {"location": "us-central1", "project": "proj-1", "gar_repository": "images"},
        "us-central1-docker.pkg.dev/proj-1/images",
        {"location": "us_central", "project": "123456789012", "gar_repository": "a/b"},
    )


class TestOther(RegistryContract):
    provider = BY_KIND["other"]
    example = Example(
        {"prefix": "registry.example.com/team"},
        "registry.example.com/team",
        {"prefix": "nodots/team"},
        foreign_hosts=(),
    )


def test_a_project_of_a_domain_and_an_ecr_without_a_folder_are_taken_apart_too() -> None:
    for kind, prefix in (
        ("gar", "us-docker.pkg.dev/example.com/proj-1/images"),
        ("ecr", "123456789012.dkr.ecr.us-east-1.amazonaws.com"),
    ):
        provider = BY_KIND[kind]
        host, _, path = prefix.partition("/")
        answers = provider.answers(provider.prefix(host, path))

        assert str(provider.compose(answers)) == prefix


def test_every_provider_in_the_folder_is_listed_and_has_its_contract() -> None:
    found = set()
    for module in pkgutil.iter_modules(wizard.registries.__path__):
        contents = importlib.import_module(f"wizard.registries.{module.name}")
        found |= {
            one
            for _, one in inspect.getmembers(contents, inspect.isclass)
            if issubclass(one, OciRegistry) and one is not OciRegistry
        }

    assert found == {type(provider) for provider in REGISTRIES}
    tested = {one.provider.kind for one in RegistryContract.__subclasses__()}
    assert tested == set(BY_KIND)


def test_docker_hub_has_other_names_in_config_files_and_on_the_wire() -> None:
    endpoint = for_host("docker.io").endpoint("docker.io")

    assert endpoint.base_url == "https://registry-1.docker.io"
    assert endpoint.config_key == "https://index.docker.io/v1/"
    assert endpoint.containers_key == "docker.io"
    assert endpoint.realms == ("https://auth.docker.io/token",)


@pytest.mark.parametrize(
    ("host", "realms"),
    [
        ("ghcr.io", ("https://ghcr.io/token",)),
        ("public.ecr.aws", ("https://public.ecr.aws/token/",)),
        ("us-docker.pkg.dev", ("https://us-docker.pkg.dev/v2/token",)),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com", ()),
        ("registry.example.com", ()),
    ],
)
def test_a_credential_may_go_to_the_registrys_own_token_service_only(
    host: str, realms: tuple[str, ...]
) -> None:
    assert for_host(host).endpoint(host).realms == realms


@pytest.mark.parametrize("host", ["localhost", "localhost:30000", "127.0.0.1:5000", "[::1]:5000"])
def test_plain_http_is_spoken_with_this_very_machine(host: str) -> None:
    assert for_host(host).endpoint(host).base_url == f"http://{host}"


@pytest.mark.parametrize(
    "host", ["localhost.example.com", "10.0.0.1:5000", "registry:5000", "128.0.0.1", "1127.0.0.1"]
)
def test_plain_http_is_spoken_with_nobody_else(host: str) -> None:
    assert not is_loopback(host)
    assert for_host(host).endpoint(host).base_url == f"https://{host}"


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("us-east-1", "amazonaws.com"),
        ("us-gov-west-1", "amazonaws.com"),
        ("cn-north-1", "amazonaws.com.cn"),
        ("eusc-de-east-1", "amazonaws.eu"),
        ("us-iso-east-1", "c2s.ic.gov"),
        ("us-isob-east-1", "sc2s.sgov.gov"),
        ("us-isof-south-1", "csp.hci.ic.gov"),
        ("eu-isoe-west-1", "cloud.adc-e.uk"),
    ],
)
def test_the_region_gives_the_partitions_domain(region: str, suffix: str) -> None:
    assert suffix_of(region) == suffix
    assert for_host(f"123456789012.dkr.ecr.{region}.{suffix}").kind == "ecr"


@pytest.mark.parametrize(
    ("host", "path", "suggestion"),
    [
        ("ghcr.io", "acme/app", "ghcr.io/acme"),
        ("docker.io", "acme/app", "docker.io/acme"),
        ("public.ecr.aws", "a1b2/app", "public.ecr.aws/a1b2"),
        ("us-docker.pkg.dev", "proj-1/images/app", "us-docker.pkg.dev/proj-1/images"),
    ],
)
def test_an_image_in_the_prefix_is_refused_with_the_prefix_before_it(
    host: str, path: str, suggestion: str
) -> None:
    with pytest.raises(PrefixError) as refusal:
        for_host(host).prefix(host, path)

    assert refusal.value.suggestion == suggestion


def test_a_packages_settings_page_differs_for_users_and_organisations() -> None:
    ghcr, repository = BY_KIND["ghcr"], TestGhcr().prefix.repository("team/app")

    of_user = ghcr.publish_fixes(repository, "user")
    of_organisation = ghcr.publish_fixes(repository, "organization")

    base = "https://github.com/{}/acme/packages/container/team%2Fapp/settings"
    assert of_user[0].url == base.format("users")
    assert of_organisation[0].url == base.format("orgs")
    assert "type team/app" in of_user[0].title
    assert "acme alone can do it" in of_user[0].title
    assert of_organisation[1].url == "https://github.com/organizations/acme/settings/packages"


def test_making_a_google_repository_public_is_one_complete_command() -> None:
    repository = (
        BY_KIND["gar"]
        .compose({"location": "us", "project": "example.com:proj-1", "gar_repository": "images"})
        .repository("app")
    )

    command = BY_KIND["gar"].publish_fixes(repository, "")[0].command

    assert "add-iam-policy-binding images --location=us --project=example.com:proj-1 " in command
