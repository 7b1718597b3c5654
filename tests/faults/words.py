"""Does a text name the cause, and a remedy that works? One rule for docker, podman, skopeo and us.

The rule is about what is said, not by whom: words for the cause and words for a remedy, sought
without case. It is generous to the others: a word that points the right way counts.
"""

from __future__ import annotations

import re
from typing import Final

from tests.journeys.person import Outcome

NAMES: Final[dict[str, str]] = {
    "network.dns": r"no such host|could not resolve|does not resolve|name resolution|lookup",
    "network.unreachable": r"connection refused|no route|network is unreachable|connection made",
    "network.timeout": r"timeout|timed out|deadline exceeded|no answer in time|did not answer",
    "network.tls-untrusted": r"unknown authority|not trusted|self.signed|is not known here",
    "network.tls-invalid": r"expired|not (?:yet valid|valid yet|for)|valid for .* not|another host"
    r"|legacy common name|key usage|not made for|insecure algorithm|too weak|protocol version"
    r"|no longer safe|another address|any ip sans",
    "network.clock-wrong": r"clock",
    "network.plain-http": r"http response to https|plain http|without encryption",
    "network.proxy": r"proxy",
    "network.intercepted": r"captive|sign.in page|something (?:else|other)|web page|firewall",
    "network.registry-down": r"50[0-9]|service unavailable|is down|not in order",
    "network.rate-limited": r"toomanyrequests|too many requests|rate limit|429",
    "engine.none-found": r"not found|no such file|no container engine|not installed",
    "engine.not-running": r"daemon running|not running|cannot connect to the docker|refused",
    "engine.not-answering": r"not answer|no answer|timed? ?out|input/output|internal serv",
    "engine.permission-denied": r"permission denied|may not open|not allowed",
    "engine.wrong-context": r"is dead|another engine|cannot connect to the docker|context",
    "engine.endpoint-invalid": r"invalid|unable to|not (?:found|available)|cannot (?:find|be used)"
    r"|no such file|malformed|parsing",
    "engine.endpoint-unreachable": r"be reached|refused|no such host|no route|authority|ssh",
    "engine.too-old": r"too (?:new|old)|api version|version of the api",
    "engine.no-builder": r"buildx|builder|unknown flag: --push",
    "engine.platform-unsupported": r"platform|windows|architecture|exec format",
    "engine.disk-full": r"no space left|is full",
    "engine.settings-invalid": r"registries configuration|policy\.json|toml:|driver not supported"
    r"|its own settings",
    "engine.policy": r"is blocked|by policy|denied by plugin|a rule on this machine",
    "engine.registry-plain-http": r"http response to https|plain http",
    "engine.registry-untrusted": r"unknown authority|not trust|x509",
    "engine.registry-unreachable": r"proxy|refused|cannot reach|no such host",
    "store.helper-missing": r"executable file not found|not on path",
    "store.helper-failing": r"helper .*fail|exit status|getting credentials|exec format|decoding",
    "store.helper-hung": r"no answer|not answer|in time|timed out",
    "store.locked": r"\block|initiali[sz]ed|set up|no key|decrypt",
    "config.docker-malformed": r"invalid character|unexpected e|unmarshal|illegal base64|malformed"
    r"|(?:config|auth)\.json'? cannot be read|is a directory|too many levels|pars(?:e|ing)",
    "config.environment-shadows": r"variable|REGISTRY_AUTH_FILE|DOCKER_AUTH_CONFIG",
    "config.podman-shadows": r"auth\.json",
    "login.missing": r"no basic auth|not logged in|no login|authentication required|login is",
    "login.rejected": r"wrong|incorrect|revoked|invalid (?:username|token|credential)|bad cred",
    "login.expired": r"expired|run out|ran out",
    "login.token-kind": r"fine-grained|kind of token|personal access token|never takes",
    "login.scope-missing": r"scope",
    "login.sso-required": r"sso|single sign",
    "login.cloud-missing": r"no (?:aws|google) cred|credentials? .*(?:missing|not found)|no login"
    r"|no basic auth|unauthenticated request",
    "login.cloud-expired": r"expired|run out|ran out",
    "login.cloud-denied": r"not authorized|getauthorizationtoken|may not ask",
    "login.realm-refused": r"another host|does not belong|realm",
    "push.not-permitted": r"permission_denied: write|not (?:permitted|allowed)|may not push|forbid",
    "push.repository-missing": r"not exist|not found|name unknown|must exist",
    "push.policy": r"policy|quota|create_package|organi[sz]ation",
    "push.tag-immutable": r"immutable|cannot be overwritten",
    "push.interrupted": r"eof|reset|broken pipe|interrupted|broke (?:off|down)|cut",
    "pull.private": r"private|not public",
    "pull.never-anonymous": r"never (?:serves|anonymous)|no basic auth|authentication required"
    r"|unauthorized",
    "pull.cluster-not-granted": r"no right to pull|not authorized|permission .* denied|not granted",
    "pull.policy-forbids-public": r"policy|permitted customer|forbids",
    "pull.blobs-unreadable": r"blob|layer",
    "pull.platform-missing": r"platform|no match|manifest (?:for|list)|architecture",
    "pull.missing-tag": r"manifest unknown|tag",
    "pull.missing-repository": r"name unknown|repository .* (?:not|unknown)|no repository",
}
REMEDIES: Final = (
    r"check (?:the|whether)|\bvpn\b|allow more time|add the ca|no_proxy|open it in a browser|"
    r"docker login|podman login|log ?in (?:again|with)|gh auth|aws sso|gcloud auth|sign in|"
    r"\bset\b|\bstart\b|systemctl|make it public|change visibility|package-settings|settings|"
    r"unset|remove|install|write:packages|https?://\S+|ask |\blet\b|grant|wait |try again|"
    r"build (?:for|it|with|the)|context use|"
    r"switch|create"
)


def judge(cause: str, text: str) -> str:
    """`cause remedy`, one of them, or `nothing`."""
    found = []
    if cause in NAMES and re.search(NAMES[cause], text, re.IGNORECASE):
        found.append("cause")
        if re.search(REMEDIES, text, re.IGNORECASE):
            found.append("remedy")
    return " ".join(found) or "nothing"


def ours_of(seen: Outcome) -> str:
    """The words of the first row that says something is wrong, as its panel has them."""
    row = seen.of("fail", "unknown")[0]
    fixes = [f"{fix['title']} {fix['command'] or ''} {fix['url'] or ''}" for fix in row["fixes"]]
    return "\n".join([row["summary"] or "", *row["evidence"], *fixes])
