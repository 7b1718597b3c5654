"""The ways in to Amazon ECR Public, and what an image-pull secret would hold (D3, D6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wizard.core.ports import PullToken
from wizard.registries.ecr_ways import PASTED, WAYS_IN

PUBLIC_WAYS_IN: Final = (
    *(way for way in WAYS_IN if way is not PASTED),
    replace(
        PASTED,
        explanation="What `aws ecr-public get-login-password --region us-east-1` prints on a "
        "machine that is signed in to AWS; the user name is AWS. It ends by itself.",
        url="https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html",
    ),
)

PUBLIC_PULL_TOKEN: Final = PullToken(
    "no secret at all: everybody pulls from there without a login", username="AWS"
)
