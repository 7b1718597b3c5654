"""The products that are recognised behind `other`, each a row (registries.md 9).

What the reference calls unconfirmed is worded as advice for a person, never relied on by code.
"""

from __future__ import annotations

from typing import Final

from wizard.registries.other_hosted import ACR, GITLAB, QUAY
from wizard.registries.other_self_hosted import ARTIFACTORY, FLYTE_DEMO, HARBOR, LOCAL, NEXUS

PRODUCTS: Final = (FLYTE_DEMO, LOCAL, ACR, QUAY, GITLAB, HARBOR, ARTIFACTORY, NEXUS)
