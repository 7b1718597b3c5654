"""The ways in to Google, safest first, and what a cluster's pull secret should hold (E3)."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Fix
from wizard.core.ports import PullToken, WayIn
from wizard.registries.gar_access import grant_command
from wizard.registries.gar_keys import KEY_USER
from wizard.registries.gar_places import Place
from wizard.registries.gar_signs import ADC_LOGIN, LOGIN

WAYS_IN: Final = (
    WayIn(
        "gcloud",
        "The login of gcloud, Google's own program",
        "Nothing to copy and nothing stored: a helper makes a login of one hour each time.",
        command=LOGIN,
        needs_username=False,
        wants_secret=False,
    ),
    WayIn(
        "adc",
        "Google's application default credentials",
        "The login for programs: yours, a service account's, or this machine's own. "
        "A helper makes a login of one hour each time.",
        command=ADC_LOGIN,
        needs_username=False,
        wants_secret=False,
    ),
    WayIn(
        "service-account-key",
        "The key file of a service account",
        "Its JSON whole, or in base64. It does not run out: whoever has it can use it until "
        "it is deleted. For machines that cannot sign in otherwise.",
        url="https://console.cloud.google.com/iam-admin/serviceaccounts",
        needs_username=False,
    ),
)


def pull_token(place: Place) -> PullToken:
    """A key that reads this repository and nothing else."""
    account = f"image-puller@{place.project}.iam.gserviceaccount.com"
    make = "gcloud iam service-accounts"
    return PullToken(
        "the key of a service account that may only read this repository",
        username=KEY_USER,
        lasts="until the key is deleted",
        fixes=(
            Fix(
                "Make the service account",
                command=f"{make} create image-puller --project={place.project}",
            ),
            Fix(
                "Let it read this repository and nothing else",
                command=grant_command(place, f"serviceAccount:{account}"),
            ),
            Fix(
                "Make its key; the whole file is the password",
                command=f"{make} keys create key.json --iam-account={account}",
            ),
        ),
    )
