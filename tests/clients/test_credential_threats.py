"""The threats of credentials.md 4.3, row by row: the test that makes each happen, or why none can.

A row that is nobody's is a failure, and so is one that names a test that is not there. A test is
named by how its name begins, which must be enough to tell it from the others in its file.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROWS = range(1, 53)

MADE_TO_HAPPEN = {
    1: ("secret in argv", "journeys/test_children.py::test_a_token_that_is_given_and_stored"),
    2: ("secret in the environment", "journeys/test_children.py::test_a_token_in_the_users_env"),
    3: ("logs", "clients/test_http.py::test_not_even_a_debug_log_holds_the_secret"),
    4: ("tracebacks", "tui/test_safety.py::test_crash_writes_no_values"),
    5: ("Textual's own log", "tui/test_safety.py::test_textual_is_told_to_write_nothing_down"),
    6: ("screenshots", "tui/test_safety.py::test_secret_is_in_no_picture_of_the_page"),
    7: ("clipboard", "tui/test_safety.py::test_secret_cannot_be_copied_or_cut"),
    8: ("shell history", "cli/test_arguments.py::test_no_option_takes_a_secret"),
    9: ("core dumps", "clients/test_dumps.py::test_who_holds_secrets_leaves_no_core_file"),
    10: ("left-over files", "clients/test_atomic_file.py::test_only_what_a_killed_run_of_ours"),
    11: ("files open to others", "clients/test_json_file.py::test_a_file_with_a_secret_inside"),
    12: ("links", "clients/test_json_file.py::test_a_link_to_another_filesystem_is_followed"),
    13: ("swapped on the way", "clients/test_json_file.py::test_a_link_put_there_at_the_last_mom"),
    14: ("full disk, power cut", "clients/test_json_file.py::test_killed_at_any_point_the_file_is"),
    15: ("lost updates", "clients/test_real_tools.py::test_ten_wizards_and_ten_docker_logins"),
    16: ("exotic user files", "clients/test_json_file.py::test_what_docker_would_destroy_is_ref"),
    17: ("foreign realm", "clients/test_hostile_lures.py::test_a_foreign_realm_gets_no_byte"),
    18: ("downgrade to http", "clients/test_hostile_lures.py::test_a_realm_without_encryption"),
    19: ("redirects", "clients/test_hostile_lures.py::test_a_redirect_elsewhere_carries_no_cred"),
    20: ("lured inside", "clients/test_hops.py::test_a_registry_outside_leads_neither_inside"),
    21: ("endless bodies", "clients/test_hostile_floods.py::test_an_endless_body_ends_at_its_boun"),
    22: ("compression bomb", "clients/test_hostile_floods.py::test_a_compression_bomb_is_not_unpa"),
    23: ("slow drip", "clients/test_hostile_floods.py::test_a_slow_drip_ends_at_the_deadline"),
    24: ("wrong types", "clients/test_hostile_places.py::test_a_token_that_cannot_be_one_is_ref"),
    25: ("deep JSON", "clients/test_hostile_floods.py::test_deep_json_is_no_manifest"),
    26: ("not UTF-8", "core/test_json_text.py::test_what_is_not_strict_json_is_refused"),
    27: ("terminal escapes", "tui/test_safety.py::test_registry_that_sends_escapes_and_markup"),
    28: ("markup", "tui/test_safety.py::test_markup_from_outside_is_shown_letter_for_letter"),
    29: (
        "header injection",
        "clients/test_http.py::test_a_secret_that_fits_no_header_is_not_shown",
    ),
    30: ("token URL", "clients/test_registry_auth.py::test_what_the_realm_asks_for_stays_in_its"),
    31: ("digest tricks", "clients/test_hostile_lies.py::test_a_digest_header_that_lies_is_found"),
    32: ("look-alike hosts", "registries/test_parsing.py::test_what_names_no_destination_is"),
    33: ("foreign helper", "clients/test_helper_protocol.py::test_a_helper_that_others_could_repl"),
    34: ("hostile output", "clients/test_helper_protocol.py::test_each_way_to_fail_has_its_cause"),
    35: ("hang, prompt", "clients/test_store_bench.py::test_all_are_tried_at_once_and_none_waits"),
    36: ("locked taken for empty", "clients/test_real_stores.py::test_a_locked_keyring_is_never"),
    37: ("remote engine", "engines/test_docker_push.py::test_no_helper_is_asked_even_when_all_are"),
    38: ("malformed challenge", "core/test_challenge.py::test_a_challenge_beyond_all_bounds"),
    39: ("Basic for Bearer", "clients/test_hostile_lures.py::test_a_password_is_not_given_where"),
    40: ("token used elsewhere", "clients/test_registry_auth.py::test_a_token_is_not_used_for_any"),
    41: ("anonymous check", "clients/test_http.py::test_a_netrc_is_never_read"),
    42: ("clock", "journeys/test_causes_network.py::test_a_clock_that_is_off_by_hours_stops_noth"),
    43: ("run out or revoked", "journeys/test_causes_login.py::test_a_token_that_docker_has_and"),
    44: ("our own files", "clients/test_undo.py::test_a_journal_that_cannot_be_read_stops_every"),
    45: ("shared folders", "clients/test_atomic_file.py::test_a_folder_that_others_could_fill_is"),
    46: ("loopback", "clients/test_addresses.py::test_only_loopback_is_loopback"),
    47: ("reports", "cli/test_export.py::test_the_report_tells_what_is_broken_and_hides_names"),
    48: ("scrollback", "tui/test_safety.py::test_typed_secret_is_never_painted_nor_is_its_length"),
    49: ("too many rights", "registries/test_github_tokens.py::test_too_little_and_too_much_are"),
    50: ("undo of others' logins", "clients/test_undo.py::test_our_key_that_somebody_changed_is"),
    52: ("stale account", "clients/test_login_store.py::test_another_account_is_erased_before"),
}
CANNOT_HAPPEN = {
    51: "a program of the same user may ask the store as any other: Linux and Windows have no "
    "defence, and the macOS keychain, which has one, cannot be run here; the plan of a plain "
    "login says so in words"
}

# credentials.md 2.2 and 3.2: what each store does in each state, by the real one where it runs
# here and by a stand-in program where it does not.
STORES = {
    "secretservice unlocked, locked": "test_real_stores.py::test_an_unlocked_keyring_works_and_a",
    "secretservice dismissed": "test_real_stores.py::test_a_keyring_whose_window_was_dismissed",
    "secretservice without a bus": "test_real_stores.py::test_without_a_bus_no_keyring_is_chosen",
    "secretservice with a mute bus": "../test_credential_helper.py::test_a_bus_that_never_answers",
    "pass": "test_real_stores.py::test_pass_is_uninitialised_then_works_and_with_a_passphrase",
    "ecr-login": "test_real_stores.py::test_ecr_login_without_an_account_says_not_found",
    "gcloud, by a stand-in account": "../test_credential_helper.py::test_a_login_is_made_from_the",
    "desktop.exe under WSL, by a stand-in": "test_store_bench.py::test_a_program_of_windows_that",
    "osxkeychain locked, by a stand-in": "test_helper_protocol.py::test_each_way_to_fail_has_its",
    "Windows' 2,560 bytes, by a stand-in": "../test_helper_parts.py::test_a_text_of_any_length",
    "keyring's null and plain backends": "../test_credential_helper.py::test_no_variable_chooses",
}


def named_tests(named: str, folder: Path = TESTS) -> list[str]:
    path, _, name = named.partition("::")
    text = (folder / path).resolve().read_text()
    return re.findall(rf"def ({re.escape(name)}\w*)\(", text)


def test_every_row_has_its_test_or_its_reason() -> None:
    assert sorted({*MADE_TO_HAPPEN, *CANNOT_HAPPEN}) == list(ROWS)
    assert not set(MADE_TO_HAPPEN) & set(CANNOT_HAPPEN)


@pytest.mark.parametrize(
    "named", [named for _, named in MADE_TO_HAPPEN.values()], ids=[str(n) for n in MADE_TO_HAPPEN]
)
def test_the_test_of_a_threat_is_there(named: str) -> None:
    assert len(named_tests(named)) == 1


@pytest.mark.parametrize("named", STORES.values(), ids=STORES)
def test_the_test_of_a_stores_state_is_there(named: str) -> None:
    assert len(named_tests(named, TESTS / "clients")) == 1
