"""What people type for a registry: understood and mended, or refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wizard.core.names import is_host, is_path
from wizard.core.prefix import PrefixError
from wizard.registries import REGISTRIES, for_host, parse_destination, parse_prefix

ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
F64 = "sha256:" + "f" * 64

UNDERSTOOD = [
    # typed, prefix, image
    ("ghcr.io/acme", "ghcr.io/acme", ""),
    ("  ghcr.io/acme\n", "ghcr.io/acme", ""),
    ("'ghcr.io/acme'", "ghcr.io/acme", ""),
    ("`ghcr.io/acme`,", "ghcr.io/acme", ""),
    ("GHCR.io/Acme/", "ghcr.io/acme", ""),
    ("https://ghcr.io/acme", "ghcr.io/acme", ""),
    ("HTTP://ghcr.io/acme//", "ghcr.io/acme", ""),
    ("oci://ghcr.io/acme", "ghcr.io/acme", ""),
    ("//ghcr.io/acme", "ghcr.io/acme", ""),
    ("ghcr.io//acme", "ghcr.io/acme", ""),
    ("ghcr.io\\acme", "ghcr.io/acme", ""),
    ("ghcr.io:443/acme", "ghcr.io/acme", ""),
    ("ghcr.io./acme", "ghcr.io/acme", ""),
    ("ghcr.io/\u200bacme", "ghcr.io/acme", ""),
    ("ghcr.io/acme/app", "ghcr.io/acme", "app"),
    ("ghcr.io/acme/app:1", "ghcr.io/acme", "app"),
    (f"ghcr.io/acme/app@{F64}", "ghcr.io/acme", "app"),
    (f"ghcr.io/acme/team/app:V1@{F64}", "ghcr.io/acme", "team/app"),
    ("github.com/acme", "ghcr.io/acme", ""),
    ("https://github.com/Acme/repo?tab=readme#x", "ghcr.io/acme", ""),
    ("https://github.com/orgs/acme/packages", "ghcr.io/acme", ""),
    ("https://github.com/users/octo/packages/container/package/app", "ghcr.io/octo", "app"),
    ("https://github.com/orgs/a/packages/container/x%2Fapp/settings", "ghcr.io/a", "x/app"),
    ("https://github.com/acme/repo/pkgs/container/app/123", "ghcr.io/acme", "app"),
    ("docker.pkg.github.com/acme/repo/app:1", "ghcr.io/acme", "app"),
    ("acme", "docker.io/acme", ""),
    ("Acme", "docker.io/acme", ""),
    ("acme/app:1", "docker.io/acme", "app"),
    ("docker.io/acme", "docker.io/acme", ""),
    ("docker.io/acme/app", "docker.io/acme", "app"),
    ("index.docker.io/acme", "docker.io/acme", ""),
    ("registry-1.docker.io/acme", "docker.io/acme", ""),
    ("https://hub.docker.com/r/acme/app/tags", "docker.io/acme", "app"),
    ("hub.docker.com/u/acme", "docker.io/acme", ""),
    ("hub.docker.com/orgs/acme/repositories", "docker.io/acme", ""),
    ("https://hub.docker.com/repository/docker/acme/app/general", "docker.io/acme", "app"),
    (ECR, ECR, ""),
    (f"https://{ECR}/", ECR, ""),
    (f"{ECR}/team", f"{ECR}/team", ""),
    (f"{ECR}/team/app:1", f"{ECR}/team", "app"),
    (f"{ECR}/app:1", ECR, "app"),
    ("public.ecr.aws/a1b2c3d4", "public.ecr.aws/a1b2c3d4", ""),
    ("public.ecr.aws/a1b2c3d4/team/app:1", "public.ecr.aws/a1b2c3d4", "team/app"),
    ("https://gallery.ecr.aws/a1b2c3d4/app", "public.ecr.aws/a1b2c3d4", "app"),
    ("us-docker.pkg.dev/proj-1/images", "us-docker.pkg.dev/proj-1/images", ""),
    ("us-docker.pkg.dev/proj-1/images/a/b:1", "us-docker.pkg.dev/proj-1/images", "a/b"),
    (
        "europe-west12-docker.pkg.dev/example.com:proj-1/images/app",
        "europe-west12-docker.pkg.dev/example.com/proj-1/images",
        "app",
    ),
    ("docker.us-central1.rep.pkg.dev/p-roj1/i", "docker.us-central1.rep.pkg.dev/p-roj1/i", ""),
    ("localhost:30000", "localhost:30000", ""),
    ("localhost:30000/app:1", "localhost:30000", "app"),
    ("http://127.0.0.1:5000/", "127.0.0.1:5000", ""),
    ("registry:5000", "registry:5000", ""),
    ("[::1]:5000/team", "[::1]:5000/team", ""),
    ("registry.example.com/team", "registry.example.com/team", ""),
    ("registry.example.com/team/app:1", "registry.example.com/team", "app"),
    ("https://registry.example.com/v2/", "registry.example.com", ""),
    ("quay.io/acme", "quay.io/acme", ""),
    ("docker pull ghcr.io/acme/app:1", "ghcr.io/acme", "app"),
    ("$ sudo docker push acme/app", "docker.io/acme", "app"),
    ("docker run --platform linux/amd64 acme/app", "docker.io/acme", "app"),
    ("docker build -t ghcr.io/acme/app:1 .", "ghcr.io/acme", "app"),
    ("podman login -u octo registry.example.com/team", "registry.example.com/team", ""),
    ('registry="ghcr.io/acme",', "ghcr.io/acme", ""),
    ("registry: ghcr.io/acme", "ghcr.io/acme", ""),
    ("export FLYTE_IMAGE_REGISTRY=ghcr.io/acme", "ghcr.io/acme", ""),
    ("FROM ghcr.io/acme/app:1 AS build", "ghcr.io/acme", "app"),
]

REFUSED = [
    # typed, cause, a word of the reason, suggestion
    ("", "invalid", "nothing", "ghcr.io/OWNER"),
    (" \n ", "invalid", "nothing", "ghcr.io/OWNER"),
    ("ghcr.io", "incomplete", "organisation", "ghcr.io/OWNER"),
    ("https://ghcr.io/", "incomplete", "organisation", "ghcr.io/OWNER"),
    ("ghcr", "incomplete", "not yet", "ghcr.io/OWNER"),
    ("docker.io", "incomplete", "Docker ID", "docker.io/NAMESPACE"),
    ("https://index.docker.io/v1/", "incomplete", "Docker ID", "docker.io/NAMESPACE"),
    ("https://hub.docker.com", "incomplete", "Docker ID", "docker.io/NAMESPACE"),
    ("docker login", "incomplete", "Docker ID", "docker.io/NAMESPACE"),
    ("docker.io/a/b/c", "invalid", "exactly one", "docker.io/a"),
    ("a/b/c", "invalid", "exactly one", "docker.io/a"),
    ("docker.io/library/redis", "invalid", "Docker itself", ""),
    ("hub.docker.com/_/redis", "invalid", "Docker's own", ""),
    ("redis:7", "invalid", "Docker's own", ""),
    ("docker.io/me@example.com", "invalid", "digest", ""),
    ("12345.dkr.ecr.us-east-1.amazonaws.com", "invalid", "12 digits", ""),
    ("dkr.ecr.us-east-1.amazonaws.com", "incomplete", "account", ECR),
    ("123456789012.dkr.ecr.us-east-1.amazonaws.co", "invalid", "Amazon", ECR),
    ("public.ecr.aws", "incomplete", "alias", "public.ecr.aws/ALIAS"),
    ("public.ecr.aws/1abc", "invalid", "begins with a letter", ""),
    ("us-docker.pkg.dev", "incomplete", "project", "us-docker.pkg.dev/PROJECT/REPOSITORY"),
    ("us-docker.pkg.dev/proj-1", "incomplete", "repository", "us-docker.pkg.dev/proj-1/REPOSITORY"),
    ("us-docker.pkg.dev/123456789012/i", "invalid", "number", ""),
    ("us-docker.pkg.dev/ab/i", "invalid", "6 to 30", ""),
    ("us.pkg.dev/proj-1/i", "invalid", "Google", "LOCATION-docker.pkg.dev/PROJECT/REPOSITORY"),
    ("gcr.io/proj-1", "invalid", "shut down", "us-docker.pkg.dev/proj-1/REPOSITORY"),
    ("eu.gcr.io/proj-1/app:1", "invalid", "shut down", "europe-docker.pkg.dev/proj-1/REPOSITORY"),
    ("gchr.io/acme", "invalid", "ghcr.io", "ghcr.io/acme"),
    ("ghrc.io/acme", "invalid", "ghcr.io", "ghcr.io/acme"),
    ("ghcr.com/acme", "invalid", "ghcr.io", "ghcr.io/acme"),
    ("dockr.io/acme", "invalid", "docker.io", "docker.io/acme"),
    ("public.ecr.was/a1b2", "invalid", "public.ecr.aws", "public.ecr.aws/a1b2"),
    ("ghcr.\u0456o/acme", "invalid", "cyrillic", "ghcr.io/acme"),
    ("ghcr.io/\u0430cme", "invalid", "cyrillic", "ghcr.io/acme"),
    ("\uff47hcr.io/acme", "invalid", "fullwidth", "ghcr.io/acme"),
    ("ghcr.io/m\u00fcller", "invalid", "diaeresis", ""),
    ("ghcr.io/acme.io", "invalid", "GitHub name", ""),
    ("ghcr.io/" + "a" * 40, "invalid", "39", ""),
    ("a b", "invalid", "spaces", ""),
    ("ghcr.io/ac\x1b[31mme", "invalid", "control character", ""),
    ("[red]x[/red]", "invalid", "host name", ""),
    ("ghcr.io/[bold]acme", "invalid", "GitHub name", ""),
    ("https://octo:hunter2@ghcr.io/acme", "invalid", "password", ""),
    ("ftp://ghcr.io/acme", "invalid", "ftp://", ""),
    ("ghcr.io/acme/app@sha256:12", "invalid", "digest", ""),
    ("ghcr.io/acme/app:b~d", "invalid", "tag", ""),
    ("ghcr.io/acme/a..b", "invalid", "name of an image", ""),
    ("test.com:tag", "invalid", "port", ""),
    ("registry.example.com:99999/x", "invalid", "host name", ""),
    ("registry.example.com/" + "a-" * 120, "invalid", "lower-case", ""),
    ("registry.example.com/" + "a" * 240, "invalid", "255", ""),
    ("x" * 3000, "invalid", "too long", ""),
    ("[::1", "invalid", "host name", ""),
    ("fd00::1/x", "invalid", "host name", ""),
]


@pytest.mark.parametrize(("typed", "prefix", "image"), UNDERSTOOD)
def test_what_people_type_is_understood(typed: str, prefix: str, image: str) -> None:
    found = parse_destination(typed)

    assert str(found.prefix) == prefix
    assert found.image == image
    assert found.prefix.kind == for_host(found.prefix.host).kind


@pytest.mark.parametrize(("typed", "cause", "word", "suggestion"), REFUSED)
def test_what_names_no_destination_is_refused_with_the_reason(
    typed: str, cause: str, word: str, suggestion: str
) -> None:
    with pytest.raises(PrefixError) as refusal:
        parse_prefix(typed)

    assert refusal.value.cause == f"reference.{cause}"
    assert word in refusal.value.reason
    assert refusal.value.suggestion == suggestion
    assert refusal.value.reason.isprintable()


@pytest.mark.parametrize(
    ("typed", "mends"),
    [
        ("ghcr.io/acme", ()),
        (
            "https://GHCR.io/Acme/",
            ("left out https://", "wrote it in lower case", "left out a slash"),
        ),
        ("acme", ("a name without a host is one on Docker Hub: docker.io/acme",)),
        ("github.com/acme", ("images of github.com are at ghcr.io",)),
        ("ghcr.io/acme/app:1", ("took app for the name of your image", "left out the tag 1")),
        (
            "ghcr.io.example.com/x",
            ("ghcr.io.example.com is not ghcr.io: a login would go to somebody else",),
        ),
    ],
)
def test_every_mend_is_told(typed: str, mends: tuple[str, ...]) -> None:
    assert parse_prefix(typed)[1] == mends


def test_the_password_of_a_pasted_command_is_never_shown() -> None:
    typed = "docker login -u octo.example -p hunter.2/x registry.example.com"

    prefix, mends = parse_prefix(typed)

    assert str(prefix) == "registry.example.com"
    assert "hunter" not in " ".join(mends)
    with pytest.raises(PrefixError) as refusal:
        parse_prefix("docker login -u octo -p hunter2")
    assert "hunter" not in refusal.value.reason


@pytest.mark.parametrize(
    "host",
    [
        "123456789012.dkr.ecr.us-east-1.amazonaws.com",
        "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
        "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu",
        "123456789012.dkr-ecr.eu-west-1.on.aws",
        "123456789012.dkr-ecr-fips.us-east-1.on.aws",
        "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn",
        "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov",
        "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
        "123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
        "123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
    ],
)
def test_amazon_is_known_in_every_partition(host: str) -> None:
    assert parse_prefix(host)[0].kind == "ecr"


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("ghcr.io", "ghcr"),
        ("docker.io", "dockerhub"),
        ("registry-1.docker.io", "dockerhub"),
        ("public.ecr.aws", "ecr-public"),
        ("us-docker.pkg.dev", "gar"),
        ("gcr.io", "gar"),
        ("eu.gcr.io", "gar"),
        ("notgcr.io", "other"),
        ("localhost:5000", "other"),
        ("ghcr.io:5000", "other"),
        ("containers.acme.ghe.com", "other"),
        ("dkr.ecr.example.com", "other"),
    ],
)
def test_the_host_tells_the_kind(host: str, kind: str) -> None:
    assert for_host(host).kind == kind


def _is_well_put(refusal: PrefixError) -> None:
    assert refusal.cause in ("reference.invalid", "reference.incomplete")
    assert refusal.reason
    assert refusal.reason.isprintable()
    assert refusal.suggestion.isprintable()


def _parses_or_refuses(text: str) -> None:
    try:
        prefix, mends = parse_prefix(text)
    except PrefixError as refusal:
        _is_well_put(refusal)
        return
    assert is_host(prefix.host)
    assert prefix.path == "" or is_path(prefix.path)
    again, warnings = parse_prefix(str(prefix))
    assert again == prefix
    # Nothing is left to mend; that a host only looks like a known one is said each time.
    assert set(warnings) <= set(mends)
    assert all("would go to somebody else" in warning for warning in warnings)
    assert str(prefix.repository("x")).startswith(str(prefix))


@given(st.text(max_size=60))
@example("ghcr.io.ghcr.io")
@example("ghcr.io/acme\ud800")
@example("docker ")
@example("docker login ''")
@example("https://")
@example("registry=")
@example("[]:1/")
@example("[:443")
@example(":443")
@example("0:443/0")
def test_any_text_is_mended_to_a_valid_prefix_or_refused(text: str) -> None:
    _parses_or_refuses(text)


WORDS = ["ghcr.io", "docker.io", "gcr.io", ECR, "us-docker.pkg.dev", "public.ecr.aws", "localhost"]
pieces = st.sampled_from(
    [
        *WORDS,
        *["github.com", "hub.docker.com", "acme", "App", "r", "v1", "v2", "library", "1", "443"],
        *["/", "/", "/", ":", "@", ".", "-", "_", "%2f", "?", "#", " ", "https://", '"', "\\"],
        *["docker pull ", "docker login ", "-p ", "registry=", F64, "orgs/", "[::1]"],
        *["packages/container/", "pkgs/container/"],
    ]
)


@given(st.lists(pieces, max_size=8).map("".join))
def test_any_text_made_of_usual_pieces_is_mended_or_refused(text: str) -> None:
    _parses_or_refuses(text)


labels = st.text("abcxyz019", min_size=1, max_size=6)


@given(labels, st.sampled_from(["", " ", "\t"]), st.booleans(), st.booleans())
def test_mends_do_not_change_where_images_go(
    owner: str, space: str, is_address: bool, is_loud: bool
) -> None:
    typed = f"{'https://' if is_address else ''}ghcr.io/{owner}/"
    typed = space + (typed.upper().replace("HTTPS", "https") if is_loud else typed) + space

    assert str(parse_prefix(typed)[0]) == f"ghcr.io/{owner}"


def test_every_kind_is_offered_once_and_other_comes_last() -> None:
    kinds = [provider.kind for provider in REGISTRIES]

    assert kinds == ["ghcr", "dockerhub", "ecr", "ecr-public", "gar", "other"]
