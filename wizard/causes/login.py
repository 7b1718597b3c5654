"""Causes of the family `login`: who somebody is to the registry.

Texts and fixes: registries.md A3, A7, B3, B7, C3, C7, E3, E7; credentials.md 4.2.
"""

from __future__ import annotations

from wizard.causes.clouds import NO_CLOUD
from wizard.core.diagnosis import Cause, Fix

_SET_UP = Fix("Log in; the token is checked before it is stored", command="registry-wizard setup")
CAUSES = (
    Cause(
        id="login.missing",
        summary="No login for {host|this registry} is found on this machine",
        explanation=(
            "To push, the registry must know who you are. No tool on this machine has a user name "
            "and token for it: not docker's config.json, no credential helper, no session of the "
            "provider's own program. Docker then asks without a login and is told `no basic auth "
            "credentials`."
        ),
        evidence="Every place where docker and the provider keep logins was asked, in vain.",
        fixes=(
            Fix("Log in", command="registry-wizard setup", action="log-in"),
            Fix("Or with docker alone", command="docker login {host}", cloud=NO_CLOUD),
        ),
        told_apart=("login.rejected", "login.expired", "store.helper-missing"),
    ),
    Cause(
        id="login.rejected",
        summary="{host|The registry} does not take this login: its user name or token is wrong, "
        "or was revoked",
        explanation=(
            "The registry was reached and refused the user name or the secret: one of them is "
            "wrong, or the token was revoked. Registries do not say which of the two it is. A "
            "password seldom works where two-factor login is on; a token does."
        ),
        evidence="The registry or its token service refused the login itself.",
        fixes=(
            Fix("Log in with a new token", command="registry-wizard setup", action="log-in"),
            Fix("Forget the old login first", command="{logout|docker logout HOST}"),
        ),
        told_apart=("login.expired", "login.token-kind", "login.scope-missing"),
    ),
    Cause(
        id="login.expired",
        summary="The login for {host|this registry} was good and has run out",
        explanation=(
            "Tokens are valid for a time: an Amazon ECR token for 12 hours, a Google access token "
            "for one, a GitHub token until the date that was chosen for it. This one's time is "
            "over. A credential helper of the provider gets new ones by itself."
        ),
        evidence="The registry says that the token has expired, or its date lies in the past.",
        fixes=(
            Fix("Log in again", command="registry-wizard setup", action="log-in"),
            Fix("Forget the old login", command="{logout|docker logout HOST}"),
        ),
        told_apart=("login.rejected", "network.clock-wrong"),
    ),
    Cause(
        id="login.token-kind",
        summary="{host|This registry} never takes this kind of token or user name",
        explanation=(
            "The login is of a kind that this registry does not know. GHCR takes only classic "
            "tokens (they begin with ghp_), no fine-grained ones and no password. Docker Hub takes "
            "your Docker ID, no e-mail address. Google takes a key file only under the user name "
            "_json_key or _json_key_base64."
        ),
        evidence="The token's prefix, or the form of the user name, shows its kind.",
        fixes=(_SET_UP,),
        told_apart=("login.rejected", "login.scope-missing"),
    ),
    Cause(
        id="login.scope-missing",
        summary="The token is good but may not push: it lacks {scope|the scope for writing}",
        explanation=(
            "A token carries scopes, a list of what it may do, chosen when it was made. This one "
            "may read but not write. `docker login` accepts it all the same, since that asks for "
            "nothing but the name."
        ),
        evidence="The provider lists the token's scopes, or the refusal names the missing one.",
        fixes=(
            Fix(
                "Make a token that may also write, on the registry's own page for tokens.",
                cloud=NO_CLOUD,
            ),
            _SET_UP,
        ),
        told_apart=("push.not-permitted", "login.sso-required"),
    ),
    Cause(
        id="login.sso-required",
        summary="{owner|The organisation} wants this token authorised for single sign-on",
        explanation=(
            "The organisation uses SAML single sign-on: each token must be let in to it once, by "
            "its owner, on GitHub's page of tokens. Until then the token is good everywhere except "
            "in this organisation."
        ),
        evidence="GitHub answered with the header X-GitHub-SSO: required.",
        fixes=(
            Fix(
                "Beside the token choose Configure SSO, then Authorize",
                url="{url|https://github.com/settings/tokens}",
            ),
        ),
        told_apart=("push.not-permitted", "login.scope-missing"),
    ),
    Cause(
        id="login.cloud-missing",
        summary="There are no {cloud|AWS or Google} credentials on this machine",
        explanation=(
            "This registry's logins are made from those of the cloud itself: a short-lived token "
            "is asked for with your AWS or Google account. No such account is set up here, neither "
            "in the environment nor in the cloud program's own files."
        ),
        evidence="The cloud's own order of places was gone through, and none held credentials.",
        fixes=(
            Fix("AWS: sign in", command="aws sso login", cloud="AWS"),
            Fix("AWS: or set up keys", command="aws configure", cloud="AWS"),
            Fix("Google: sign in", command="gcloud auth login", cloud="Google"),
        ),
        told_apart=("login.cloud-expired", "login.missing"),
    ),
    Cause(
        id="login.cloud-expired",
        summary="The {cloud|AWS or Google} session on this machine has run out",
        explanation=(
            "This registry's logins are made from your session with the cloud. That session was "
            "good and is over, so no new token can be made. Signing in again is enough; nothing "
            "has to be set up anew."
        ),
        evidence="The cloud says that the session or its token has expired.",
        fixes=(
            Fix("AWS: sign in again", command="aws sso login", cloud="AWS"),
            Fix("Google: sign in again", command="gcloud auth login", cloud="Google"),
        ),
        told_apart=("login.cloud-missing", "login.cloud-denied"),
    ),
    Cause(
        id="login.cloud-denied",
        summary="This cloud account may not ask for a registry token: "
        "{permission|a permission is missing}",
        explanation=(
            "You are signed in to the cloud, but your account or role lacks the right to make a "
            "login for the registry. On AWS that is ecr:GetAuthorizationToken (for ECR Public also "
            "sts:GetServiceBearerToken); an administrator of the account grants it."
        ),
        evidence="The cloud's API refused the request for a token and named the permission.",
        fixes=(
            Fix(
                "Ask the administrator of the account for {permission|the missing permission}.",
                ask="the administrator of the cloud account",
            ),
            Fix(
                "AWS: the managed policy that has it",
                url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/"
                "security-iam-awsmanpol.html",
                cloud="AWS",
            ),
        ),
        told_apart=("push.not-permitted", "login.cloud-expired"),
    ),
    Cause(
        id="login.realm-refused",
        summary="{host|The registry} asks for the login to be sent to {realm|another host}; "
        "nothing was sent",
        explanation=(
            "A registry may send clients to a token service, and clients give their login there. "
            "This one names a service that does not belong to it, which is also how a login is "
            "stolen. The wizard sent nothing. Docker and Podman would have sent it."
        ),
        evidence="The host in the challenge is none of those that belong to this registry.",
        fixes=(
            Fix("Check that the registry's name is spelt right."),
            Fix("Ask whoever runs the registry whether {realm|that service} is theirs."),
            Fix(
                "Only if it is: send logins for {host|that registry} to {realm|it}",
                command="registry-wizard setup {host}/PATH --trust-realm {realm}",
                action="trust-realm",
                changes="from now on the wizard sends logins for this registry to exactly that "
                "address, until its line is taken out of [realms] in the settings",
                risk="whoever runs that service gets to see the login",
            ),
        ),
        told_apart=("network.intercepted",),
    ),
)
