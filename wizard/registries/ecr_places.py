"""Amazon's hosts: account, region and partition out of a name, and back (registries.md C1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wizard.core.names import Repository, is_path

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
HOST: Final = re.compile(rf"(\d{{12}})\.dkr[.-]ecr(-fips)?\.({_REGION})\.(?:{_SUFFIX})")
OURS: Final = re.compile(rf"(?:.+\.)?(?:dkr[.-])?ecr(?:-fips)?\.[a-z0-9-]+\.(?:{_SUFFIX})")
ACCOUNT_FIRST: Final = re.compile(r"\d+\.dkr[.-]ecr\b.*")

# The suffix follows from the partition, and that from the region (botocore partitions.json).
_SUFFIX_OF_REGION: Final = (
    ("cn-", "amazonaws.com.cn"),
    ("eusc-", "amazonaws.eu"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("us-iso-", "c2s.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
)
_PARTITIONS: Final = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("eusc-", "aws-eusc"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
)
_CONSOLES: Final = {
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
EXAMPLE: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@dataclass(frozen=True)
class Place:
    """A repository as Amazon's management side knows it."""

    account: str
    region: str
    name: str
    is_fips: bool = False

    @property
    def arn(self) -> str:
        where = f"{partition_of(self.region)}:ecr:{self.region}:{self.account}"
        return f"arn:{where}:repository/{self.name}"

    @property
    def console(self) -> str:
        host = _CONSOLES.get(partition_of(self.region), "console.aws.amazon.com")
        path = f"ecr/repositories/private/{self.account}/{self.name}"
        return f"https://{host}/{path}?region={self.region}"

    @property
    def flags(self) -> str:
        return f"--repository-name {self.name} --region {self.region}"


def place_of(repository: Repository) -> Place:
    """Of a repository at a host that HOST matches."""
    found = HOST.fullmatch(repository.host)
    if found is None:
        raise ValueError(repository.host)
    return Place(found[1], found[3], repository.path, is_fips=bool(found[2]))


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


def suffix_of(region: str) -> str:
    """The domain of a region's partition."""
    found = (suffix for start, suffix in _SUFFIX_OF_REGION if region.startswith(start))
    return next(found, "amazonaws.com")


def partition_of(region: str) -> str:
    """`aws`, `aws-cn`, ...: the second word of every ARN there."""
    found = (name for start, name in _PARTITIONS if region.startswith(start))
    return next(found, "aws")
