from __future__ import annotations

import pytest

from wizard.clients.proxies import UnusableProxyError, read_proxies

PROXY = "http://proxy.corp:3128"
BOTH = {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY}


def chosen(environ: dict[str, str], url: str = "https://ghcr.io:443") -> str | None:
    scheme, _, rest = url.partition("://")
    host, _, port = rest.rpartition(":")
    return read_proxies(environ).choose(scheme, host, int(port))


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTPS_PROXY": PROXY},
        {"https_proxy": PROXY},
        {"HTTPS_PROXY": "proxy.corp:3128"},
        {"HTTPS_PROXY": PROXY, "https_proxy": "http://other:1"},
        {"HTTPS_PROXY": "", "https_proxy": PROXY},
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
        ("other localhost", "https://ghcr.io:443", False),
        ("reg.test:5000", "http://reg.test:5000", True),
        ("reg.test:5000", "http://reg.test:5001", False),
        ("", "http://localhost:5000", True),
        ("", "http://127.0.0.2:5000", True),
        ("[2001:db8::1]:5000", "http://2001:db8::1:5000", True),
        ("https://ghcr.io", "https://ghcr.io:443", False),
        ("", "https://ghcr.io:443", False),
        (",,", "https://ghcr.io:443", False),
    ],
)
def test_no_proxy_means_what_it_means_elsewhere(no_proxy: str, url: str, direct: bool) -> None:
    assert (chosen(BOTH | {"NO_PROXY": no_proxy}, url) is None) is direct


@pytest.mark.parametrize(
    "value", ["http://", "http://host:nonsense", "ftp://x:1", "http://[x", "http:///3128"]
)
def test_a_value_that_is_no_address_lets_no_request_out_and_is_not_shown(value: str) -> None:
    proxies = read_proxies({"HTTPS_PROXY": value, "NO_PROXY": "inner.corp"})

    with pytest.raises(UnusableProxyError) as raised:
        proxies.choose("https", "ghcr.io", 443)
    assert str(raised.value) == "HTTPS_PROXY does not hold the address of a proxy"
    assert proxies.choose("https", "inner.corp", 443) is None
    assert proxies.choose("http", "ghcr.io", 80) is None


def test_the_variable_that_go_does_not_know_is_left_out_and_named_where_it_is_alone() -> None:
    alone = read_proxies({"all_proxy": "socks5://127.0.0.1:1080"})

    assert alone.choose("https", "ghcr.io", 443) is None
    (named,) = alone.ignored
    assert named.startswith("all_proxy is ignored")
    assert "1080" not in named
    assert read_proxies({"ALL_PROXY": "http://other:1", "HTTPS_PROXY": PROXY}).ignored == ()


def test_what_is_no_url_at_all_is_left_out_and_named_without_its_value() -> None:
    proxies = read_proxies({"HTTPS_PROXY": "http://ada:50%off@proxy.corp:3128"})

    assert proxies.choose("https", "ghcr.io", 443) is None
    (named,) = proxies.ignored
    assert named.startswith("HTTPS_PROXY is ignored")
    assert "off" not in named
