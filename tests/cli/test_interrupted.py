"""Ctrl-C and faults of our own: the right exit code, one document, and nothing that was secret."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys

from tests.support.command_line import environment
from wizard.cli.crash import crash_report

CANARY = "CANARY-51ab"


def test_ctrl_c_while_a_registry_is_silent_is_130_with_one_document() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            [sys.executable, "-m", "wizard", "check", f"{host}/team/app:1", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        with process:
            silent.settimeout(30)
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=30)

    document = json.loads(out)
    assert process.returncode == 130
    assert document["images"] == []
    assert "interrupted" in document["error"]["summary"]
    assert b"Traceback" not in err


def test_doctor_interrupted_writes_one_document_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "wizard",
                "doctor",
                f"{host}/team",
                "--engine",
                "none",
                "--json",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        with process:
            silent.settimeout(30)
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                out, _ = process.communicate(timeout=30)

    assert process.returncode == 130
    assert json.loads(out)["error"]["summary"] == "interrupted"


def test_the_report_of_a_crash_has_places_and_no_values() -> None:
    def inner(secret: str) -> None:
        raise ValueError(f"cannot use {secret}")

    try:
        inner(CANARY)
    except ValueError as error:
        report = crash_report(error)

    assert "ValueError in registry-wizard" in report
    assert "test_interrupted.py" in report
    assert " in inner" in report
    assert CANARY not in report


def test_a_crash_of_the_whole_run_is_3_and_says_nothing_that_it_held() -> None:
    script = f"""
import sys
from wizard import __main__ as start
def broken(*args, **options):
    held = "{CANARY}"
    raise RuntimeError(held)
start._build = broken
sys.exit(start.main(["doctor", "--json"]))
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False,
        env=environment(),
    )  # fmt: skip

    assert ended.returncode == 3
    assert json.loads(ended.stdout)["error"]["cause"] == "internal.check-crashed"
    assert "RuntimeError in registry-wizard" in ended.stderr
    assert CANARY not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
