"""Causes of the family `network`: the way from this machine to the registry.

Texts and fixes: registries.md 10, credentials.md 5.
"""

from __future__ import annotations

from wizard.causes.shell import export, on_posix, unset
from wizard.core.diagnosis import Cause, Fix

_LOOK = Fix(
    "See what this machine gets from it",
    command="curl -sS -D - -o /dev/null https://{host}/v2/",
)

CAUSES = (
    Cause(
        id="network.dns",
        summary="The name {host|of the registry} does not resolve",
        explanation=(
            "Before a connection a name is turned into an address by a DNS server, and that server "
            "knows no address for this name. It is misspelt, or it exists only inside a company "
            "network and the VPN is off, or this machine is not online."
        ),
        evidence="The system's name lookup failed.",
        fixes=(
            Fix("Check the spelling of the host, and whether a VPN is needed for it."),
            Fix("Ask the system for its address", command="getent hosts {host}", system="linux"),
            Fix("Ask for its address", command="nslookup {host}", system="darwin"),
            Fix("Ask for its address", command="nslookup {host}", system="win32"),
        ),
        told_apart=("network.unreachable", "network.proxy"),
    ),
    Cause(
        id="network.unreachable",
        summary="{host|The registry} cannot be reached: {message|the connection was refused}",
        explanation=(
            "The name has an address, but nobody there takes the connection, or there is no route "
            "to it. The registry is not running, listens on another port, or a firewall refuses."
        ),
        evidence="The connection was refused, or the system knows no route.",
        fixes=(
            Fix("Check the host and the port, and whether a VPN is needed."),
            _LOOK,
        ),
        told_apart=("network.timeout", "network.dns", "network.proxy"),
    ),
    Cause(
        id="network.timeout",
        summary="{host|The registry} did not answer in {seconds|the given} seconds",
        explanation=(
            "The connection or the answer took longer than allowed. Often a firewall drops the "
            "packets without a word, the VPN is off, or only a proxy may go out from this network. "
            "A registry under load is the rarer reason."
        ),
        evidence="The deadline passed before a connection or an answer was there.",
        fixes=(
            Fix("Allow more time", command="registry-wizard doctor --timeout 30"),
            *export(
                "In a company network, set its proxy (the address here is an example)",
                "HTTPS_PROXY",
                "http://proxy.example.com:3128",
            ),
            _LOOK,
        ),
        told_apart=("network.unreachable",),
    ),
    Cause(
        id="network.tls-untrusted",
        summary="The certificate of {host|the registry} comes from an issuer not trusted here",
        explanation=(
            "A certificate proves that a server is who it says; it counts only when this machine "
            "trusts its issuer (the CA). Here the issuer is a private one: the registry's own, or "
            "a company device that opens and inspects all traffic. The wizard never goes on "
            "without that proof."
        ),
        evidence="The certificate's chain ends at an issuer that is in none of the trust stores.",
        fixes=(
            Fix(
                "Add the CA to this machine (company-ca.crt stands for your file)",
                command="sudo cp company-ca.crt /usr/local/share/ca-certificates/ && "
                "sudo update-ca-certificates",
                system="linux",
            ),
            Fix(
                "Add the CA to the keychain (company-ca.crt stands for your file)",
                command="sudo security add-trusted-cert -d -r trustRoot "
                "-k /Library/Keychains/System.keychain company-ca.crt",
                system="darwin",
            ),
            Fix(
                "Add the CA to Windows (company-ca.crt stands for your file)",
                command="certutil -addstore -f Root company-ca.crt",
                system="win32",
            ),
            *export(
                "Or name a file of certificates for this shell (the file here is an example)",
                "SSL_CERT_FILE",
                "/etc/ssl/ca-bundle.pem",
            ),
            *unset("Or forget a variable that names a wrong file, in this shell", "SSL_CERT_FILE"),
        ),
        told_apart=("network.tls-invalid", "network.intercepted", "engine.registry-untrusted"),
    ),
    Cause(
        id="network.tls-invalid",
        summary="TLS with {host|the registry} fails: {message|its certificate is not valid}",
        explanation=(
            "The certificate has run out, is not valid yet, was made for another name or another "
            "use, or is too weak to count; or the server offers only outdated versions of TLS. The "
            "server's operator has to renew it. When this machine's clock is wrong, a good "
            "certificate looks out of date, so the clock is compared where the server tells the "
            "time."
        ),
        evidence="The check of the certificate's dates, names, use or strength failed.",
        fixes=(
            Fix(
                "See its names and dates",
                command="openssl s_client -connect {host}:443 -servername {host} </dev/null | "
                "openssl x509 -noout -subject -dates",
            ),
            Fix("Tell whoever runs the registry that its certificate must be renewed."),
        ),
        told_apart=("network.clock-wrong", "network.tls-untrusted"),
    ),
    Cause(
        id="network.clock-wrong",
        summary="This machine's clock is off by {minutes|several} minutes",
        explanation=(
            "The registry's own time differs from this machine's. Certificates and signed requests "
            "are valid only for a while, so a wrong clock makes good ones look expired. Virtual "
            "machines lose time while the computer sleeps."
        ),
        evidence="The Date that the server sent differs from this machine's clock.",
        fixes=(
            Fix("Set it by the network", command="sudo timedatectl set-ntp true", system="linux"),
            Fix("Set it now", command="sudo sntp -sS time.apple.com", system="darwin"),
            Fix("Set it by the network", command="w32tm /resync", system="win32"),
        ),
        told_apart=("network.tls-invalid", "login.expired"),
    ),
    Cause(
        id="network.plain-http",
        summary="{host|The registry} speaks plain HTTP where HTTPS is expected",
        explanation=(
            "The server answered without encryption. A login sent there could be read by anybody "
            "on the way, so nothing was sent. Plain HTTP is taken only from this machine itself "
            "(localhost), where nothing leaves it."
        ),
        evidence="The answer to the TLS greeting was an HTTP answer.",
        fixes=(
            Fix("Give the registry a certificate, so that it serves HTTPS."),
            Fix("Check the port: many registries serve HTTPS on another one."),
        ),
        told_apart=("engine.registry-plain-http", "network.intercepted"),
    ),
    Cause(
        id="network.proxy",
        summary="The proxy {proxy|that is set} stands in the way: "
        "{message|it refused the connection}",
        explanation=(
            "HTTPS_PROXY says that connections go through a proxy, a server that passes them on. "
            "The proxy cannot be reached, wants a login of its own (407), or does not let this "
            "host through."
        ),
        evidence="The connection to the proxy failed, or it answered with an error of its own.",
        fixes=(
            *on_posix("See what is set", "env | grep -i _proxy"),
            Fix("See what is set", command="Get-Item Env:*_PROXY", system="win32"),
            *on_posix(
                "Go around the proxy for this host, in this shell",
                'export NO_PROXY="$NO_PROXY,{host}"',
            ),
            Fix(
                "Go around the proxy for this host, in this shell",
                command='$env:NO_PROXY = "$env:NO_PROXY,{host}"',
                system="win32",
            ),
            Fix("Ask your network team to let {host|the registry} through."),
        ),
        told_apart=("network.unreachable", "network.intercepted"),
    ),
    Cause(
        id="network.intercepted",
        summary="Something other than {host|the registry} answered, or cut the connection",
        explanation=(
            "Where a registry was asked, a web page or a firewall's notice came back: the login "
            "page of a hotel or guest network, a company's block page, or a server that is no "
            "registry at all. What it says is not believed. A firewall that forbids a host often "
            "says nothing and cuts the connection."
        ),
        evidence="The answer is not in the form of the registry protocol, mostly a web page.",
        fixes=(
            Fix("Open it in a browser, which shows what answers", url="https://{host}/v2/"),
            Fix("Leave the guest network, or switch on the VPN, then look again."),
            _LOOK,
        ),
        told_apart=("network.proxy", "network.registry-down"),
    ),
    Cause(
        id="network.registry-down",
        summary="{host|The registry} has a fault of its own",
        explanation=(
            "The registry was reached and answered that it failed by itself. There is nothing to "
            "mend on this machine; such faults mostly pass within minutes."
        ),
        evidence="The registry answered with a status from 500 to 599.",
        fixes=(
            Fix("Wait a few minutes, then try again", command="registry-wizard doctor"),
            Fix("See whether its operator knows: most have a status page."),
        ),
        told_apart=("network.rate-limited", "network.intercepted"),
    ),
    Cause(
        id="network.rate-limited",
        summary="{host|The registry} takes no more requests for now (wait {seconds|some} seconds)",
        explanation=(
            "Registries count requests per address and per account. Docker Hub also counts pulls: "
            "without a login, all machines behind one address share a small quota, so a cluster "
            "behind one address uses it up quickly. A login has a quota of its own."
        ),
        evidence="The registry answered 429; its text says whether it is the pull quota.",
        fixes=(
            Fix("Wait, then try again", command="registry-wizard doctor"),
            Fix(
                "For the pull quota: log in, also for pulling",
                command="docker login",
                cloud="Docker Hub",
            ),
            Fix(
                "What Docker Hub's quota is",
                url="https://docs.docker.com/docker-hub/usage/pulls/",
                cloud="Docker Hub",
            ),
        ),
        told_apart=("network.registry-down", "login.rejected"),
    ),
)
