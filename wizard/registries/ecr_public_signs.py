"""What Amazon ECR Public says, and what it means (registries.md D2-D7)."""

from __future__ import annotations

from typing import Final

from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fix, Sign, Stage
from wizard.registries.ecr_public_names import HOST
from wizard.registries.ecr_signs import HELPER_SIGNS

ADMINISTRATOR: Final = "an administrator of the AWS account"
NEW_LOGIN: Final = Fix(
    "Log in anew: Amazon's logins end after 12 hours",
    command=f"registry-wizard setup {HOST}/{{owner|ALIAS}}",
)
LOG_OUT: Final = Fix(
    "Forget the old login: public images need none", command=f"docker logout {HOST}"
)
ASK_LOGIN: Final = Fix(
    "Ask for the actions ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken, both on "
    "all resources (*): it takes the two",
    ask=ADMINISTRATOR,
)
OWN_PASSWORD: Final = Fix(
    "The password that goes with it is what this prints; the private registry's is another one",
    command="aws ecr-public get-login-password --region us-east-1",
)
ASK_PUSHER: Final = Fix(
    "Ask for the policy AmazonElasticContainerRegistryPublicPowerUser, or for the five actions of "
    "a push",
    url="https://docs.aws.amazon.com/AmazonECR/latest/public/docker-push-ecr-image.html",
    ask=ADMINISTRATOR,
)
OWN_ALIAS: Final = Fix(
    "See whether the alias is your account's: this lists those that are",
    command="aws ecr-public describe-registries --region us-east-1",
)
SLOWER: Final = Fix("Wait a second between pulls: without a login it is one a second")

_PUSHING: Final = PUSH_STAGES | {Stage.BUILD, Stage.ENGINE}
_EXPIRED: Final = r"authorization token has expired"
_GONE: Final = r"repository with name .* does not exist"

ECR_PUBLIC_SIGNS: Final = (
    *HELPER_SIGNS,
    Sign(
        "pull.stale-login",
        stages=PULL_STAGES,
        message=_EXPIRED,
        fixes=(LOG_OUT,),
        source="registries.md D6, D7 row 1",
    ),
    Sign("login.expired", message=_EXPIRED, fixes=(NEW_LOGIN, LOG_OUT), source="registries.md D6"),
    Sign(
        "login.rejected",
        message=r"authorization token is invalid",
        fixes=(OWN_PASSWORD,),
        source="registries.md D2",
    ),
    Sign(
        "login.cloud-denied",
        message=r"sts:GetServiceBearerToken|ecr-public:GetAuthorizationToken",
        fixes=(ASK_LOGIN,),
        cloud="AWS",
        source="registries.md D7 row 2",
    ),
    Sign(
        "push.not-permitted",
        stages=_PUSHING,
        message=r"not authorized to perform: ecr-public:.*no resource-based policy",
        fixes=(OWN_ALIAS,),
        source="registries.md C6, of another account's repository; the same words here",
    ),
    Sign(
        "push.not-permitted",
        stages=_PUSHING,
        message=r"not authorized to perform: ecr-public:",
        fixes=(ASK_PUSHER,),
        source="registries.md D3: the action stands in the message",
    ),
    Sign(
        "push.not-permitted",
        stages=frozenset({Stage.DELETE, Stage.API}),
        message=r"not authorized to perform: ecr-public:",
        source="registries.md D3, the same said by the management side",
    ),
    Sign(
        "network.rate-limited",
        message=r"toomanyrequests|rate exceeded|data limit exceeded",
        fixes=(SLOWER,),
        source="registries.md D6",
    ),
    Sign(
        "login.missing",
        stages=PUSH_STAGES,
        message=r"no basic auth credentials|authentication required",
        authenticated=False,
        source="registries.md D7 row 7",
    ),
    Sign(
        "push.repository-missing",
        stages=_PUSHING,
        codes=frozenset({"NAME_UNKNOWN"}),
        fixes=(OWN_ALIAS,),
        cloud="AWS",
        source="registries.md D7 row 5",
    ),
    Sign(
        "push.repository-missing",
        stages=_PUSHING | {Stage.API},
        message=_GONE,
        fixes=(OWN_ALIAS,),
        cloud="AWS",
        source="registries.md D7 row 5, as an engine tells it",
    ),
    Sign(
        "pull.missing-repository",
        stages=PULL_STAGES | {Stage.TOKEN},
        codes=frozenset({"NAME_UNKNOWN"}),
        source="registries.md D6: a missing repository is told from a private one, there is none",
    ),
)
