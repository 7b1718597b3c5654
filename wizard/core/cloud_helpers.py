"""The clouds' own credential helpers: whose they are, and where they come from.

Source: registries.md C3, E3, E7 row 5; the READMEs of both projects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.core.diagnosis import Fix

GCLOUD_ON_PATH: Final = Fix(
    "It comes with gcloud: put the folder bin of gcloud on the PATH of what runs docker, the IDE "
    "too. Where gcloud is missing, install it",
    url="https://cloud.google.com/sdk/docs/install",
)
CLOUD_OF: Final[Mapping[str, str]] = {"ecr-login": "AWS", "gcloud": "Google", "gcr": "Google"}
"""By the helper's name without `docker-credential-`."""
WHERE_FROM: Final[Mapping[str, tuple[Fix, ...]]] = {
    "ecr-login": (
        Fix(
            "Install Amazon's helper",
            command="sudo apt-get install amazon-ecr-credential-helper",
            system="linux",
        ),
        Fix(
            "Install Amazon's helper",
            command="brew install docker-credential-helper-ecr",
            system="darwin",
        ),
        Fix(
            "Where Amazon's helper comes from",
            url="https://github.com/awslabs/amazon-ecr-credential-helper#installing",
        ),
    ),
    "gcloud": (GCLOUD_ON_PATH,),
    "gcr": (
        Fix("Install Google's helper", command="gcloud components install docker-credential-gcr"),
    ),
}
