"""Causes of the family `engine`: finding and reaching what builds and pushes on this machine.

Texts and fixes: engines.md 4.1, 4.2 and 4.8.
"""

from __future__ import annotations

from wizard.causes.shell import unset
from wizard.core.diagnosis import Cause, Fix

_RECHECK = Fix("Look again", command="registry-wizard doctor")

CAUSES = (
    Cause(
        id="engine.none-found",
        summary="No {wanted|container engine} is installed here",
        explanation=(
            "A container engine is the program that builds images and pushes them, such as Docker "
            "or Podman. None was found: no program, no socket and no product that brings one. "
            "Your code's images are built on this machine, so it needs one."
        ),
        evidence="No engine's program is on PATH and none of the known sockets exists.",
        fixes=(
            Fix(
                "Install Docker Engine",
                command="curl -fsSL https://get.docker.com | sudo sh",
                url="https://docs.docker.com/engine/install/",
                system="linux",
            ),
            Fix(
                "Install Docker Desktop",
                command="brew install --cask docker",
                url="https://docs.docker.com/desktop/setup/install/mac-install/",
                system="darwin",
            ),
            Fix(
                "Install Docker Desktop",
                command="winget install Docker.DockerDesktop",
                url="https://docs.docker.com/desktop/setup/install/windows-install/",
                system="win32",
            ),
            Fix(
                "Look around first: the practice registries need no engine",
                command="registry-wizard --sandbox",
            ),
        ),
        told_apart=("engine.not-running",),
    ),
    Cause(
        id="engine.not-running",
        summary="{engine|The container engine} is installed but not running",
        explanation=(
            "An engine is a program in the background; other programs talk to it through a socket, "
            "a file such as /var/run/docker.sock. That file is missing, or nobody listens behind "
            "it, so the engine was not started or has stopped."
        ),
        evidence="The engine's program is there; its socket is missing or refuses the connection.",
        fixes=(
            Fix(
                "Start Docker, now and with the machine",
                command="sudo systemctl enable --now docker",
                system="linux",
                changes="the service docker runs, and starts with the machine from now on",
                inverse="sudo systemctl disable --now docker",
            ),
            Fix("Without systemd", command="sudo service docker start", system="linux"),
            Fix(
                "Rootless Docker: start it for your user",
                command="systemctl --user start docker",
                system="linux",
                changes="your own service docker runs",
                inverse="systemctl --user stop docker",
            ),
            Fix(
                "Start Docker Desktop",
                command="open -a Docker",
                system="darwin",
                changes="Docker Desktop runs; its first start takes a minute",
            ),
            Fix(
                "Colima instead of Docker Desktop",
                command="colima start",
                system="darwin",
                changes="Colima's machine runs; its first start takes minutes",
                inverse="colima stop",
            ),
            Fix(
                "Start Docker Desktop",
                command="docker desktop start",
                system="win32",
                changes="Docker Desktop runs; its first start takes a minute",
                inverse="docker desktop stop",
            ),
            Fix(
                "If Docker Desktop does not come up, update what it runs in",
                command="wsl --update",
                system="win32",
            ),
            _RECHECK,
        ),
        told_apart=(
            "engine.none-found",
            "engine.permission-denied",
            "engine.not-answering",
            "engine.wrong-context",
        ),
    ),
    Cause(
        id="engine.permission-denied",
        summary="This user may not open the engine's socket {endpoint|on this machine}",
        explanation=(
            "The engine is there, but its socket belongs to root and to one group, and you are not "
            "a member of it. A membership that was added after you logged in counts only from "
            "the next login on. Whoever may use this socket can become root on this machine, "
            "so rootless Docker is the alternative."
        ),
        evidence="Connecting to the socket, or entering its folder, ended with EACCES.",
        fixes=(
            Fix(
                "Join the group docker, then log out and in again",
                command="sudo usermod -aG docker $USER",
                system="linux",
            ),
            Fix("Use the new group in this shell only", command="newgrp docker", system="linux"),
            Fix(
                "Run Docker without root instead",
                command="dockerd-rootless-setuptool.sh install",
                url="https://docs.docker.com/engine/security/rootless/",
                system="linux",
            ),
            Fix(
                "Use Docker Desktop's socket for your user",
                command="docker context use desktop-linux",
                system="darwin",
            ),
            Fix(
                "Join the group docker-users, then log out and in again",
                command='net localgroup docker-users "%USERNAME%" /add',
                system="win32",
            ),
        ),
        told_apart=("engine.not-running",),
    ),
    Cause(
        id="engine.not-answering",
        summary="{engine|The engine} takes the connection but does not answer",
        explanation=(
            "Something listens on the engine's socket, but no answer came within the time limit. "
            "A product that is still starting looks like this for up to two minutes; a stalled "
            "disk or a paused virtual machine looks like this for ever. The docker command line "
            "waits without end in this state."
        ),
        evidence="The connection was accepted; no answer within the deadline of the probe.",
        fixes=(
            Fix("Wait for half a minute, then look again", command="registry-wizard doctor"),
            Fix("Restart Docker", command="sudo systemctl restart docker", system="linux"),
            Fix("Restart Docker Desktop", command="docker desktop restart", system="darwin"),
            Fix(
                "Stop the virtual machine, then start Docker Desktop again",
                command="wsl --shutdown",
                system="win32",
            ),
        ),
        told_apart=("engine.not-running",),
    ),
    Cause(
        id="engine.endpoint-invalid",
        summary="The engine's address cannot be used: {endpoint|DOCKER_HOST or the context}",
        explanation=(
            "Programs find the engine through DOCKER_HOST, then DOCKER_CONTEXT, then the current "
            "docker context, which is a saved address. The one that counts here is misspelt, names "
            "a context that does not exist, or leads to a service that is no Docker engine. It is "
            "often left over from a product that was removed."
        ),
        evidence=(
            "The address does not parse, its context is not stored here, or what answered there "
            "does not speak Docker's API."
        ),
        fixes=(
            *unset("Forget the variables in this shell", "DOCKER_HOST", "DOCKER_CONTEXT"),
            Fix("Go back to the default context", command="docker context use default"),
            Fix("List the contexts that exist", command="docker context ls"),
        ),
        told_apart=("engine.endpoint-unreachable", "engine.not-running"),
    ),
    Cause(
        id="engine.endpoint-unreachable",
        summary="The remote engine {endpoint|that is chosen} cannot be reached",
        explanation=(
            "DOCKER_HOST or the docker context leads to an engine on another machine, over tcp or "
            "ssh. That machine did not take the connection: its name does not resolve, it is off, "
            "a firewall or a missing VPN stands between, or ssh refused the login."
        ),
        evidence="The connection to the tcp or ssh endpoint failed before any engine answered.",
        fixes=(
            *unset("Use the engine of this machine in this shell", "DOCKER_HOST", "DOCKER_CONTEXT"),
            Fix("Go back to the default context", command="docker context use default"),
            Fix("For ssh, see what the other side says", command="docker -l debug version"),
        ),
        told_apart=("engine.endpoint-invalid", "engine.not-running"),
    ),
    Cause(
        id="engine.wrong-context",
        summary="{endpoint|The chosen endpoint} is dead, but {other|another engine here} answers",
        explanation=(
            "A docker context is a saved address of an engine. The one that programs would use, "
            "chosen by {by|DOCKER_HOST or the current context}, has nobody behind it, while "
            "another engine on this machine is ready. This happens after changing from one "
            "product to another, such as Docker Desktop to Colima."
        ),
        evidence="The endpoint that the rules choose does not answer; another one here does.",
        fixes=(
            *unset("Forget the variables in this shell", "DOCKER_HOST", "DOCKER_CONTEXT"),
            Fix("See all contexts", command="docker context ls"),
        ),
        told_apart=("engine.not-running", "engine.endpoint-invalid"),
    ),
)
