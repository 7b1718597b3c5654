"""Causes of the family `engine`, continued: what stands between an engine and the registry.

Texts and fixes: engines.md 4.4 and 4.8; registries.md 10.
"""

from __future__ import annotations

from wizard.core.diagnosis import Cause, Fix

CAUSES = (
    Cause(
        id="engine.registry-plain-http",
        summary="{engine|The engine} refuses {host|the registry} because it speaks plain HTTP",
        explanation=(
            "The registry answers without encryption, and an engine takes that only from this "
            "machine itself or from hosts on its list of insecure registries. Over plain HTTP a "
            "login can be read by everybody on the way, so TLS on the registry is the better mend."
        ),
        evidence=(
            "The engine said `server gave HTTP response to HTTPS client`, and the wizard itself "
            "reaches the registry over HTTP."
        ),
        fixes=(
            Fix("Give the registry a certificate, so that it serves HTTPS."),
            Fix(
                'Else add "insecure-registries": ["{host}"] to /etc/docker/daemon.json, '
                "then restart Docker",
                command="sudo systemctl restart docker",
                system="linux",
            ),
            Fix(
                'Else add "insecure-registries": ["{host}"] in Docker Desktop: Settings, '
                "Docker Engine",
                url="https://docs.docker.com/reference/cli/dockerd/#insecure-registries",
                system="darwin",
            ),
            Fix(
                'Else add "insecure-registries": ["{host}"] in Docker Desktop: Settings, '
                "Docker Engine",
                url="https://docs.docker.com/reference/cli/dockerd/#insecure-registries",
                system="win32",
            ),
        ),
        told_apart=("network.plain-http",),
    ),
    Cause(
        id="engine.registry-untrusted",
        summary="{engine|The engine} does not trust the certificate of {host|the registry}",
        explanation=(
            "The registry's certificate was issued by an authority (CA) that the engine does not "
            "know, although this machine does. The engine has a list of its own; inside a virtual "
            "machine or a build container it cannot see the one of your system. Company "
            "networks that inspect traffic cause this too."
        ),
        evidence=(
            "The engine said `certificate signed by unknown authority`, and the wizard's own "
            "connection to the same registry was trusted."
        ),
        fixes=(
            Fix(
                "Give Docker the CA certificate (company-ca.pem stands for your file); "
                "no restart is needed",
                command="sudo install -D -m 644 company-ca.pem /etc/docker/certs.d/{host}/ca.crt",
                system="linux",
            ),
            Fix(
                "Give Docker Desktop the CA certificate, then restart it",
                command="mkdir -p ~/.docker/certs.d/{host} && "
                "cp company-ca.pem ~/.docker/certs.d/{host}/ca.crt && docker desktop restart",
                system="darwin",
            ),
            Fix(
                "Add the CA certificate to Windows, then restart Docker Desktop",
                command="certutil -addstore -f Root company-ca.pem",
                system="win32",
            ),
        ),
        told_apart=("network.tls-untrusted",),
    ),
    Cause(
        id="engine.registry-unreachable",
        summary="{engine|The engine} cannot reach {host|the registry}, although this machine can",
        explanation=(
            "An engine opens its own connections, with its own proxy and its own name lookup: a "
            "service does not see the HTTPS_PROXY of your shell, and a virtual machine does not "
            "see your VPN's names. The wizard pushed the same image from this machine, so the "
            "registry and the login are fine."
        ),
        evidence="The engine's push failed on the network; the wizard's own push was accepted.",
        fixes=(
            Fix(
                "Show the proxy that the engine uses now",
                command="docker info --format '{{.HTTPSProxy}} except {{.NoProxy}}'",
            ),
            Fix(
                "Give Docker the proxy: Environment=HTTPS_PROXY=… below [Service], then restart",
                command="sudo systemctl edit docker && sudo systemctl restart docker",
                url="https://docs.docker.com/engine/daemon/proxy/",
                system="linux",
            ),
            Fix(
                "Set the proxy in Docker Desktop: Settings, Resources, Proxies",
                url="https://docs.docker.com/desktop/settings-and-maintenance/settings/",
                system="darwin",
            ),
            Fix(
                "Set the proxy in Docker Desktop: Settings, Resources, Proxies",
                url="https://docs.docker.com/desktop/settings-and-maintenance/settings/",
                system="win32",
            ),
        ),
        told_apart=("network.dns", "network.unreachable", "network.timeout", "network.proxy"),
    ),
)
