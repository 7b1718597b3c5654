"""What Amazon's private registry says, and what it means (registries.md C2-C7)."""

from __future__ import annotations

from typing import Final

from wizard.core.actions import LOG_IN
from wizard.core.diagnosis import PULL_STAGES, PUSH_STAGES, Fault, Fix, Sign, Stage
from wizard.registries.status_pages import registry_down

NEW_TOKEN: Final = Fix(
    "Log in anew: the registry's logins end after 12 hours",
    command="registry-wizard setup",
    action=LOG_IN,
)
EXACT_HOST: Final = Fix(
    "Log in to exactly this host: account, region and spelling must agree, without https://"
)
ASK_PUSHER: Final = Fix(
    "Ask for the policy AmazonEC2ContainerRegistryPowerUser, or for the five actions of a push",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html",
    ask="an administrator of the AWS account",
)
ASK_OTHER_ACCOUNT: Final = Fix(
    "The repository is in account {account|of another}: ask for its policy to name you, with the "
    "five actions of a push",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html",
    ask="an administrator of the AWS account {account|that owns it}",
)
ASK_PULLER: Final = Fix(
    "Ask for the policy AmazonEC2ContainerRegistryPullOnly; from another account than {account|the "
    "registry's}, also for the repository's policy to name you",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html",
    ask="an administrator of the AWS account",
)
ASK_LOGIN: Final = Fix(
    "Ask for the action ecr:GetAuthorizationToken on all resources (*)",
    ask="an administrator of the AWS account",
)
ASK_QUOTA: Final = Fix(
    "Delete old images, or have the quota of images per repository raised",
    url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html",
)
ANOTHER_TAG: Final = Fix("Push under another tag: this repository's tags are immutable")
OLD_ENGINE: Final = Fix(
    "If it ends so each time: older dockers hide a missing right behind it. Ask for the actions "
    "ecr:InitiateLayerUpload and ecr:UploadLayerPart",
    ask="an administrator of the AWS account",
)
NEWER_ENGINE: Final = Fix(
    "Push with a newer engine: this one leaves out the manifest's mediaType, which Amazon wants"
)
OWN_ROLE: Final = Fix(
    "A cluster in account {account|of the registry} pulls by the role of its nodes (NODE_ROLE "
    "stands for it), once that has the right",
    command="aws iam attach-role-policy --role-name NODE_ROLE --policy-arn "
    "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
)
OTHER_ACCOUNT: Final = Fix(
    "For a cluster in another account, name that (the number is an example): the repository's "
    "policy is looked at, and changed after your yes",
    command="registry-wizard setup {prefix|HOST} --cluster-account 210987654321",
)
EVERYBODY: Final = Fix(
    "Or push to Amazon ECR Public, from where everybody pulls",
    command="registry-wizard setup public.ecr.aws/ALIAS",
)
NO_GLOBAL_HELPER: Final = Fix(
    "Name the helper ecr-login under credHelpers for this host, not under credsStore for all"
)
SMALLER_STORE: Final = Fix(
    "Take the helper ecr-login for this host: Windows' store has no room for such long logins"
)

_PUSHING: Final = PUSH_STAGES | {Stage.BUILD, Stage.ENGINE}
_GONE: Final = r"repository with name .* does not exist"

HELPER_SIGNS: Final = (
    Sign(
        "store.helper-failing",
        message=r"stub received bad data",
        fixes=(SMALLER_STORE,),
        source="registries.md C7 row 8",
    ),
    Sign(
        "store.helper-failing",
        message=r"docker-credential-ecr-login can only be used with",
        fixes=(NO_GLOBAL_HELPER,),
        source="registries.md C7 row 9",
    ),
)
"""Of both registries of Amazon."""

ECR_SIGNS: Final = (
    registry_down("Amazon", "https://health.aws.amazon.com/health/status"),
    Sign(
        "login.expired",
        message=r"authorization token has expired",
        fixes=(NEW_TOKEN,),
        source="registries.md C2, C7 row 2",
    ),
    Sign(
        "login.rejected",
        message=r"authorization token is invalid",
        fixes=(NEW_TOKEN, EXACT_HOST),
        source="registries.md C2",
    ),
    Sign(
        "login.missing",
        message=r"no basic auth credentials",
        fixes=(EXACT_HOST,),
        source="registries.md C7 row 1",
    ),
    Sign(
        "login.cloud-missing",
        message=r"unable to locate credentials|cannot perform an interactive login from a non tty",
        fixes=(Fix("Sign in to AWS first", command="aws configure sso"),),
        cloud="AWS",
        source="registries.md C7 row 10: aws said nothing into the pipe",
    ),
    Sign(
        "login.cloud-expired",
        message=r"token has expired and refresh failed|sso session .* has expired",
        fixes=(Fix("Sign in to AWS again", command="aws sso login"),),
        cloud="AWS",
        source="registries.md C3",
    ),
    Sign(
        "login.cloud-denied",
        message=r"not authorized to perform: (ecr:GetAuthorizationToken|sts:)",
        fixes=(ASK_LOGIN,),
        cloud="AWS",
        source="registries.md C3",
    ),
    *HELPER_SIGNS,
    Sign(
        "push.tag-immutable",
        message=r"cannot be overwritten because the (tag|repository) is immutable",
        fixes=(ANOTHER_TAG,),
        source="registries.md C5, C7 row 7",
    ),
    Sign(
        "push.not-permitted",
        stages=_PUSHING,
        message=r"not authorized to perform: ecr:.*no resource-based policy",
        fixes=(ASK_OTHER_ACCOUNT,),
        source="registries.md C3, C6: across accounts the repository's policy must allow it too",
    ),
    Sign(
        "push.not-permitted",
        stages=_PUSHING,
        message=r"not authorized to perform: ecr:",
        fixes=(ASK_PUSHER,),
        source="registries.md C7 rows 4 and 5",
    ),
    Sign(
        "push.not-permitted",
        stages=frozenset({Stage.DELETE, Stage.API}),
        message=r"not authorized to perform: ecr:",
        source="registries.md C3: the action stands in the message",
    ),
    Sign(
        "pull.private-or-missing",
        stages=PULL_STAGES,
        message=r"not authorized to perform: ecr:",
        fixes=(ASK_PULLER,),
        source="registries.md C6",
    ),
    Sign(
        "push.repository-missing",
        stages=_PUSHING,
        codes=frozenset({"NAME_UNKNOWN"}),
        cloud="AWS",
        source="registries.md C7 row 3",
    ),
    Sign(
        "push.repository-missing",
        stages=_PUSHING | {Stage.API},
        message=_GONE,
        cloud="AWS",
        source="registries.md C7 row 3, as an engine tells it",
    ),
    Sign(
        "push.policy",
        stages=PUSH_STAGES,
        statuses=frozenset({403}),
        faults=frozenset({Fault.NONE}),
        message=r"limit ?exceeded|quota|maximum number of images",
        fixes=(ASK_QUOTA,),
        source="registries.md C5: it looks like an authentication error, C7 row 6",
    ),
    Sign(
        "push.not-permitted",
        stages=_PUSHING,
        message=r"unexpected status from (HEAD|POST|PUT) request.*403",
        fixes=(ASK_PUSHER, EXACT_HOST, ASK_QUOTA),
        source="registries.md C7 row 6: buildkit hides which of the three it was",
    ),
    Sign(
        "push.interrupted",
        stages=_PUSHING,
        message=r"\bEOF$",
        fixes=(OLD_ENGINE,),
        source="registries.md C7 row 5",
    ),
    Sign(
        "push.policy",
        stages=_PUSHING,
        message=r"invalid JSON syntax",
        fixes=(NEWER_ENGINE,),
        source="registries.md C5, C7 row 12",
    ),
    Sign(
        "pull.never-anonymous",
        stages=PULL_STAGES | {Stage.TOKEN},
        statuses=frozenset({401, 403}),
        faults=frozenset({Fault.NONE}),
        authenticated=False,
        fixes=(OWN_ROLE, OTHER_ACCOUNT, EVERYBODY),
        source="registries.md C6",
    ),
)
