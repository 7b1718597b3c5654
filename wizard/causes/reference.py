"""Causes of the family `reference`: names that cannot be used. Source: product.md section 3."""

from __future__ import annotations

from wizard.core.diagnosis import Cause, Fix

CAUSES = (
    Cause(
        id="reference.invalid",
        summary="`{reference|This}` is not a name that a registry takes: "
        "{message|it breaks the grammar}",
        explanation=(
            "An image's name has the parts HOST/OWNER/IMAGE:TAG. Everything between host and tag "
            "is lower case; letters, digits, single dots, dashes and underscores are allowed, and "
            "there is no https:// before it and no slash behind it."
        ),
        evidence="The text does not match the reference grammar of the distribution project.",
        fixes=(
            Fix("Write the name in lower case, without https:// and without a slash at the end."),
            Fix(
                "A prefix that works as an example",
                command="registry-wizard setup ghcr.io/acme",
                cloud="GitHub",
            ),
        ),
        told_apart=("reference.incomplete",),
    ),
    Cause(
        id="reference.incomplete",
        summary="`{reference|The prefix}` stops too early: {message|a part is missing}",
        explanation=(
            "The host is right, but a registry holds the images of many owners, so the name goes "
            "on behind it. GHCR wants an owner there, Docker Hub a namespace, ECR Public an alias, "
            "Google Artifact Registry a project and a repository."
        ),
        evidence="The host belongs to a known registry, and a part that it needs is not there.",
        fixes=(
            Fix(
                "GHCR: your user or organisation",
                command="registry-wizard setup ghcr.io/acme",
                cloud="GitHub",
            ),
            Fix(
                "Docker Hub: your namespace",
                command="registry-wizard setup docker.io/acme",
                cloud="Docker Hub",
            ),
            Fix(
                "Google: location, project and repository",
                command="registry-wizard setup us-docker.pkg.dev/proj-1/images",
                cloud="Google",
            ),
            Fix("Add the part that is missing behind the host."),
        ),
        told_apart=("reference.invalid",),
    ),
    Cause(
        id="reference.local-only",
        summary="{host|This registry} is on this machine: a cluster elsewhere cannot pull from it",
        explanation=(
            "localhost names another machine for everybody. What is pushed there stays here, and a "
            "cluster that reads the name looks for a registry on its own nodes. It is right only "
            "for a cluster that runs on this machine, such as Flyte's local demo."
        ),
        evidence="The registry's host is localhost or a loopback address.",
        fixes=(
            Fix(
                "For a cluster elsewhere, choose a registry that it can reach",
                command="registry-wizard setup",
            ),
        ),
        told_apart=("network.unreachable",),
        is_warning=True,
    ),
)
