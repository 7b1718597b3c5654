"""Amazon's sign-in and registry, by botocore: `python -P -m wizard.clouds.aws`, see child.py.

    {"ask": "session", "account", "region"}   who one is, and a login: two requests
    {"ask": "profiles"}                       what is configured here: none
    {"ask": "describe" | "create" | "policy", "account", "region", "name", "origin"}
    {"ask": "set_policy", ..., "policy": "{...}"}
    {"ask": "delete", ..., "tag": "..."}

`origin` names the session: `environment`, `profile:dev`, `default`; empty: as aws_find.py chooses.
Refused kinds: see aws_refused.py. botocore asks where it always does: AWS_ENDPOINT_URL and so on.
"""

from __future__ import annotations

import base64
import os
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from wizard.clouds.aws_find import PUBLIC_HOSTS
from wizard.clouds.child import RefusedError, serve

_HOST = re.compile(r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\..+")
_CREATES: Final = "CREATE_ON_PUSH"


def session(question: Mapping[str, Any]) -> dict[str, str]:
    """Who one is, and a login for the registry. Raises RefusedError."""
    found, region = _found(question), str(question["region"])
    return signed_in(found, region, lambda arn: _login(found, region, arn))


def signed_in(
    found: Any, region: str, login: Callable[[str], tuple[str, str, datetime]]
) -> dict[str, str]:
    """Two requests: `login` is told the ARN of whose it will be. Raises RefusedError."""
    from wizard.clouds.aws_refused import refusing

    with refusing(found):
        who = found.client("sts", region).get_caller_identity()
        named = {"account": who["Account"], "arn": who["Arn"]}
    username, secret, expires = login(named["arn"])
    return {
        "username": username,
        "secret": secret,
        "expires": expires.isoformat(),
        **named,
        "origin": found.origin,
        "kind": found.kind,
    }


def _login(found: Any, region: str, arn: str = "") -> tuple[str, str, datetime]:
    """The registry's user name, password and its end. Raises RefusedError."""
    from wizard.clouds.aws_refused import refusing

    with refusing(found, permission="ecr:GetAuthorizationToken", arn=arn):
        made = found.client("ecr", region).get_authorization_token()["authorizationData"][0]
        username, _, secret = base64.b64decode(made["authorizationToken"]).decode().partition(":")
        return username, secret, made["expiresAt"].astimezone(UTC)


def profiles(_question: Mapping[str, Any]) -> list[dict[str, str]]:
    """The profiles and the environment's keys: nothing is asked for."""
    from wizard.clouds.aws_find import configured

    return configured(os.environ)


def describe(question: Mapping[str, Any]) -> dict[str, Any]:
    """`is_there`, and whether a push makes it (C4). Raises RefusedError."""
    from botocore.exceptions import BotoCoreError, ClientError

    ecr, named, refusing = _registry(question)
    try:
        with refusing("ecr:DescribeRepositories"):
            (one,) = ecr.describe_repositories(
                registryId=named["registryId"], repositoryNames=[named["repositoryName"]]
            )["repositories"]
    except RefusedError as refused:
        if refused.facts["code"] != "RepositoryNotFoundException":
            raise
    else:
        return {"is_there": True, "mutability": one.get("imageTagMutability", "")}
    try:
        listed = ecr.describe_repository_creation_templates()["repositoryCreationTemplates"]
    except (ClientError, BotoCoreError, KeyError):
        listed = []  # they may be hidden from this account; then none is known
    makes = _is_made_by_push(listed, named["repositoryName"])
    return {"is_there": False, "is_made_by_push": makes}


def _is_made_by_push(templates: list[Mapping[str, Any]], name: str) -> bool:
    """The template with the longest fitting prefix decides, and ROOT where none fits."""
    known = {str(one.get("prefix", "")).rstrip("/"): one for one in templates}
    fitting = [prefix for prefix in known if name.startswith(f"{prefix}/")]
    decides = known.get(max(fitting, key=len) if fitting else "ROOT", {})
    return _CREATES in decides.get("appliedFor", ())


def create(question: Mapping[str, Any]) -> dict[str, str]:
    """Raises RefusedError."""
    ecr, named, refusing = _registry(question)
    with refusing("ecr:CreateRepository"):
        made = ecr.create_repository(**named)["repository"]
    return {"uri": made["repositoryUri"]}


def policy(question: Mapping[str, Any]) -> dict[str, str]:
    """The repository's policy as Amazon keeps it; empty when it has none. Raises RefusedError."""
    ecr, named, refusing = _registry(question)
    try:
        with refusing("ecr:GetRepositoryPolicy"):
            return {"policy": ecr.get_repository_policy(**named)["policyText"]}
    except RefusedError as refused:
        if refused.facts["code"] != "RepositoryPolicyNotFoundException":
            raise
        return {"policy": ""}


def set_policy(question: Mapping[str, Any]) -> dict[str, str]:
    """Raises RefusedError."""
    ecr, named, refusing = _registry(question)
    with refusing("ecr:SetRepositoryPolicy"):
        # Never by force: that would let us lock ourselves out.
        ecr.set_repository_policy(**named, policyText=str(question["policy"]), force=False)
    return {}


def delete(question: Mapping[str, Any]) -> dict[str, str]:
    """Take a tag away; with its last one, the image goes. Raises RefusedError."""
    ecr, named, refusing = _registry(question)
    with refusing("ecr:BatchDeleteImage"):
        answer = ecr.batch_delete_image(**named, imageIds=[{"imageTag": str(question["tag"])}])
    refuse_failures(answer)
    return {}


def refuse_failures(answer: Mapping[str, Any]) -> None:
    """Amazon answers 200 also where nothing was deleted. Raises RefusedError."""
    for failure in answer.get("failures", ()):
        code = f"{failure.get('failureCode', '')}Exception"
        raise RefusedError(code, str(failure.get("failureReason", "")), code=code)


def _registry(question: Mapping[str, Any]) -> tuple[Any, dict[str, str], Any]:
    """The client, the repository as the API names it, and what turns errors into refusals."""
    from wizard.clouds.aws_refused import refusing

    account, found = str(question["account"]), _found(question)
    with refusing(found):
        client = found.client("ecr", str(question["region"]))
    named = {"registryId": account, "repositoryName": str(question["name"])}
    return client, named, lambda permission: refusing(found, permission=permission)


def _found(question: Mapping[str, Any]) -> Any:
    from wizard.clouds.aws_find import find

    account, region = str(question["account"]), str(question["region"])
    return find(account, region, str(question.get("origin", "")), os.environ)


def mint(host: str, environ: Mapping[str, str], origin: str) -> tuple[str, str, datetime | None]:
    """User name, secret and end of a fresh login, for a credential helper; blocks.

    `origin` is that of the credential that was agreed to. Raises RefusedError.
    """
    named = _HOST.fullmatch(host)
    if named is None and host not in PUBLIC_HOSTS:
        raise RefusedError("NoCredentials", "this is no registry of Amazon's")
    import truststore

    from wizard.clouds import aws_public
    from wizard.clouds.aws_find import find

    truststore.inject_into_ssl()
    try:
        if named is None:
            return aws_public.login(find("", aws_public.REGION, origin, environ))
        return _login(find(named[1], named[2], origin, environ), named[2])
    except RefusedError as refused:
        if command := refused.facts.get("command"):
            refused.facts["message"] += f": run {command}"
        raise


_HANDLERS: Final = {
    one.__name__: one for one in (session, profiles, describe, create, policy, set_policy, delete)
}

if __name__ == "__main__":
    sys.exit(serve(_HANDLERS))
