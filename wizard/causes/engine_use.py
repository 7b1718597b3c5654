"""Causes of the family `engine`, continued: what an engine that answers cannot do.

Texts and fixes: engines.md 4.2, 4.4, 4.5 and 4.8; union-and-flyte.md 1.6.
"""

from __future__ import annotations

from wizard.causes.shell import unset
from wizard.core.diagnosis import Cause, Fix

CAUSES = (
    Cause(
        id="engine.too-old",
        summary="{engine|The engine} and its client share no version of the API",
        explanation=(
            "Engine and client agree on a version of the API before they talk. Here the newest "
            "version of one is older than the oldest that the other still takes, or a variable "
            "pins a version that does not fit."
        ),
        evidence="The engine refused every API version that this wizard and the SDK can speak.",
        fixes=(
            *unset("Stop pinning a version, in this shell", "DOCKER_API_VERSION"),
            Fix(
                "Update Docker Engine",
                command="curl -fsSL https://get.docker.com | sudo sh",
                url="https://docs.docker.com/engine/install/",
                system="linux",
            ),
            Fix("Update Docker Desktop", command="docker desktop update", system="darwin"),
            Fix("Update Docker Desktop", command="docker desktop update", system="win32"),
            Fix(
                "Update the docker package of your project",
                command='python -m pip install --upgrade "docker>=7.2"',
            ),
        ),
        told_apart=("sdk.docker-package-old",),
    ),
    Cause(
        id="engine.no-builder",
        summary="{engine|The engine} runs, but its builder {builder|buildx} is missing or broken",
        explanation=(
            "flytekit and flyte build with `docker build --push`, which needs buildx, a plugin of "
            "the docker command. Without it their build ends with `unknown flag: --push` or "
            "`buildx component is missing or broken`. Podman answers the same way when it stands "
            "in for docker."
        ),
        evidence="`docker buildx version` failed, or docker did not know the flag --push.",
        fixes=(
            Fix(
                "Install buildx from Docker's packages",
                command="sudo apt-get install docker-buildx-plugin",
                url="https://docs.docker.com/build/install-buildx/",
                system="linux",
            ),
            Fix(
                "Where Docker is your distribution's own package, docker.io: install its buildx",
                command="sudo apt-get install docker-buildx",
                system="linux",
            ),
            Fix("Install buildx", command="brew install docker-buildx", system="darwin"),
            Fix(
                "Update Docker Desktop, which brings buildx",
                command="docker desktop update",
                system="win32",
            ),
            Fix("See whether it is found now", command="docker buildx version"),
        ),
        told_apart=("sdk.engine-unsupported",),
    ),
    Cause(
        id="engine.platform-unsupported",
        summary="{engine|The engine} cannot build for {platform|the cluster's platform}",
        explanation=(
            "A platform names the system and processor that an image runs on, such as linux/amd64. "
            "This machine has another processor, and the engine has no emulation for the "
            "cluster's. Without it a build fails with `exec format error`, or makes an "
            "image that the cluster cannot start."
        ),
        evidence="The builder does not list the platform, or it built an image for another one.",
        fixes=(
            Fix(
                "Install emulation",
                command="sudo apt-get install qemu-user-static binfmt-support",
                system="linux",
            ),
            Fix(
                "Or install it by a container, on any distribution",
                command="docker run --privileged --rm tonistiigi/binfmt --install all",
            ),
            Fix(
                "Switch on Rosetta in Docker Desktop: Settings, General",
                url="https://docs.docker.com/desktop/settings-and-maintenance/settings/",
                system="darwin",
            ),
            Fix("See what the builder can do", command="docker buildx inspect --bootstrap"),
        ),
        told_apart=("pull.platform-missing",),
    ),
    Cause(
        id="engine.disk-full",
        summary="The storage of {engine|the engine} is full",
        explanation=(
            "Images and build caches have filled the disk that the engine uses. On Docker Desktop "
            "and in other virtual machines this is a disk of its own, so the machine's own disk "
            "may look fine; and a failed build frees its space again before anybody looks."
        ),
        evidence="The engine said `no space left on device`, or reports no free space.",
        fixes=(
            Fix("See what takes the space", command="docker system df"),
            Fix(
                "Remove the build cache, which is made again as needed",
                command="docker builder prune",
            ),
            Fix("Remove images that no container uses", command="docker image prune -a"),
            Fix(
                "Enlarge the virtual disk in Docker Desktop: Settings, Resources",
                url="https://docs.docker.com/desktop/settings-and-maintenance/settings/",
                system="darwin",
            ),
            Fix(
                "Enlarge the virtual disk in Docker Desktop: Settings, Resources",
                url="https://docs.docker.com/desktop/settings-and-maintenance/settings/",
                system="win32",
            ),
        ),
        told_apart=("push.policy",),
    ),
    Cause(
        id="engine.cannot-push",
        summary="{engine|This engine} runs containers but cannot push images to a registry",
        explanation=(
            "LXD and Incus run whole systems in containers. They have images of their own kind and "
            "no command that pushes an OCI image, which is what registries and clusters use. "
            "Docker or Podman can be installed beside them, or inside one of their instances. "
            "containerd pushes only by a tool of its own, nerdctl or ctr."
        ),
        evidence="The engine has no operation that pushes an OCI image.",
        fixes=(
            Fix(
                "Install Docker beside it",
                command="curl -fsSL https://get.docker.com | sudo sh",
                url="https://docs.docker.com/engine/install/",
                system="linux",
            ),
            Fix(
                "Let the wizard push its test image without an engine",
                command="registry-wizard setup --engine none",
            ),
        ),
        told_apart=("sdk.engine-unsupported",),
    ),
    Cause(
        id="engine.socket-off",
        summary="{engine|Podman} works by its command; its socket {endpoint|} is off",
        explanation=(
            "Podman needs no program in the background: its command builds and pushes by itself, "
            "and so does Flyte 2 with it. Other programs, such as the docker package in Python, "
            "talk to a socket, and nothing serves it at the moment."
        ),
        evidence="Podman's command answered; its socket is missing or refuses the connection.",
        fixes=(
            Fix(
                "Switch the socket on, now and with every login",
                command="systemctl --user enable --now podman.socket",
                system="linux",
            ),
            Fix("Start the Podman machine", command="podman machine start", system="darwin"),
            Fix("Start the Podman machine", command="podman machine start", system="win32"),
        ),
        told_apart=("engine.not-running",),
        is_warning=True,
    ),
    Cause(
        id="engine.user-ids-missing",
        summary="{engine|Podman} has no range of user ids for working without root",
        explanation=(
            "Without root, an engine maps the users inside an image to a range of ids that belongs "
            "to you, kept in /etc/subuid and /etc/subgid. There is no range for your account, or "
            "the programs that apply it are missing, so real images cannot be unpacked."
        ),
        evidence="Podman maps only your own id, or newuidmap and newgidmap failed.",
        fixes=(
            Fix(
                "Install the programs that apply the range",
                command="sudo apt-get install uidmap",
                system="linux",
            ),
            Fix(
                "Give your account a range, then tell Podman",
                command="sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER"
                " && podman system migrate",
                url="https://docs.podman.io/en/latest/markdown/podman.1.html#rootless-mode",
                system="linux",
            ),
            Fix("See which ids it maps", command="podman unshare cat /proc/self/uid_map"),
        ),
        told_apart=("engine.permission-denied",),
    ),
)
