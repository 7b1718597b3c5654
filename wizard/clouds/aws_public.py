"""Amazon ECR Public, by botocore: `python -P -m wizard.clouds.aws_public`, see child.py.

    {"ask": "session"}                                who one is, and a login: two requests
    {"ask": "aliases"}                                of one's own registry, the primary first: one
    {"ask": "describe" | "create", "alias", "name", "origin"}
    {"ask": "delete", ..., "tag": "..."}

There is one region, whatever the profile names. `origin` and the refused kinds are as in aws.py;
one more, `AliasForeign`: the alias is not this account's, and `aliases` are those that are. Its
interface knows repositories by the account alone: in another's name it would mean one's own.
Source: botocore's model ecr-public/2020-10-30; registries.md D.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from wizard.clouds.child import RefusedError, serve

REGION: Final = "us-east-1"
_SERVICE: Final = "ecr-public"


def session(question: Mapping[str, Any]) -> dict[str, str]:
    """Who one is, and a login for the registry. Raises RefusedError."""
    from wizard.clouds.aws import signed_in

    found = _found(question)
    return signed_in(found, REGION, lambda arn: login(found, arn))


def login(found: Any, arn: str = "") -> tuple[str, str, datetime]:
    """The registry's user name, password and its end. Raises RefusedError."""
    from wizard.clouds.aws_refused import refusing

    # It takes sts:GetServiceBearerToken as well: Amazon's refusal names the one that lacks.
    with refusing(found, permission="ecr-public:GetAuthorizationToken", arn=arn):
        made = found.client(_SERVICE, REGION).get_authorization_token()["authorizationData"]
        username, _, secret = base64.b64decode(made["authorizationToken"]).decode().partition(":")
        return username, secret, made["expiresAt"].astimezone(UTC)


def aliases(question: Mapping[str, Any]) -> dict[str, Any]:
    """Those that work, and of whom; nothing is asked where nothing names AWS. Raises RefusedError.

    Without that, opening a list of registries would search the network for a role of this machine.
    """
    from wizard.clouds.aws_find import configured

    if not configured(os.environ):
        return {"aliases": []}
    found = _found(question)
    rows = [row for row in _aliases(found) if row.get("status") == "ACTIVE"]
    rows.sort(key=lambda row: not row.get("primaryRegistryAlias"))
    names = [str(row["name"]) for row in rows]
    return {"aliases": names, "origin": found.origin, "kind": found.kind}


def describe(question: Mapping[str, Any]) -> dict[str, Any]:
    """`is_there`. Raises RefusedError."""
    ecr, named, refusing = _registry(question)
    try:
        with refusing("ecr-public:DescribeRepositories"):
            ecr.describe_repositories(repositoryNames=[named["repositoryName"]])
    except RefusedError as refused:
        if refused.facts["code"] != "RepositoryNotFoundException":
            raise
        return {"is_there": False}
    return {"is_there": True}


def create(question: Mapping[str, Any]) -> dict[str, str]:
    """Raises RefusedError."""
    ecr, named, refusing = _registry(question)
    with refusing("ecr-public:CreateRepository"):
        made = ecr.create_repository(**named)["repository"]
    return {"uri": made["repositoryUri"]}


def delete(question: Mapping[str, Any]) -> dict[str, str]:
    """Take a tag away; with its last one, the image goes. Raises RefusedError."""
    from wizard.clouds.aws import refuse_failures

    ecr, named, refusing = _registry(question)
    with refusing("ecr-public:BatchDeleteImage"):
        answer = ecr.batch_delete_image(**named, imageIds=[{"imageTag": str(question["tag"])}])
    refuse_failures(answer)
    return {}


def _registry(question: Mapping[str, Any]) -> tuple[Any, dict[str, str], Any]:
    """The client, the repository as the API names it, and what turns errors into refusals."""
    from wizard.clouds.aws_refused import refusing

    found, alias = _found(question), str(question["alias"])
    own = sorted(str(row["name"]) for row in _aliases(found))
    if alias not in own:
        words = f"the alias {alias} is not one of your account's: {', '.join(own) or 'it has none'}"
        raise RefusedError("AliasForeign", words, code="", aliases=" ".join(own))
    with refusing(found):
        client = found.client(_SERVICE, REGION)
    named = {"repositoryName": str(question["name"])}
    return client, named, lambda permission: refusing(found, permission=permission)


def _aliases(found: Any) -> list[Mapping[str, Any]]:
    from wizard.clouds.aws_refused import refusing

    with refusing(found, permission="ecr-public:DescribeRegistries"):
        registries = found.client(_SERVICE, REGION).describe_registries()["registries"]
        return [row for one in registries for row in one["aliases"]]


def _found(question: Mapping[str, Any]) -> Any:
    from wizard.clouds.aws_find import find

    return find("", REGION, str(question.get("origin", "")), os.environ)


_HANDLERS: Final = {one.__name__: one for one in (session, aliases, describe, create, delete)}

if __name__ == "__main__":
    sys.exit(serve(_HANDLERS))
