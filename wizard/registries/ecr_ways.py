"""The ways in to Amazon, safest first, and what a cluster's pull secret should hold (C3)."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import Fix
from wizard.core.ports import PullToken, WayIn

PASTED: Final = WayIn(
    "password",
    "A login of 12 hours, pasted",
    "What `aws ecr get-login-password` prints on a machine that is signed in to AWS; the "
    "user name is AWS. It ends by itself.",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html",
    needs_username=False,
)
WAYS_IN: Final = (
    WayIn(
        "sso",
        "Your company's AWS sign-in (SSO)",
        "In the browser, once a day; nothing is copied. A helper makes a login of 12 hours "
        "whenever one is needed.",
        command="aws sso login",
        needs_username=False,
        wants_secret=False,
    ),
    WayIn(
        "profile",
        "An AWS profile, or the role of this machine",
        "What the AWS CLI uses already: a profile, an assumed role, keys in the environment.",
        command="aws configure list-profiles",
        needs_username=False,
        wants_secret=False,
    ),
    PASTED,
)

PULL_TOKEN: Final = PullToken(
    "no secret at all: the cluster's own role pulls, and its logins renew themselves",
    username="AWS",
    lasts="12 hours, as every login to Amazon's registries",
    fixes=(
        Fix(
            "Let the role of the cluster's nodes pull",
            command="aws iam attach-role-policy --role-name NODE_ROLE --policy-arn "
            "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        ),
        Fix(
            "Which rights the role of the cluster's nodes needs",
            url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_EKS.html",
        ),
    ),
)
