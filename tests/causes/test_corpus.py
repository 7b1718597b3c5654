"""`explain --message` against real messages whose cause somebody has settled."""

from __future__ import annotations

import pytest

from tests.support.command_line import wizard
from tests.support.messages import (
    WRAPPINGS,
    Case,
    Score,
    corpus,
    is_known,
    ranked,
    score,
    with_other_names,
    wrapped,
)
from wizard.causes import CATALOGUE

REFERENCES = ("registries", "engines", "flyte", "credentials")
FIRST, THREE = 0.85, 0.95
"""Where the true cause has to stand, as shares of all messages."""

CASES: list[Case] = [case for name in REFERENCES for case in corpus(name)]
FIELD: list[Case] = [*corpus("field"), *corpus("threads"), *corpus("reports")]
LAB: list[Case] = corpus("lab")

# What people meet every day and what no row may claim to know.
STRANGE = """\
hello world
all is well
Login Succeeded
1: digest: sha256:bd39ffcc55552a667b4ce7234a106f7983d66058f078d0e30df1ef6ea1859627 size: 400
Error: Process completed with exit code 1.
exit status 1
Killed
Segmentation fault (core dumped)
CrashLoopBackOff
OOMKilled
make: *** [all] Error 2
npm ERR! code ELIFECYCLE
KeyError: 'learning_rate'
SyntaxError: invalid syntax
ModuleNotFoundError: No module named 'pandas'
FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'
PermissionError: [Errno 13] Permission denied: '/data/out.parquet'
torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB
ERROR: No matching distribution found for torch==9.9
dockerfile parse error line 2: unknown instruction: FOO
COPY failed: file not found in build context or excluded by .dockerignore: stat missing
executor failed running [/bin/sh -c pip install -r requirements.txt]: exit code: 1
OSError: [Errno 122] Disk quota exceeded
fatal: not a git repository (or any of the parent directories): .git
Pod was evicted because the node was low on resource: memory
0/3 nodes are available: 3 Insufficient nvidia.com/gpu.
404 Not Found
Liveness probe failed: HTTP probe failed with statuscode: 500
Error from server (Forbidden): pods is forbidden: User "ann" cannot list resource "pods"
error: You must be logged in to the server (Unauthorized)
git@github.com: Permission denied (publickey).
remote: Repository not found.
pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='pypi.org', port=443)
An error occurred (AccessDenied) when calling the PutObject operation: Access Denied
google.api_core.exceptions.Forbidden: 403 GET https://storage.googleapis.com/storage/v1/b/x
StatusCode.UNAUTHENTICATED details = "token parse error [JWT_VERIFICATION_FAILED]"
docker: Error response from daemon: Conflict. The container name "/x" is already in use
Bind for 0.0.0.0:8080 failed: port is already allocated.
the access to the cinema was denied to nobody
The quick brown fox jumps over the lazy dog
"""


def held(found: Score) -> bool:
    return found.holds(FIRST, THREE)


def test_every_cause_that_the_corpus_settles_is_in_the_catalogue() -> None:
    assert {cause for case in (*CASES, *FIELD, *LAB) for cause in case.causes} <= set(CATALOGUE)


def test_messages_of_the_references_rank_their_true_cause() -> None:
    found = score(CASES)

    assert held(found), str(found)


@pytest.mark.parametrize("name", REFERENCES)
def test_no_reference_is_carried_by_the_others(name: str) -> None:
    found = score(corpus(name))

    assert held(found), str(found)


def test_messages_from_public_threads_rank_the_cause_that_was_found() -> None:
    found = score(FIELD)

    assert held(found), str(found)


def test_what_real_tools_print_for_a_fault_in_the_lab_ranks_the_fault() -> None:
    found = score(LAB)

    assert held(found), str(found)


def test_other_hosts_names_and_digests_change_nothing() -> None:
    others = list(with_other_names([*CASES, *FIELD]))
    changed = sum(a.message != b.message for a, b in zip([*CASES, *FIELD], others, strict=True))

    found = score(others)

    assert changed > 100
    assert held(found), str(found)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_what_tools_put_around_the_words_does_not_hide_them(wrapping: str) -> None:
    cases = wrapped([*CASES, *FIELD], wrapping)

    found = score(cases)

    assert len(cases) >= 15
    assert held(found), str(found)


@pytest.mark.parametrize("message", STRANGE.splitlines())
def test_a_message_that_names_nothing_known_is_not_guessed_at(message: str) -> None:
    assert not is_known(message), ranked(message)


def test_the_command_says_what_the_ranking_says() -> None:
    for case in CASES[::40]:
        ran = wizard("explain", "--message", "-", "--json", stdin=case.message)

        assert [row["cause"] for row in ran.document["causes"]] == ranked(case.message)
