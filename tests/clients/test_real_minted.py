"""Amazon's real credential helper, named by the wizard, beside the tools that then ask it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.amazon_tokens import API, REGION, AmazonTokens, amazon_tokens
from tests.support.credential_helpers import Machine
from tests.support.logins import CANARY, LoginWorld, Provider
from tests.support.needs import need_program
from wizard.core.ports import Endpoint, Fitness, StoreChoice
from wizard.core.secret import Credential, Secret

pytestmark = pytest.mark.engine

HOST = f"123456789012.dkr.ecr.{REGION}.amazonaws.com"
ECR = Endpoint(HOST, f"https://{HOST}", cloud_helpers=("ecr-login",), cloud="aws")
AWS = Credential("AWS", Secret(CANARY), "profile:default")
_SDK = """
import sys
from docker import auth
print(auth.load_config().resolve_authconfig(sys.argv[1])["Username"])
"""


@pytest.fixture
def machine(home: Path) -> Machine:
    machine = Machine(home)
    path = need_program("docker-credential-ecr-login", "amazon-ecr-credential-helper")
    (machine.bin / "docker-credential-ecr-login").symlink_to(path)
    (home / ".aws").mkdir()
    keys = "aws_access_key_id = AKIAPRACTICE\naws_secret_access_key = CANARY-key\n"
    (home / ".aws" / "credentials").write_text(f"[default]\n{keys}")
    return machine


@pytest.fixture
def amazon(machine: Machine, tmp_path: Path) -> Iterator[AmazonTokens]:
    with amazon_tokens(tmp_path) as running:
        machine.environ.update(running.environ)
        yield running


async def said_by(machine: Machine, *argv: str) -> str:
    ended = await asyncio.to_thread(
        subprocess.run, argv, check=True, env=machine.environ, capture_output=True, text=True
    )
    return str(ended.stdout).strip()


async def test_ecr_login_is_named_and_every_tool_is_then_known_to_amazon(
    machine: Machine, amazon: AmazonTokens
) -> None:
    skopeo = need_program("skopeo")
    world = LoginWorld(machine)

    plan = await world.logins.plan(ECR, AWS, StoreChoice.AUTO)
    await world.logins.store(plan, ECR, AWS)

    assert (plan.is_minted, plan.helper) == (True, "ecr-login")
    assert "~/.ecr" in plan.reason
    assert world.config == {"credHelpers": {HOST: "ecr-login"}}
    assert amazon.asked[0]["host"] == API
    assert amazon.asked[0]["x-amz-target"].endswith(".GetAuthorizationToken")
    assert "Credential=AKIAPRACTICE/" in amazon.asked[0]["authorization"]
    (login,) = await world.logins.find(Provider(), ECR)
    assert (login.username, login.tools) == ("AWS", ("docker", "docker SDK", "podman"))
    assert await said_by(machine, skopeo, "login", "--get-login", HOST) == "AWS"
    assert await said_by(machine, sys.executable, "-c", _SDK, HOST) == "AWS"
    (verdict,) = await world.logins.bench(ECR)
    assert verdict.fitness is Fitness.MINTS

    assert all(item.done for item in await world.journal.undo(everything=True, dry_run=False))
    assert not machine.config.exists()


@pytest.mark.parametrize("refusal", ["AccessDeniedException", "ExpiredTokenException"])
async def test_a_refusal_that_ecr_login_calls_not_found_is_not_believed(
    machine: Machine, amazon: AmazonTokens, refusal: str
) -> None:
    amazon.refusal = refusal
    machine.helper("pass")
    world = LoginWorld(machine)

    plan = await world.logins.plan(ECR, AWS, StoreChoice.AUTO)
    machine.write(f'{{"credHelpers": {{"{HOST}": "ecr-login"}}}}')
    (login,) = await world.logins.find(Provider(), ECR)

    assert (plan.is_minted, plan.helper) == (False, "pass")
    assert login.problem is not None
    assert login.problem.fixes[0].command == "aws sts get-caller-identity"
    assert "CANARY" not in repr(login)
