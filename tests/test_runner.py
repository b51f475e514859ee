"""Each claim runs in a process of its own; the record depends on the seed alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import helpers
import pytest
from helpers import QUICK, TESTS, environment

from checks.record import Record, load, stripped
from checks.registry import Registry
from checks.runner import code_of, run
from checks.seeds import claim_seed
from checks.worker import Settings, examine_claim, watch_canaries

fake_run = pytest.fixture(helpers.fake_run)
registry = pytest.fixture(helpers.registry)
settings = pytest.fixture(helpers.settings)


def by_id(record: Record) -> dict[str, dict[str, Any]]:
    return {claim["id"]: claim for claim in record["claims"]}


def test_verdicts_of_the_fake_claims(fake_run: Record) -> None:
    verdicts = {name: claim["verdict"] for name, claim in by_id(fake_run).items()}
    assert verdicts == {
        "good": "holds",
        "cites-good": "holds",
        "refuted": "refuted",
        "sampled": "inconclusive",
        "open": "open",
        "disagree": "error",
        "crash": "error",
        "other-section": "holds",
    }


def test_a_crash_is_an_error_with_its_exit_code(fake_run: Record) -> None:
    assert by_id(fake_run)["crash"]["reasons"] == ["its process died (exit code 11)"]


def test_every_claim_is_described_in_its_record(fake_run: Record) -> None:
    good = by_id(fake_run)["good"]
    assert [step["by"] for step in good["parts"][0]["steps"]] == ["sums"]
    assert [w["kind"] for w in good["witnesses"]] == ["witness", "unwitnessed"]
    assert good["witnesses"][0]["shown"].startswith("x = -1")
    assert good["twins"][0]["change"] == "3 for 2"


@pytest.fixture(scope="module")
def late() -> Record:
    start = time.monotonic()
    chosen = helpers.registry().select(["slow", "rests-on-slow", "raise", "good"])
    record = run(chosen, helpers.registry(), replace(helpers.settings(), timeout=1.5))
    assert time.monotonic() - start < 15
    return record


def test_a_claim_over_its_time_is_killed_and_inconclusive(late: Record) -> None:
    slow = by_id(late)["slow"]
    assert (slow["verdict"], slow["seconds"]) == ("inconclusive", 1.5)
    assert slow["reasons"] == ["stopped after 1.5 s, the time limit"]
    assert code_of(late) == 70  # another claim raised


def test_what_rests_on_it_is_inconclusive_too(late: Record) -> None:
    assert by_id(late)["rests-on-slow"]["reasons"] == ["it rests on slow: inconclusive"]


def test_the_others_do_not_notice(late: Record) -> None:
    assert by_id(late)["good"]["verdict"] == "holds"
    assert by_id(late)["raise"]["reasons"] == ["ValueError: the claim has a hole"]


def comparable(record: Record) -> dict[str, dict[str, Any]]:
    return {name: c | {"selected": None} for name, c in by_id(stripped(record)).items()}


def test_selection_order_and_number_of_processes_change_nothing(
    fake_run: Record, registry: Registry, settings: Settings
) -> None:
    chosen = registry.select(["open", "cites-good"])
    part = run(chosen[::-1], registry, replace(settings, jobs=1))
    assert {name: comparable(fake_run)[name] for name in comparable(part)} == comparable(part)
    assert list(by_id(part)) == ["good", "cites-good", "open"]


def test_ancestors_run_and_are_marked(
    fake_run: Record, registry: Registry, settings: Settings
) -> None:
    record = run(registry.select(["cites-good"]), registry, settings)
    assert {c["id"]: c["selected"] for c in record["claims"]} == {
        "good": False,
        "cites-good": True,
    }
    assert code_of(record) == 0


def test_a_citation_counts_even_if_its_examination_is_silent_about_it(
    settings: Settings,
) -> None:
    assert examine_claim("silent", settings)["cited"] == ["good"]


def test_another_seed_gives_other_cases(settings: Settings) -> None:
    answers = [examine_claim("good", replace(settings, seed=seed)) for seed in (0, 1, 0)]
    assert answers[0]["findings"] == answers[2]["findings"]
    assert answers[0]["findings"] != answers[1]["findings"]
    assert answers[0]["fingerprint"] == answers[1]["fingerprint"]


def test_seeds_differ_between_claims_and_are_fixed_forever() -> None:
    seeds = {claim_seed(seed, name) for seed in range(20) for name in QUICK}
    assert len(seeds) == 20 * len(QUICK)
    assert claim_seed(0, "attention-is-ccmc") == 4167990122


def test_a_canary_that_is_missed_stops_the_run(registry: Registry, settings: Settings) -> None:
    broken = replace(settings, canaries="fake_claims:BAD_CANARIES")
    record = run(registry.select(["good"]), registry, broken)
    assert [c["caught"] for c in record["canaries"]] == [True, False, False]
    assert record["canaries"][1]["message"] == "it was not caught"
    assert record["canaries"][2]["message"] == "ZeroDivisionError: division by zero"
    assert by_id(record)["good"]["verdict"] == "not run"
    assert code_of(record) == 70


def test_canaries_that_cannot_run_are_missed(registry: Registry, settings: Settings) -> None:
    broken = replace(settings, canaries="fake_claims:deadly")
    record = run(registry.select(["good"]), registry, broken)
    assert [c["caught"] for c in record["canaries"]] == [False]
    assert code_of(record) == 70


def test_the_canaries_of_the_project_are_caught(settings: Settings) -> None:
    assert [c for c in watch_canaries(settings) if not c["caught"]] == []


@pytest.fixture(params=["group", "process"])
def interrupted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, Path]]:
    """A run stopped by Ctrl-C, as by a terminal (the group) or by `kill -INT` (the process)."""
    command = [sys.executable, str(TESTS / "fake_ccmc.py"), "verify", "--save", "record.json"]
    # Where this process ignores Ctrl-C, as jobs in the background do, its children would too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [*command, "--jobs", "2"],
        cwd=tmp_path,
        env=environment("noisy,slow"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "a claim prints\n"
        time.sleep(0.5)
        send = os.killpg if request.param == "group" else os.kill
        send(process.pid, signal.SIGINT)
        try:
            process.communicate(timeout=20)
        finally:
            process.kill()
            signal.signal(signal.SIGINT, before)
        yield process, tmp_path / "record.json"


def test_ctrl_c_leaves_a_valid_partial_record(interrupted: tuple[Any, Path]) -> None:
    process, path = interrupted
    assert process.returncode == 130
    record = load(path)
    assert record["interrupted"]
    verdicts = {claim["id"]: claim["verdict"] for claim in record["claims"]}
    assert verdicts == {"noisy": "holds", "slow": "not run"}
    assert_nobody_left(process.pid)


def assert_nobody_left(group: int) -> None:
    for _ in range(50):
        if not alive(group):
            return
        time.sleep(0.1)
    pytest.fail(f"still there: {alive(group)}")


def alive(group: int) -> list[str]:
    """The processes of a group that have not ended (ended ones may wait to be collected)."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    )
    lines = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return [line[2] for line in lines if line[0] == str(group) and not line[1].startswith("Z")]
