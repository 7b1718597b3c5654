from __future__ import annotations

import pytest

from wizard.clients.proxies import read_proxies

PROXY = "http://proxy.corp:3128"


def chosen(environ: dict[str, str], url: str = "https://ghcr.io:443") -> str | None:
    scheme, _, rest = url.partition("://")
    host, _, port = rest.rpartition(":")
    return read_proxies(environ).choose(scheme, host, int(port))


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTPS_PROXY": PROXY},
        {"https_proxy": PROXY},
        {"ALL_PROXY": PROXY},
        {"HTTPS_PROXY": "proxy.corp:3128"},
        {"HTTPS_PROXY": "http://other:1", "https_proxy": PROXY},
        {"HTTPS_PROXY": PROXY, "ALL_PROXY": "http://other:1"},
    ],
)
def test_the_environment_names_the_proxy(environ: dict[str, str]) -> None:
    assert chosen(environ) == PROXY


def test_a_proxy_for_plain_http_is_not_one_for_https() -> None:
    assert chosen({"HTTP_PROXY": PROXY}) is None


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("*", "https://ghcr.io:443", True),
        ("ghcr.io", "https://ghcr.io:443", True),
        ("ghcr.io", "https://sub.ghcr.io:443", True),
        ("ghcr.io", "https://notghcr.io:443", False),
        (".ghcr.io", "https://ghcr.io:443", False),
        (".ghcr.io", "https://sub.ghcr.io:443", True),
        ("*.ghcr.io", "https://sub.ghcr.io:443", True),
        ("GHCR.io", "https://ghcr.io:443", True),
        ("other, ghcr.io", "https://ghcr.io:443", True),
        ("10.0.0.0/8", "https://10.1.2.3:443", True),
        ("10.0.0.0/8", "https://11.1.2.3:443", False),
        ("10.0.0.0/8", "https://ghcr.io:443", False),
        ("[::1]", "https://::1:443", True),
        ("::1", "https://::1:443", True),
        ("localhost:5000", "http://localhost:5000", True),
        ("localhost:5000", "http://localhost:5001", False),
        ("[::1]:5000", "http://::1:5000", True),
        ("https://ghcr.io", "https://ghcr.io:443", True),
        ("", "https://ghcr.io:443", False),
        (",,", "https://ghcr.io:443", False),
    ],
)
def test_no_proxy_means_what_it_means_elsewhere(no_proxy: str, url: str, direct: bool) -> None:
    assert (chosen({"ALL_PROXY": PROXY, "NO_PROXY": no_proxy}, url) is None) is direct


@pytest.mark.parametrize(
    "value",
    ["socks4://127.0.0.1:1080", "http://", "http://host:nonsense", "ftp://x:1", "http://[x"],
)
def test_a_bad_variable_is_left_out_and_named_without_its_value(value: str) -> None:
    proxies = read_proxies({"ALL_PROXY": value, "HTTPS_PROXY": PROXY})

    assert proxies.choose("https", "ghcr.io", 443) == PROXY
    assert proxies.choose("http", "ghcr.io", 80) is None
    (named,) = proxies.ignored
    assert named.startswith("ALL_PROXY is ignored: ")
    assert "1080" not in named
