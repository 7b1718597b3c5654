"""From evidence to a named cause: the order of signs, and how facts get into texts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.core.diagnosis import (
    UNDECIDED,
    Cause,
    Evidence,
    Fault,
    Fix,
    Problem,
    Sign,
    Stage,
    diagnose,
    fill,
)

CATALOGUE = {
    cause.id: cause
    for cause in (
        Cause("a.one", "one at {host|somewhere}", "because of {message|nothing}", "e"),
        Cause("a.two", "two", "", "e", fixes=(Fix("General", command="fix {host}"),)),
        Cause("a.warning", "careful", "", "e", is_warning=True),
        Cause(UNDECIDED, "undecided: {message|no word}", "", "e"),
    )
}
SEEN = Evidence(
    Stage.UPLOAD,
    "POST /v2/",
    "403 DENIED",
    host="ghcr.io",
    status=403,
    code="DENIED",
    message="permission_denied: write_package",
    fault=Fault.RESET,
    authenticated=True,
)


@pytest.mark.parametrize(
    "sign",
    [
        Sign("a.one"),
        Sign("a.one", stages=frozenset({Stage.UPLOAD, Stage.PING})),
        Sign("a.one", statuses=frozenset({401, 403})),
        Sign("a.one", codes=frozenset({"DENIED"})),
        Sign("a.one", faults=frozenset({Fault.RESET})),
        Sign("a.one", authenticated=True),
        Sign("a.one", message=r"WRITE_package$"),
    ],
)
def test_a_sign_matches_when_all_that_it_names_is_so(sign: Sign) -> None:
    assert sign.matches(SEEN)


@pytest.mark.parametrize(
    "sign",
    [
        Sign("a.one", stages=frozenset({Stage.PING})),
        Sign("a.one", statuses=frozenset({401})),
        Sign("a.one", codes=frozenset({"UNAUTHORIZED"})),
        Sign("a.one", faults=frozenset({Fault.NONE})),
        Sign("a.one", authenticated=False),
        Sign("a.one", message="read_package"),
        Sign("a.one", statuses=frozenset({403}), codes=frozenset({"UNAUTHORIZED"})),
    ],
)
def test_a_sign_does_not_match_when_one_thing_differs(sign: Sign) -> None:
    assert not sign.matches(SEEN)


def test_the_provider_decides_before_the_common_signs() -> None:
    ours, common = (Sign("a.one"),), (Sign("a.two"),)

    assert diagnose(Problem(SEEN), CATALOGUE, ours, common).cause == "a.one"
    assert diagnose(Problem(SEEN), CATALOGUE, (), common).cause == "a.two"


def test_the_evidence_nearest_to_the_failure_decides() -> None:
    earlier = replace(SEEN, status=500)
    signs = (Sign("a.one", statuses=frozenset({500})), Sign("a.two", statuses=frozenset({403})))

    assert diagnose(Problem(earlier, SEEN), CATALOGUE, signs).cause == "a.two"


def test_earlier_evidence_decides_when_the_last_says_nothing() -> None:
    silent = Evidence(Stage.API)
    signs = (Sign("a.two", statuses=frozenset({403})),)

    assert diagnose(Problem(SEEN, silent), CATALOGUE, signs).cause == "a.two"


def test_a_cause_decided_where_it_was_raised_wins() -> None:
    found = diagnose(Problem(SEEN, cause="a.two"), CATALOGUE, (Sign("a.one"),))

    assert found.cause == "a.two"


def test_what_no_sign_knows_is_undecided_and_keeps_its_evidence() -> None:
    found = diagnose(Problem(SEEN), CATALOGUE, (Sign("a.one", authenticated=False),))

    assert found.cause == UNDECIDED
    assert found.summary == "undecided: permission_denied: write_package"
    assert found.evidence == (SEEN,)


def test_the_fixes_of_this_registry_come_before_the_general_ones() -> None:
    sign = Sign("a.two", fixes=(Fix("Here", url="https://{host}/x"),))
    problem = Problem(SEEN, fixes=(Fix("At once"),))

    found = diagnose(problem, CATALOGUE, (sign,))

    assert found.fixes == (
        Fix("At once"),
        Fix("Here", url="https://ghcr.io/x"),
        Fix("General", command="fix ghcr.io"),
    )


def test_a_command_that_was_offered_already_is_not_offered_again() -> None:
    sign = Sign("a.two", fixes=(Fix("The same, said for here", command="fix {host}"),))

    found = diagnose(Problem(SEEN), CATALOGUE, (sign,))

    assert [fix.title for fix in found.fixes] == ["The same, said for here"]


def test_one_command_for_two_systems_stays_two_fixes() -> None:
    fixes = tuple(Fix("Do", command="do", system=s) for s in ("linux", "darwin"))

    assert diagnose(Problem(SEEN, cause="a.one", fixes=fixes), CATALOGUE).fixes == fixes


def test_of_a_clouds_fixes_those_of_another_and_the_vaguer_commands_are_left_out() -> None:
    general = (
        Fix("General"),
        Fix("Sign in", command="aws sso login", cloud="AWS"),
        Fix("Read", url="https://docs.example/aws", cloud="AWS"),
        Fix("Sign in", command="gcloud auth login", cloud="Google"),
    )
    catalogue = {"a.one": Cause("a.one", "", "", "", general)}
    exact = Fix("Sign in again", command="aws sso login --profile dev")

    def titles(facts: dict[str, str], *own: Fix) -> list[str]:
        seen = Evidence(Stage.API, "x", "y", facts=facts)
        found = diagnose(Problem(seen, cause="a.one", fixes=own), catalogue)
        return [fix.command or fix.url or fix.title for fix in found.fixes]

    page = "https://docs.example/aws"
    assert titles({"cloud": "AWS"}) == ["General", "aws sso login", page]
    assert titles({"cloud": "AWS"}, exact) == [exact.command, "General", page]
    assert len(titles({})) == len(general)


def test_what_a_sign_knows_to_help_is_told_of_its_cause_however_that_was_decided() -> None:
    here = Fix("Here so", command="here")
    rows = (Sign("a.one", message="denied", fixes=(here,)),)

    def told(cause: str, *own: Fix) -> tuple[Fix, ...]:
        seen = Evidence(Stage.API, message="denied")
        return diagnose(Problem(seen, cause=cause, fixes=own), CATALOGUE, rows).fixes

    assert told("") == told("a.one") == (here,)
    assert told("a.one", Fix("Known better")) == (Fix("Known better"),)
    assert here not in told("a.two")


def test_facts_given_with_the_evidence_win_over_its_host() -> None:
    seen = replace(SEEN, facts={"host": "docker.io"})

    assert diagnose(Problem(seen, cause="a.one"), CATALOGUE).summary == "one at docker.io"


def test_a_warning_stays_a_warning() -> None:
    assert diagnose(Problem(SEEN, cause="a.warning"), CATALOGUE).is_warning


def test_missing_facts_are_said_otherwise_or_by_their_name() -> None:
    assert fill("at {host|somewhere}", {}) == "at somewhere"
    assert fill("delete {repository_name}", {}) == "delete REPOSITORY NAME"
    assert fill("at {host|somewhere}", {"host": "x"}) == "at x"


def test_text_from_outside_is_never_a_format() -> None:
    facts = {"message": "{host} {0} {message.__class__} %s"}

    assert fill("said {message}", facts) == "said {host} {0} {message.__class__} %s"


@given(st.text(), st.text())
def test_any_fact_goes_in_as_it_is(before: str, fact: str) -> None:
    plain = before.replace("{", "").replace("}", "")

    assert fill(plain + "{fact|none}", {"fact": fact}) == plain + (fact or "none")


def test_a_problem_prints_its_evidence_and_no_more() -> None:
    assert str(Problem(SEEN)) == "POST /v2/: 403 DENIED"
    assert str(Problem(SEEN, cause="a.one")) == "a.one"
    assert SEEN.line == "POST /v2/: 403 DENIED"
    assert Evidence(Stage.API, answered="nothing").line == "nothing"
