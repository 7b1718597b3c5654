"""Amazon ECR, private: ACCOUNT.dkr.ecr.REGION.amazonaws.com (registries.md C)."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.core.diagnosis import Fix
from wizard.core.fields import Field
from wizard.core.names import Repository
from wizard.core.ports import Endpoint, PullToken
from wizard.core.prefix import Prefix, incomplete, invalid
from wizard.core.secret import Credential
from wizard.core.typed import shown
from wizard.registries.ecr_places import (
    ACCOUNT_FIRST,
    EXAMPLE,
    HOST,
    OURS,
    suffix_of,
    wrong_account,
    wrong_folder,
    wrong_region,
)
from wizard.registries.ecr_signs import ECR_SIGNS
from wizard.registries.ecr_ways import PULL_TOKEN, WAYS_IN
from wizard.registries.generic import OciRegistry

__all__ = ["SHORT_LIVED", "Ecr", "suffix_of"]

SHORT_LIVED: Final = "Amazon's logins end after 12 hours"


class Ecr(OciRegistry):
    """ACCOUNT.dkr.ecr.REGION.amazonaws.com and its relatives in every partition."""

    kind = "ecr"
    title = "Amazon ECR"
    about = (
        "Private registry of an AWS account: never public, the cluster pulls by its own role.",
        "A repository must exist before the first push. Storage and transfer are paid for.",
    )
    fields = (
        Field(
            "account",
            "AWS account",
            example="123456789012",
            help="The 12 digits of the account that owns the registry.",
            check=wrong_account,
        ),
        Field("region", "Region", example="us-east-1", check=wrong_region),
        Field(
            "prefix",
            "Prefix of your repositories",
            example="team",
            help="Only if your repositories are called PREFIX/IMAGE.",
            check=wrong_folder,
            is_optional=True,
        ),
    )
    signs = ECR_SIGNS
    ways_in = WAYS_IN

    def claims(self, host: str) -> bool:
        return bool(HOST.fullmatch(host) or OURS.fullmatch(host) or ACCOUNT_FIRST.fullmatch(host))

    def prefix(self, host: str, path: str) -> Prefix:
        if HOST.fullmatch(host):
            return super().prefix(host, path)
        account, _, rest = host.partition(".")
        if not account.isdigit():
            raise incomplete("before .dkr.ecr the AWS account is missing", EXAMPLE)
        if wrong := wrong_account(account):
            raise invalid(f"{wrong}, and {shown(account)} has {len(account)}")
        raise invalid(f"{shown(rest)} is not how Amazon calls its registries", EXAMPLE)

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        account = answers.get("account", "").strip().replace("-", "")
        region = answers.get("region", "").strip().lower()
        path = answers.get("prefix", "").strip().strip("/").lower()
        if wrong := wrong_account(account) or wrong_region(region) or wrong_folder(path):
            raise invalid(wrong, EXAMPLE)
        return self.prefix(f"{account}.dkr.ecr.{region}.{suffix_of(region)}", path)

    def endpoint(self, host: str) -> Endpoint:
        return Endpoint(host, f"https://{host}", cloud_helpers=("ecr-login",), cloud="aws")

    def pull_token(self, repository: Repository) -> PullToken:
        return PULL_TOKEN

    def unfit_for_clusters(self, credential: Credential) -> str:
        return SHORT_LIVED if credential.username == "AWS" else ""

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        return (
            Fix("Nobody can make it public: let the cluster's own role pull it"),
            Fix("Or push to Amazon ECR Public or another registry that can be public"),
        )
