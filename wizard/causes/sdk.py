"""Causes of the family `sdk`: flytekit, union and flyte in the user's own project.

Texts and fixes: union-and-flyte.md 0, 1.3 to 1.7 and 5.
"""

from __future__ import annotations

from wizard.causes.shell import export
from wizard.core.diagnosis import Cause, Fix

_SAME_ENDPOINT = export(
    "Show every program the engine of the current context, in this shell",
    "DOCKER_HOST",
    "$(docker context inspect -f '{{.Endpoints.docker.Host}}')",
)

CAUSES = (
    Cause(
        id="sdk.docker-package-old",
        summary="The project's docker package ({version|older than 7.2}) does not follow "
        "docker contexts",
        explanation=(
            "flytekit asks the registry through the Python package `docker`. Before version 7.2 "
            "that package looks only at DOCKER_HOST and the default socket, while the docker "
            "command also follows the current context. Your engine is reached by a context, so "
            "the command line finds it and the SDK does not."
        ),
        evidence=(
            "The package in the project's Python is older than 7.2, and the engine's endpoint "
            "comes from a docker context."
        ),
        fixes=(
            Fix(
                "Update the package in the project's Python",
                command='{python|python} -m pip install --upgrade "docker>=7.2"',
            ),
            *_SAME_ENDPOINT,
        ),
        told_apart=("sdk.different-engine", "engine.too-old"),
    ),
    Cause(
        id="sdk.different-engine",
        summary="The SDK reaches another engine than the docker command",
        explanation=(
            "flytekit uses two ways to the engine: a Python package for the question whether the "
            "image exists, and the docker command for the build. Here they end at two different "
            "engines, so an image that one of them has is missing for the other, and so may be "
            "the login."
        ),
        evidence="Both ways answered, and the engines' ids differ.",
        fixes=(
            *_SAME_ENDPOINT,
            Fix("See which context is the current one", command="docker context ls"),
        ),
        told_apart=("sdk.docker-package-old", "engine.wrong-context"),
    ),
    Cause(
        id="sdk.engine-unsupported",
        summary="The project's SDK cannot use {engine|this engine}",
        explanation=(
            "flytekit runs `docker build --push` and asks Docker's own API whether an image "
            "exists. Podman, LXD and bare containerd do not answer both as Docker does, and "
            "without any engine there is nobody to answer. Flyte 2 can build with Podman when its "
            "configuration says so. Both can have Union build instead."
        ),
        evidence="The SDK's version in the project and the chosen engine are known not to fit.",
        fixes=(
            Fix("Choose a Docker engine", command="registry-wizard setup --engine docker"),
            Fix(
                "With Flyte 2 and Podman, set image.builder to local-podman",
                command="registry-wizard export flyte-config",
            ),
            Fix(
                'With Union, build no image here: ImageSpec(builder="union"), or with Flyte 2 '
                "image.builder: remote."
            ),
        ),
        told_apart=("engine.no-builder", "engine.cannot-push"),
    ),
    Cause(
        id="sdk.assumes-exists",
        summary="The SDK cannot tell whether an image exists, and would assume that it does",
        explanation=(
            "Before a build the SDK asks whether the image is already in the registry. When the "
            "engine is down or the login is missing it gets no answer, takes that for a yes, "
            "builds nothing and reports success; the task later ends with ImagePullBackOff. "
            "FLYTE_IMG_FAST_FAIL=1 turns the missing answer into an error that you see at once."
        ),
        evidence="The SDK's existence check in the project's Python answered neither yes nor no.",
        fixes=(
            *export("Fail early, in this shell", "FLYTE_IMG_FAST_FAIL", "1"),
            Fix("Prove engine and login, which it asks through", command="registry-wizard doctor"),
        ),
        told_apart=("login.missing", "engine.not-running"),
        is_warning=True,
    ),
    Cause(
        id="sdk.python-unusable",
        summary="The project's Python ({by|python3}) cannot be asked about its SDK",
        explanation=(
            "The wizard asks your project's own Python which of flytekit, union and flyte it has, "
            "and asks the registry through its docker package, as the SDK does. That Python is "
            "missing, broken, or did not answer in time, or the package cannot be used, so the "
            "SDK would probably not work either."
        ),
        evidence=(
            "A question that any working Python from 3.8 on answers was not answered, or its "
            "docker package ended with an error that the SDK does not catch."
        ),
        fixes=(
            Fix(
                "Name the Python that runs your code",
                command="registry-wizard doctor --python PATH",
            ),
            Fix(
                "Try it by hand",
                command="{python|python3} -c 'import importlib.metadata'",
            ),
        ),
        told_apart=("sdk.engine-unsupported",),
        is_warning=True,
    ),
)
