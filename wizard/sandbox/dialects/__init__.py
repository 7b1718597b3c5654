"""The practice registries: one file each, listed here. A new one is a file and a line.

Sources are the sections of registries.md named in each file. These are emulations.
"""

from __future__ import annotations

from wizard.sandbox.accounts import People
from wizard.sandbox.dialects.dialect import Dialect
from wizard.sandbox.dialects.dockerhub import DockerHub
from wizard.sandbox.dialects.ecr import Ecr
from wizard.sandbox.dialects.ecr_public import EcrPublic
from wizard.sandbox.dialects.gar import Gar
from wizard.sandbox.dialects.ghcr import Ghcr
from wizard.sandbox.dialects.plain import basic_registry, open_registry, token_registry
from wizard.sandbox.dialects.products import acr, harbor, quay


def practice_dialects(people: People) -> tuple[Dialect, ...]:
    """All of them, empty, over one set of accounts. The first is where a practice run begins."""
    return (
        Ghcr(people),
        open_registry(people),
        basic_registry(people),
        token_registry(people),
        Gar(),
        Ecr(),
        EcrPublic(),
        DockerHub(people),
        harbor(people),
        acr(people),
        quay(people),
    )
