"""Amazon ECR Public: names, endpoints and what its refusals mean (registries.md D)."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fix, Sign, Stage
from wizard.core.fields import Field
from wizard.core.names import Repository
from wizard.core.ports import Endpoint
from wizard.core.prefix import Prefix, incomplete, invalid
from wizard.core.secret import Credential
from wizard.registries.ecr import SHORT_LIVED
from wizard.registries.generic import OciRegistry, depth_split

HOST: Final = "public.ecr.aws"
DUAL_STACK_HOST: Final = "ecr-public.aws.com"
_ALIAS = re.compile(r"[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*")
_LONGEST_ALIAS = 50
_PREFIX_PARTS = 1
_EXPIRED = r"authorization token has expired"

_LOG_OUT = Fix("Forget the old login: public images need none", command=f"docker logout {HOST}")

ECR_PUBLIC_SIGNS: Final = (
    Sign(
        "pull.stale-login",
        stages=PULL_STAGES,
        message=_EXPIRED,
        fixes=(_LOG_OUT,),
        source="registries.md D6, D7 row 1",
    ),
    Sign("login.expired", message=_EXPIRED, fixes=(_LOG_OUT,), source="registries.md D6"),
    Sign(
        "login.rejected",
        message=r"authorization token is invalid",
        source="registries.md D2",
    ),
    Sign(
        "login.cloud-denied",
        message=r"sts:GetServiceBearerToken|ecr-public:GetAuthorizationToken",
        source="registries.md D7 row 2",
    ),
    Sign(
        "network.rate-limited",
        message=r"toomanyrequests|rate exceeded|data limit exceeded",
        source="registries.md D6",
    ),
    Sign(
        "login.missing",
        stages=PUSH_STAGES,
        message=r"no basic auth credentials|authentication required",
        authenticated=False,
        source="registries.md D7 row 7",
    ),
    Sign(
        "push.repository-missing",
        stages=PUSH_STAGES,
        codes=frozenset({"NAME_UNKNOWN"}),
        source="registries.md D7 row 5",
    ),
    Sign(
        "pull.missing-repository",
        stages=PULL_STAGES | {Stage.TOKEN},
        codes=frozenset({"NAME_UNKNOWN"}),
        source="registries.md D6: a missing repository is told from a private one, there is none",
    ),
)


def wrong_alias(text: str) -> str:
    """What is wrong with a registry alias, or nothing."""
    alias = text.strip().lower()
    if not alias:
        return "the alias of your public registry is missing"
    if not _ALIAS.fullmatch(alias) or len(alias) > _LONGEST_ALIAS:
        return "an alias begins with a letter and has 2 to 50 letters, digits and single . _ -"
    return ""


class EcrPublic(OciRegistry):
    """public.ecr.aws: always public, at once and for everybody."""

    kind = "ecr-public"
    title = "Amazon ECR Public"
    about = (
        "Everything pushed here is public at once and listed in Amazon's gallery. Free to pull.",
        "Belongs to an AWS account. A repository must exist before the first push.",
    )
    fields = (
        Field(
            "alias",
            "Registry alias",
            example="a1b2c3d4",
            help="Stands on the ECR console's Public registry page: public.ecr.aws/ALIAS.",
            check=wrong_alias,
        ),
    )
    signs = ECR_PUBLIC_SIGNS

    def claims(self, host: str) -> bool:
        return host in (HOST, DUAL_STACK_HOST)

    def from_page(self, host: str, path: str) -> tuple[str, str] | None:
        return (HOST, path) if host == "gallery.ecr.aws" else None

    def split_image(self, path: str, *, names_an_image: bool) -> tuple[str, str]:
        return depth_split(path, _PREFIX_PARTS)

    def prefix(self, host: str, path: str) -> Prefix:
        if not path:
            raise incomplete(f"after {HOST} your registry's alias is missing", f"{HOST}/ALIAS")
        if "/" in path:
            suggestion = f"{host}/{path.partition('/')[0]}"
            raise invalid("the image's name does not belong into the prefix", suggestion)
        if wrong := wrong_alias(path):
            raise invalid(wrong)
        return super().prefix(host, path)

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        return self.prefix(HOST, answers.get("alias", "").strip().lower())

    def endpoint(self, host: str) -> Endpoint:
        return Endpoint(host, f"https://{host}", realms=(f"https://{host}/token/",), service=host)

    def unfit_for_clusters(self, credential: Credential) -> str:
        return SHORT_LIVED if credential.username == "AWS" else ""

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        return ()
