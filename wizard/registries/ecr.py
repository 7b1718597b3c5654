"""Amazon ECR: names, endpoints and what its refusals mean (registries.md C)."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fault, Fix, Sign, Stage
from wizard.core.fields import Field
from wizard.core.names import Repository, is_path
from wizard.core.ports import PullToken
from wizard.core.prefix import Prefix, incomplete, invalid
from wizard.core.secret import Credential
from wizard.core.typed import shown
from wizard.registries.generic import OciRegistry

_SUFFIXES = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "on.aws",
    "on.amazonwebservices.com.cn",
    "sc2s.sgov.gov",
    "c2s.ic.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
)
_SUFFIX = "|".join(re.escape(suffix) for suffix in _SUFFIXES)
_REGION = r"[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}"
_HOST = re.compile(rf"(\d{{12}})\.dkr[.-]ecr(-fips)?\.({_REGION})\.(?:{_SUFFIX})")
_OURS = re.compile(rf"(?:.+\.)?(?:dkr[.-])?ecr(?:-fips)?\.[a-z0-9-]+\.(?:{_SUFFIX})")
_ACCOUNT_FIRST = re.compile(r"\d+\.dkr[.-]ecr\b.*")

# The suffix follows from the partition, and that from the region (botocore partitions.json).
_SUFFIX_OF_REGION: Final = (
    ("cn-", "amazonaws.com.cn"),
    ("eusc-", "amazonaws.eu"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("us-iso-", "c2s.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
)
EXAMPLE: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com"

_EXPIRED: Final = r"authorization token has expired"

ECR_SIGNS: Final = (
    Sign("login.expired", message=_EXPIRED, source="registries.md C2, C7 row 2"),
    Sign(
        "login.rejected",
        message=r"authorization token is invalid",
        source="registries.md C2",
    ),
    Sign("login.missing", message=r"no basic auth credentials", source="registries.md C7 row 1"),
    Sign(
        "login.cloud-denied",
        message=r"not authorized to perform: (ecr:GetAuthorizationToken|sts:)",
        source="registries.md C3",
    ),
    Sign(
        "push.not-permitted",
        stages=PUSH_STAGES,
        message=r"not authorized to perform: ecr:",
        source="registries.md C7 rows 4 and 5",
    ),
    Sign(
        "push.repository-missing",
        stages=PUSH_STAGES,
        codes=frozenset({"NAME_UNKNOWN"}),
        source="registries.md C7 row 3",
    ),
    Sign(
        "push.repository-missing",
        stages=PUSH_STAGES,
        message=r"repository with name .* does not exist",
        source="registries.md C7 row 3, as an engine tells it",
    ),
    Sign(
        "pull.never-anonymous",
        stages=PULL_STAGES | {Stage.TOKEN},
        statuses=frozenset({401, 403}),
        faults=frozenset({Fault.NONE}),
        authenticated=False,
        source="registries.md C6",
    ),
)


SHORT_LIVED: Final = "Amazon's logins end after 12 hours"


def wrong_account(text: str) -> str:
    """What is wrong with an AWS account id, or nothing."""
    if re.fullmatch(r"\d{12}", text.strip()):
        return ""
    return "an AWS account id has exactly 12 digits"


def wrong_region(text: str) -> str:
    """What is wrong with an AWS region, or nothing."""
    if re.fullmatch(_REGION, text.strip().lower()):
        return ""
    return "a region is written like us-east-1"


def wrong_folder(text: str) -> str:
    """What is wrong with the path before the image's name, or nothing."""
    path = text.strip().strip("/").lower()
    if not path or is_path(path):
        return ""
    return "lower-case letters and digits, with single dots, dashes, underscores or slashes"


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

    def claims(self, host: str) -> bool:
        return bool(
            _HOST.fullmatch(host) or _OURS.fullmatch(host) or _ACCOUNT_FIRST.fullmatch(host)
        )

    def prefix(self, host: str, path: str) -> Prefix:
        if _HOST.fullmatch(host):
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

    def pull_token(self, repository: Repository) -> PullToken:
        return PullToken(
            "no secret at all: the cluster's own role pulls, and its logins renew themselves",
            username="AWS",
            lasts="12 hours, as every login to Amazon's registries",
            fixes=(
                Fix(
                    "Which rights the role of the cluster's nodes needs",
                    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_EKS.html",
                ),
            ),
        )

    def unfit_for_clusters(self, credential: Credential) -> str:
        return SHORT_LIVED if credential.username == "AWS" else ""

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        return (
            Fix("Nobody can make it public: let the cluster's own role pull it"),
            Fix("Or push to Amazon ECR Public or another registry that can be public"),
        )


def suffix_of(region: str) -> str:
    """The domain of a region's partition."""
    found = (suffix for start, suffix in _SUFFIX_OF_REGION if region.startswith(start))
    return next(found, "amazonaws.com")
