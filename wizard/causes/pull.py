"""Causes of the family `pull`: what a cluster meets.

Texts and fixes: registries.md A6, B6, C6, D6, E6 and 8.6; union-and-flyte.md 4.
"""

from __future__ import annotations

from dataclasses import replace

from wizard.causes.clouds import NO_CLOUD
from wizard.core.diagnosis import Cause, Fix

_PULL_SECRET = Fix(
    "Keep it private and give the cluster a pull secret (Flyte 2 on Union)",
    command="flyte create secret registry-pull --type image_pull --registry {host} "
    "--username {username|USERNAME}",
)

CAUSES = (
    Cause(
        id="pull.private",
        summary="{reference|The image} exists and is private: a cluster without a login "
        "cannot pull it",
        explanation=(
            "You can pull it because you are logged in; the cluster is not, and gets "
            "ImagePullBackOff. On GHCR every new package begins private, and on Docker Hub a "
            "setting decides. It is made public once, for all tags of that name, or the cluster "
            "gets a login of its own."
        ),
        evidence="With a login the manifest is served; without one it is refused.",
        fixes=(
            Fix(
                "Make {repository|it} public on its page at the registry: on GHCR under Package "
                "settings, Danger Zone; on Docker Hub under Settings.",
                cloud=NO_CLOUD,
            ),
            _PULL_SECRET,
        ),
        told_apart=(
            "pull.missing-repository",
            "pull.missing-tag",
            "pull.private-or-missing",
            "pull.never-anonymous",
        ),
    ),
    Cause(
        id="pull.never-anonymous",
        summary="{host|This registry} never serves an image without a login",
        explanation=(
            "This registry has no public images at all: Amazon ECR by its nature, others because "
            "they ask everybody for a password. So the cluster needs a way of its own: a right on "
            "the registry, or a pull secret. What the cluster may do cannot be tried from here, so "
            "it counts as declared by you."
        ),
        evidence="The kind of registry is known to ask everybody for a login, or this one does.",
        fixes=(
            Fix(
                "Amazon: say which account the cluster runs in (the number is an example)",
                command="registry-wizard setup --cluster-account 123456789012",
                cloud="AWS",
            ),
            replace(_PULL_SECRET, cloud=NO_CLOUD),
        ),
        told_apart=("pull.private", "pull.cluster-not-granted"),
    ),
    Cause(
        id="pull.cluster-not-granted",
        summary="The cluster's {principal|account or identity} has no right to pull "
        "{repository|this image}",
        explanation=(
            "The image lies in another account or project than the cluster. Then the cluster's "
            "identity must be named: on Amazon in the repository's policy, on Google with the role "
            "Artifact Registry Reader. Union's nodes on AWS use the role "
            "unionai-ORG-flyteworker-node-group."
        ),
        evidence="The repository's policy was read and does not name the declared identity.",
        fixes=(
            Fix(
                "Google: grant the reader role",
                command="gcloud artifacts repositories add-iam-policy-binding {name|images} "
                "--location={location|us} --role=roles/artifactregistry.reader "
                "--member=serviceAccount:{principal|EMAIL}",
                ask="an administrator of the project",
                cloud="Google",
            ),
            Fix(
                "Amazon: how to name another account in the repository's policy",
                url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/"
                "repository-policy-examples.html",
                cloud="AWS",
            ),
        ),
        told_apart=("pull.never-anonymous", "pull.private"),
    ),
    Cause(
        id="pull.policy-forbids-public",
        summary="A policy of {owner|the organisation} forbids making {repository|this image} "
        "public",
        explanation=(
            "Whether an image may be public is decided above you: by an owner of the organisation "
            "on GitHub, or by an organisation policy on Google. Until that changes, the cluster "
            "needs a login or a right of its own."
        ),
        evidence="The request to make it public was refused, and the refusal names the policy.",
        fixes=(
            _PULL_SECRET,
            Fix(
                "GHCR: where an owner can allow it",
                url="https://github.com/organizations/{owner}/settings/packages",
                ask="an owner of {owner|the organisation}",
                cloud="GitHub",
            ),
        ),
        told_apart=("pull.private", "push.policy"),
    ),
    Cause(
        id="pull.missing-repository",
        summary="{repository|The repository} does not exist",
        explanation=(
            "The registry has nothing under this name. It is misspelt, or nothing was pushed to "
            "it yet. The SDK pushes only when it builds, and it builds nothing when it believes "
            "that the image is there."
        ),
        evidence="The registry says that the name is unknown, to somebody who may know.",
        fixes=(
            Fix("Check the spelling of owner and image."),
            Fix("Push a test image under this name", command="registry-wizard setup"),
        ),
        told_apart=("pull.private", "pull.missing-tag", "pull.private-or-missing"),
    ),
    Cause(
        id="pull.missing-tag",
        summary="{reference|This tag} is not in the repository",
        explanation=(
            "The repository is there, but not this tag or digest. It was never pushed, was "
            "deleted, or is spelt another way, such as v1 for 1."
        ),
        evidence="The repository can be read, and the manifest is unknown to it.",
        fixes=(
            Fix(
                "List the tags that are there",
                command="skopeo list-tags docker://{repository|HOST/OWNER/IMAGE}",
            ),
            Fix("Build and push it, then check again."),
        ),
        told_apart=("pull.private", "pull.missing-repository"),
    ),
    Cause(
        id="pull.private-or-missing",
        summary="{reference|The image} is private or does not exist; {host|the registry} "
        "does not say which",
        explanation=(
            "To a stranger this registry gives the same answer for an image that is private and "
            "for one that is not there, so that nobody can find out names. A login that may "
            "see the image decides it, and none is stored here."
        ),
        evidence="The anonymous pull was refused, and no login is there to ask with.",
        fixes=(
            Fix("Log in, then check again", command="docker login {host}", cloud=NO_CLOUD),
            Fix(
                "The probe that decides: ask with a login",
                command="docker manifest inspect {reference}",
            ),
        ),
        told_apart=("pull.private", "pull.missing-repository", "pull.missing-tag"),
    ),
    Cause(
        id="pull.platform-missing",
        summary="{reference|The image} is there, but not for {platform|the cluster's platform}",
        explanation=(
            "An image is built for one or more platforms, such as linux/amd64. The cluster's is "
            "not among them, mostly because it was built on a machine with an arm64 processor. "
            "Nodes then say `no match for platform in manifest` or `exec format error`."
        ),
        evidence="The index or the config names its platforms, and the wanted one is missing.",
        fixes=(
            Fix(
                "Build it for the cluster (the folder and the name are yours)",
                command="docker build --platform {platform|linux/amd64} "
                "--push -t {reference|IMAGE} .",
            ),
            Fix(
                'In code: ImageSpec(platform="linux/amd64"), ready to copy',
                command="registry-wizard export imagespec",
            ),
        ),
        told_apart=("engine.platform-unsupported", "pull.missing-tag"),
    ),
    Cause(
        id="pull.blobs-unreadable",
        summary="The manifest of {reference|the image} can be read, but a layer or its config "
        "cannot",
        explanation=(
            "A manifest lists the parts of an image; the parts lie elsewhere, often on another "
            "host. One of them is missing or refused, so a cluster begins the pull and fails. "
            "Clean-up rules that went too far, or a firewall that blocks the second host, cause "
            "this."
        ),
        evidence="The manifest was served, and the request for one of its blobs was not.",
        fixes=(
            Fix("Push the image again, which uploads what is missing."),
            Fix("In a company network, ask for the host in the evidence to be let through."),
        ),
        told_apart=("pull.private", "network.intercepted"),
    ),
    Cause(
        id="pull.stale-login",
        summary="The image is public, but the login stored here for {host|its registry} "
        "breaks pulling it",
        explanation=(
            "Docker sends a stored login even for public images. This one is expired or revoked, "
            "and the registry then refuses instead of serving. A cluster without a login is not "
            "affected; this machine is."
        ),
        evidence="Without a login the image is served; with the stored one it is refused.",
        fixes=(
            Fix("Forget the stored login", command="{logout|docker logout HOST}"),
            Fix("Or log in again", command="registry-wizard setup", action="log-in"),
        ),
        told_apart=("pull.private", "login.expired"),
        is_warning=True,
    ),
    Cause(
        id="pull.secret-short-lived",
        summary="This login ends too soon to be given to a cluster: {message}",
        explanation=(
            "An image-pull secret keeps a copy of a login in the cluster. A token that ends within "
            "hours would work today and fail tonight, with an error that nobody connects with it. "
            "The cluster needs a login that lasts, which may only read."
        ),
        evidence="The login's kind says how long it lasts: 12 hours at Amazon, one at Google.",
        fixes=(Fix("Better: let the cluster pull by its own identity, with no secret at all."),),
        told_apart=("login.expired", "pull.cluster-not-granted"),
    ),
)
