"""Causes of the family `push`: what the registry says to an upload.

Texts and fixes: registries.md A4, A7, B4, B7, C4, C7, D7, E4, E7.
"""

from __future__ import annotations

from wizard.causes.clouds import NO_CLOUD
from wizard.core.diagnosis import Cause, Fix

CAUSES = (
    Cause(
        id="push.not-permitted",
        summary="You may not push to {repository|this repository}",
        explanation=(
            "The login is good, but this account has no right to write there: the namespace "
            "belongs to somebody else, or a role in the organisation or project is missing. A name "
            "without your own namespace, such as docker.io/my-app, belongs to nobody you can be."
        ),
        evidence="The registry knows the login and refused to begin an upload.",
        fixes=(
            Fix(
                "Ask an owner of {owner|the namespace} for the right to write there.",
                ask="an owner of {owner|the namespace}",
                cloud=NO_CLOUD,
            ),
            Fix(
                "Push under a namespace of your own (ACCOUNT stands for its name)",
                command="registry-wizard setup {host|ghcr.io}/ACCOUNT",
                cloud=NO_CLOUD,
            ),
            Fix(
                "Forget a login that belongs to another account",
                command="{logout|docker logout HOST}",
            ),
        ),
        told_apart=(
            "login.scope-missing",
            "login.sso-required",
            "push.repository-missing",
            "push.policy",
        ),
    ),
    Cause(
        id="push.repository-missing",
        summary="{repository|The repository} must exist first, and does not",
        explanation=(
            "Some registries make a repository by themselves with the first push; Amazon ECR, ECR "
            "Public and Google Artifact Registry do not. There it has to be made once, and on "
            "Amazon one for every image name. The part after the host must be spelt alike in both."
        ),
        evidence="The registry says that no repository of this name exists.",
        fixes=(
            Fix(
                "Let the wizard make it, after a look at what it will do",
                command="registry-wizard setup --create-repository",
            ),
            Fix(
                "Amazon ECR: make it",
                command="aws ecr create-repository --repository-name {name|my-app} "
                "--region {region|us-east-1}",
                cloud="AWS",
            ),
            Fix(
                "Google: make it",
                command="gcloud artifacts repositories create {name|images} "
                "--repository-format=docker --location={location|us} --project={project|PROJECT}",
                cloud="Google",
            ),
        ),
        told_apart=("push.not-permitted",),
    ),
    Cause(
        id="push.policy",
        summary="A policy or quota of {owner|the organisation} forbids this push",
        explanation=(
            "Your account could write there, but a rule stands above that: the organisation does "
            "not let members create packages, a plan's number of private repositories or its "
            "storage is used up, or images must pass a check first. Only its administrators can "
            "change that."
        ),
        evidence="The refusal names the rule or the quota.",
        fixes=(
            Fix(
                "Ask an administrator of {owner|the organisation} to allow it.",
                ask="an administrator of {owner|the organisation}",
            ),
            Fix(
                "GHCR: where an owner allows members to create packages",
                url="https://github.com/organizations/{owner}/settings/packages",
                ask="an owner of {owner|the organisation}",
                cloud="GitHub",
            ),
        ),
        told_apart=("push.not-permitted", "pull.policy-forbids-public"),
    ),
    Cause(
        id="push.already-public",
        summary="{repository|The repository} is there and public, and you asked for a private one",
        explanation=(
            "Everything pushed to a public repository can be pulled by everybody. You asked for a "
            "private one with --private, so nothing was pushed."
        ),
        evidence="The registry's own word about the repository.",
        fixes=(
            Fix("Make it private on its settings page, then try again.", cloud="Docker Hub"),
            Fix("Or choose another name for the image."),
            Fix("Or leave out --private, if everybody may see it."),
        ),
        told_apart=("push.policy",),
    ),
    Cause(
        id="push.tag-immutable",
        summary="The tag of {reference|this image} exists and cannot be overwritten",
        explanation=(
            "The repository is set so that a tag, once pushed, never changes. That is a good rule; "
            "it means that each build needs a tag of its own, as the SDK makes them from the "
            "content."
        ),
        evidence="The registry refused the manifest because the tag is immutable.",
        fixes=(
            Fix("Use a new tag: without one the wizard makes a fresh one for each test."),
            Fix(
                "Amazon ECR: allow changes",
                command="aws ecr put-image-tag-mutability --repository-name {name|NAME} "
                "--region {region|REGION} --image-tag-mutability MUTABLE",
                cloud="AWS",
            ),
        ),
        told_apart=("push.not-permitted", "push.policy"),
    ),
    Cause(
        id="push.interrupted",
        summary="The push to {host|the registry} broke off: {message|the connection ended}",
        explanation=(
            "The upload had begun, and then the connection or the engine ended it, or what arrived "
            "is not what was sent. What was complete by then stays and need not be sent again. A "
            "proxy with a limit on sizes, or an engine that was restarted, are the usual reasons."
        ),
        evidence="The upload began and was not finished, or its digest differs.",
        fixes=(
            Fix("Push again: finished layers are skipped", command="registry-wizard setup"),
            Fix("See whether the engine is still there", command="docker version"),
        ),
        told_apart=("network.timeout", "engine.not-running", "engine.disk-full"),
    ),
)
