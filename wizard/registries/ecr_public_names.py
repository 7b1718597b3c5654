"""An alias, and what stands behind it: Amazon ECR Public's names (registries.md D1)."""

from __future__ import annotations

import re
from typing import Final

from wizard.core.names import Repository

HOST: Final = "public.ecr.aws"
DUAL_STACK_HOST: Final = "ecr-public.aws.com"
GALLERY: Final = "gallery.ecr.aws"
REGION: Final = "us-east-1"
"""Wherever one is: the interface answers nowhere else."""
_ALIAS = re.compile(r"[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*")
_LONGEST_ALIAS: Final = 50


def wrong_alias(text: str) -> str:
    """What is wrong with a registry alias, or nothing."""
    alias = text.strip().lower()
    if not alias:
        return "the alias of your public registry is missing"
    if not _ALIAS.fullmatch(alias) or len(alias) > _LONGEST_ALIAS:
        return "an alias begins with a letter and has 2 to 50 letters, digits and single . _ -"
    return ""


def parts_of(repository: Repository) -> tuple[str, str]:
    """The alias, and the repository's name as the interface knows it."""
    alias, _, name = repository.path.partition("/")
    return alias, name


def gallery_page(repository: Repository) -> str:
    return f"https://{GALLERY}/{repository.path}"
