"""Faults of a cluster's right to pull at Google and at Amazon."""

from __future__ import annotations

from tests.faults.case import Breaks, Case
from tests.faults.login import put_login
from tests.faults.places import ECR, GAR
from tests.faults.pull import ANONYMOUS, NO_TAG, PRIVATE, unpublished
from tests.faults.push_clouds import ecr_of, gar_of, repository_of
from tests.faults.world import World
from wizard.sandbox.dialects.aws import ACCOUNT, EVE
from wizard.sandbox.dialects.google import LOCKED_PROJECT, NODES, GarRepository

NOT_GRANTED = "pull.cluster-not-granted"
CLUSTER = Breaks.CLUSTER_PULL
PATH = "practice-project/images/app"


def _ecr_cluster(world: World) -> None:
    world.cluster = ("AWS", EVE.password)


def _policy_gone(world: World) -> None:
    _ecr_cluster(world)
    repository_of(world).policy = ""


def _policy_denies(world: World) -> None:
    """Somebody has added a statement that nobody can overrule by another."""
    _ecr_cluster(world)
    repository_of(world).policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",'
        '"Action":"ecr:BatchGetImage"}]}'
    )


def _policy_for_another_account(world: World) -> None:
    _ecr_cluster(world)
    policy = repository_of(world).policy
    assert EVE.account in policy
    repository_of(world).policy = policy.replace(EVE.account, "111111111111")


def _ecr_expired(world: World) -> None:
    """A lifecycle policy has removed what was proven."""
    _ecr_cluster(world)
    ecr_of(world).cores[ACCOUNT].store.repository("practice/app").tags.clear()


def _nodes_not_granted(world: World) -> None:
    google = gar_of(world).google
    world.lab.sandbox.unpublish(PATH, GAR.host)
    world.cluster = ("oauth2accesstoken", google.tokens.issue(f"serviceAccount:{NODES}"))
    world.arguments += ["--cluster-principal", NODES, "--grant-cluster"]


def _forbidden_by_policy(world: World) -> None:
    google = gar_of(world).google
    google.add(GarRepository(LOCKED_PROJECT, "us", "images"))
    world.prefix = f"{GAR.host}/{LOCKED_PROJECT}/images"
    put_login(world, *world.good_login())
    world.pulled = f"{world.prefix}/app:plain"
    world.run("skopeo", "copy", world.an_image, f"docker://{world.pulled}").succeeded()


def _gar_tags_deleted(world: World) -> None:
    """By a clean-up policy of the repository."""
    gar_of(world).cores["us"].store.repository(PATH).tags.clear()


FAULTS: tuple[Case, ...] = (
    Case("everybody-let-out", PRIVATE, unpublished(PATH, GAR), ANONYMOUS, GAR),
    Case("nodes-not-granted", NOT_GRANTED, _nodes_not_granted, CLUSTER, GAR),
    Case("tag-cleaned-up", NO_TAG, _gar_tags_deleted, ANONYMOUS, GAR),
    Case(
        "policy-forbids-public",
        "pull.policy-forbids-public",
        _forbidden_by_policy,
        ANONYMOUS,
        GAR,
        options=("--push", "--fix", "--yes", "--make-public"),
    ),
    Case("policy-gone", NOT_GRANTED, _policy_gone, CLUSTER, ECR),
    Case("policy-denies", NOT_GRANTED, _policy_denies, CLUSTER, ECR),
    Case("policy-for-another-account", NOT_GRANTED, _policy_for_another_account, CLUSTER, ECR),
    Case("tag-cleaned-up", NO_TAG, _ecr_expired, CLUSTER, ECR),
)
