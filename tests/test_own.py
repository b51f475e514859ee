"""The user's own claims: they run like the others, and a bad file gets one clear message."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flint import fmpq
from helpers import environment
from hypothesis import strategies as st
from sympy import Function, Symbol

from checks.claim import Part
from checks.claims import CLAIMS
from checks.cli import run
from checks.cli.verify import _at
from checks.evidence import model_of
from checks.own import BadClaims, cards, check_body, read, stand_ins
from checks.record import Record, dumps, load
from checks.replay import replay as run_again
from checks.worker import Settings, describe_claim, examine_claim, replay_payload
from numeric.instance import Instance
from theory.derivation import Theorem
from theory.notation import forall

HEAD = """\
from hypothesis import strategies as st
from sympy import Integer, Rational, Symbol

from checks.claim import Body, Part, Source, Twin, Unwitnessed, Witness, claim
from numeric.instance import Instance
from theory.derivation import Assumption, Definition, Step, Theorem
from theory.notation import forall

MINE = Source("my notes", "what it says")
x = Symbol("x")
SQUARE = forall()(x**2 - 1, "=", (x - 1) * (x + 1))
DONE = Step("square", SQUARE, by="sums")
LEAST = Assumption("least", "x is at least 2", forall()(x - 2, ">=", 0))


def card(label, name, **more):
    return claim(
        id=name, label=label, title=name, statement=name, source=MINE, mark="all", **more
    )


def instances(K, least=2, most=9):
    return st.builds(lambda value: Instance(K=K, x=value), st.integers(least, most))


def body(name, *steps, given=(), draw=instances):
    theorem = Theorem(name, steps[-1].judgement, given, (), steps)
    unneeded = tuple(Unwitnessed(name, fact.name, "a reason") for fact in given)
    return Body((Part(theorem, draw),), unneeded, ())
"""
FIRST = len(HEAD.splitlines()) + 1
"""The line on which what follows the head begins."""

GOOD = '@card("U1", "mine")\ndef mine():\n    return body("mine", DONE)\n'


def ccmc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a folder."""
    return subprocess.run(
        [sys.executable, "-c", "from checks.cli import main; main()", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def written(folder: Path, text: str) -> str:
    path = folder / "mine.py"
    path.write_text(HEAD + text)
    return str(path)


# The example that `ccmc new` writes.

CITES = """

@claim(
    id="cites-the-law",
    label="U3",
    title="A claim that rests on one of the paper's",
    statement="The law of the next token, once more.",
    source=Source("my notes", "What the paper says."),
    mark="all",
)
def cites_the_law() -> Body:
    from checks.claim import Unwitnessed
    from checks.claims.attention_is_ccmc import attention_is_ccmc
    from checks.claims.specimens import LAYER
    from checks.strategies import layer

    [given] = attention_is_ccmc.body.theorems
    known = given.theorem
    step = Step("law", known.conclusion, "cite", tuple(known.given), {"theorem": known})
    theorem = Theorem(
        "cites-the-law", known.conclusion, known.assumptions, known.definitions, (step,)
    )
    return Body(
        (Part(theorem, layer),),
        (
            Witness("cites-the-law", "readout", LAYER.replace(C=((1, 1), (0, 1)))),
            Unwitnessed("cites-the-law", "tokens", "no embedding stands for another token"),
        ),
        (),
    )
"""


@cache
def example() -> tuple[subprocess.CompletedProcess[str], Record, str, Mapping[str, str]]:
    """The example with a third claim, run: the command, the record, the file, the formats."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        assert ccmc(folder, "new", "mine.py").returncode == 0
        text = (folder / "mine.py").read_text(encoding="utf-8")
        (folder / "mine.py").write_text(text + CITES, encoding="utf-8")
        files = {"--save": "r.json", "--sarif": "s.sarif", "--junit": "j.xml"}
        options = [word for pair in files.items() for word in pair]
        done = ccmc(folder, "verify", "--claims", "mine.py", "--twins", *options)
        texts = {file: (folder / file).read_text(encoding="utf-8") for file in files.values()}
        return done, load(folder / "r.json"), text + CITES, texts


def entries() -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in example()[1]["claims"]}


def test_the_example_has_a_claim_that_holds_and_one_that_is_refuted() -> None:
    done, _, _, _ = example()
    assert done.returncode == 1
    assert re.fullmatch(
        r"Record: r.json\nKept: .ccmc/failures/no-variance-\w{8}.json\n", done.stderr
    )
    assert "3 of 4 claims hold at their required rung; 1 refuted." in done.stdout
    assert entries()["variance"]["verdict"] == "holds"
    assert entries()["variance"]["rung"] == "derived"
    assert entries()["variance"]["scope"] == "all K"
    assert [twin["outcome"] for twin in entries()["variance"]["twins"]] == ["holds"]
    assert entries()["no-variance"]["verdict"] == "refuted"


def test_the_false_claim_comes_with_a_small_witness_on_the_page() -> None:
    done, _, _, _ = example()
    said = r"U2 refuted, mine.py, line [0-9]+: .*\n.*side 1/4\)\n      K = 2\n"
    assert re.search(said, done.stdout)
    [found] = [f for f in entries()["no-variance"]["evidence"] if f["kind"] == "cross-check"]
    assert found["instance"] == {"K": 2, "p": ["1/2", "1/2"], "f": [0, 1]}


def test_a_claim_may_cite_those_of_the_paper_which_run_too() -> None:
    cites = entries()["cites-the-law"]
    assert (cites["verdict"], cites["rung"]) == ("holds", "derived")
    assert cites["rests_on"]["claims"] == ["attention-is-ccmc"]
    assert not entries()["attention-is-ccmc"]["selected"]


def test_where_a_claim_stands_is_said_once() -> None:
    entry = {"file": "claims/mine.py", "line": 3}
    assert _at(entry, "stopped after 20 s, the time limit") == ", claims/mine.py, line 3"
    assert _at(entry, "mine.py, line 5: ValueError: no") == ""
    assert _at({}, "a claim of the paper") == ""


def test_formats_point_into_the_file() -> None:
    _, _, text, formats = example()
    card = text.splitlines().index('    id="no-variance",')  # the line before it, from 1
    assert '"uri": "mine.py"' in formats["s.sarif"]
    assert f'"startLine": {card}' in formats["s.sarif"]
    assert 'file="mine.py"' in formats["j.xml"]
    assert "ccmc verify no-variance --claims mine.py --seed 0" in formats["j.xml"]
    assert str(Path.home()) not in dumps(example()[1])


def test_what_was_found_can_be_replayed_on_the_claims_of_the_file(tmp_path: Path) -> None:
    from checks.registry import Registry

    (tmp_path / "mine.py").write_text(example()[2], encoding="utf-8")
    registry = Registry(read(str(tmp_path / "mine.py"), CLAIMS))
    for entry in entries().values():
        for finding in (*entry["evidence"], *entry["twins"]):
            if finding["outcome"] == "refuted" and "instance" in finding:
                assert run_again(finding, registry).same


def test_list_show_and_replay_know_the_claims_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(example()[2], encoding="utf-8")
    [found] = [f for f in entries()["no-variance"]["evidence"] if f["kind"] == "cross-check"]
    Path("found.json").write_text(dumps(found | {"file": "mine.py"}), encoding="utf-8")

    assert run(["list", "--claims", "mine.py", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["claims"]
    assert [card["id"] for card in listed] == ["variance", "no-variance", "cites-the-law"]

    assert run(["show", "U3", "--claims", "mine.py", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["label"], shown["cites"]) == ("U3", ["attention-is-ccmc"])
    assert run(["show", "variance", "--claims", "mine.py"]) == 0
    assert "by combine" in " ".join(capsys.readouterr().out.split())

    assert run(["replay", "found.json", "--claims", "mine.py"]) == 0
    assert "no-variance, cross-check: refuted, as recorded" in capsys.readouterr().out
    assert run(["replay", "found.json"]) == 2
    assert "it is in mine.py: --claims mine.py" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no-body", "its function returns None; expected a Body"),
        ("field-missing", "TypeError: Theorem.__init__() missing 2"),
        ("wrong-import", "ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_show_and_replay_say_what_is_wrong_with_a_claim(
    name: str, said: str, tmp_path: Path
) -> None:
    later = '@card("U12", "wrong-import")\ndef wrong_import():\n    import nowhere\n'
    settings = Settings(own=written(tmp_path, BAD + "\n\n" + later))
    payload = {"claim": name, "part": name, "kind": "cross-check", "instance": {}}
    for found in (
        lambda: describe_claim(name, settings),
        lambda: replay_payload(payload, settings),
    ):
        with pytest.raises(BadClaims, match=rf"mine\.py, line \d+: .*{re.escape(said)}"):
            found()


def test_new_leaves_a_file_that_exists_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("kept")
    assert run(["new", "mine.py"]) == 2
    assert "mine.py exists; expected the name of a new file" in capsys.readouterr().err
    assert Path("mine.py").read_text() == "kept"
    assert run(["new", "no/mine.py"]) == 2
    assert "the folder no does not exist" in capsys.readouterr().err


# What is wrong with a file before any claim runs.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no claim in it; `ccmc new FILE` writes an example"),
        ("def mine(:\n", "line {0}: invalid syntax; expected Python"),
        ("x = (\n", "line {0}: '(' was never closed; expected Python"),
        ("1 / 0\n", "line {0}: ZeroDivisionError: division by zero"),
        ("\nimport no_such_module\n", "line {1}: ModuleNotFoundError: No module named"),
        ("raise SystemExit(0)\n", "line {0}: SystemExit: 0"),
        ("@claim(id='mine')\ndef mine(): ...\n", "line {0}: TypeError: the card of a claim lacks "),
        (
            "@claim(id='mine', label='U1', titel='', statement='', source=MINE, mark='all')\n"
            "def mine(): ...\n",
            "line {0}: TypeError: the card of a claim lacks title and has no field titel",
        ),
        (GOOD.replace('"mine"', "5", 1), "line {0}: id = 5; expected text"),
        (GOOD.replace('"mine"', '"My Claim"', 1), "line {0}: id = 'My Claim'; expected small let"),
        (GOOD.replace('")', '", beyond=1)', 1), "line {0}: beyond = 1; expected bool"),
        (GOOD.replace("U1", "one"), "line {0}: 'mine' has the label 'one': a letter and a number"),
        (GOOD.replace("U1", "A1"), "line {0}: 'attention-is-ccmc' and 'mine' have the same label"),
        (
            GOOD.replace('"mine"', '"attention-is-ccmc"'),
            "line {0}: two claims have the id 'attention-is-ccmc'",
        ),
        (
            GOOD + GOOD.replace("def mine", "def other").replace("U1", "U2"),
            "line {3}: two claims have the id 'mine'",
        ),
        (
            GOOD + GOOD.replace('"mine"', '"other"').replace("U1", "U2"),
            "line {4}: the name mine is taken by line {1}",
        ),
    ],
)
def test_a_bad_file_gets_one_message_with_the_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadClaims) as error:
        read(written(tmp_path, text), CLAIMS)
    lines = range(FIRST, FIRST + 10)
    assert str(error.value).startswith(said.format(*lines))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"\x00", b"x = '\xff'\n", b"(" * 10**5])
def test_what_is_no_python_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_bytes(content)
    with pytest.raises(BadClaims, match="expected Python"):
        read(str(tmp_path / "mine.py"), CLAIMS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "Error: mine.py: No such file or directory\n"),
        ("def mine(:\n", f"Error: mine.py: line {FIRST}: invalid syntax; expected Python\n"),
        (
            "import os\nos._exit(7)\n",
            "Error: mine.py: reading it ended its process (exit code 7)\n",
        ),
        ("while True:\n    pass\n", "Error: mine.py: reading it did not end within 8 s\n"),
    ],
)
def test_the_command_says_so_and_ends_with_2(text: str | None, said: str, tmp_path: Path) -> None:
    if text is not None:
        written(tmp_path, text)
    done = ccmc(tmp_path, "verify", "--claims", "mine.py", "--timeout", "8", "--save", "r.json")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert [path.name for path in tmp_path.iterdir()] == ([] if text is None else ["mine.py"])


def test_names_select_among_the_claims_of_the_file_too(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    done = ccmc(tmp_path, "verify", "--claims", "mine.py", "mien")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean mine" in done.stderr


WRONG = """
def theorem(name, conclusion=SQUARE, given=(), steps=(DONE,)):
    return Theorem(name, conclusion, given, (), steps)


@card("U1", "one-part")
def one_part():
    return Body(Part(theorem("one-part"), instances), (), ())


@card("U2", "no-part")
def no_part():
    return Body((theorem("no-part"),), (), ())


@card("U3", "no-theorem")
def no_theorem():
    return Body((Part(SQUARE, instances),), (), ())


@card("U4", "sentence")
def sentence():
    return Body((Part(theorem("sentence", given=("x is real",)), instances),), (), ())


@card("U5", "triple")
def triple():
    return Body((Part(theorem("triple", (x, "=", x)), instances),), (), ())


@card("U6", "uses-text")
def uses_text():
    return body("uses-text", Step("square", SQUARE, "sums", "lemma"))


@card("U7", "where-list")
def where_list():
    return body("where-list", Step("square", SQUARE, "combine", (), ["lemma"]))


@card("U8", "dictionary")
def dictionary():
    return body("dictionary", DONE, draw=lambda K: st.just({"x": 1}))


@card("U9", "float-drawn")
def float_drawn():
    return body("float-drawn", DONE, draw=lambda K: st.just(0.5).map(lambda v: Instance(x=v)))


@card("U10", "root")
def root():
    return body("root", Step("root", forall()(x**Rational(1, 2), "=", x), "sums"))


@card("U11", "exits")
def exits():
    raise SystemExit(0)


@card("U13", "given-otherwise")
def given_otherwise():
    double = Definition("y", forall()(Symbol("y"), "=", 2 * x))
    says = forall()(Symbol("y"), "=", x + x)
    wrong = Instance(x=1, y=3)
    claim = Theorem("given-otherwise", says, (), (double,), ())
    return Body((Part(claim, lambda K: st.just(wrong)),), (), ())


@card("U12", "witness-text")
def witness_text():
    return Body((Part(theorem("witness-text"), instances),), ("x = 1",), ())
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("one-part", "one-part: its parts are Part(theorem=Theorem("),
        ("no-part", "no-part: among its parts is Theorem(name='no-part', "),
        ("no-theorem", "no-theorem: the theorem of a part is Judgement("),
        ("sentence", "sentence: among its assumptions is 'x is real'; expected Assumption"),
        ("triple", "triple: the conclusion is (x, '=', x); expected a Judgement"),
        ("uses-text", "uses-text: its uses of step square are 'lemma'; expected a tuple of them"),
        ("where-list", "where-list: where of step square is ['lemma']; expected a Mapping"),
        ("dictionary", "TypeError: a strategy draws {'x': 1}; expected an Instance"),
        ("float-drawn", "ValueError: x = 0.5: a float is not exact"),
        ("root", "TypeError: sqrt(x): the second engine does not know Pow"),
        ("exits", "SystemExit: 0"),
        ("given-otherwise", "an instance gives y another value than its definition: Instance"),
        ("witness-text", "witness-text: among its witnesses is 'x = 1'; expected a Witness or an"),
    ],
)
def test_a_claim_of_the_wrong_kinds_says_so(name: str, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    failed = examine_claim(name, replace(Settings(), own=path, examples=4))["failed"]
    assert said in failed
    assert len(failed) < 200


def test_the_command_itself_knows_the_cards_alone(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    found = cards([("mine.py", path)], "checks.claims:CLAIMS")
    assert [(card["id"], card["line"]) for card in found] == [("mine", FIRST)]
    [mine] = stand_ins(found)
    assert (mine.label, mine.file, mine.place) == ("U1", "mine.py", (path, FIRST))
    with pytest.raises(RuntimeError, match="in workers only"):
        mine.build()


# What only a run can find.

BAD = """
@card("U1", "mine")
def mine():
    print("a claim prints")
    return body("mine", DONE)


@card("U2", "wrong-step")
def wrong_step():
    return body("wrong-step", Step("lemma", forall()(x**2, "=", x), by="sums"), DONE)


@card("U13", "lost-fact")
def lost_fact():
    false = forall()(x**2, "=", 4)
    return body("lost-fact", Step("a", false, "sums", ("lemma",)), given=(LEAST,))


@card("U14", "leaves")
def leaves():
    raise SystemExit(0)


@card("U3", "nothing-meets-it")
def nothing_meets_it():
    less = Assumption("less", "x is below 2", forall()(2 - x, ">", 0))
    one = Integer(1)
    absurd = Step(
        "absurd", forall()(0 * x, ">", 0), "combine", ("least", "less"), {"least": one, "less": one}
    )
    return body("nothing-meets-it", absurd, given=(LEAST, less))


@card("U4", "no-instance")
def no_instance():
    return body("no-instance", DONE, draw=lambda K: instances(K).filter(lambda _: False))


@card("U5", "endless")
def endless():
    while True:
        pass


@card("U6", "no-body")
def no_body():
    pass


@card("U7", "field-missing")
def field_missing():
    return Body((Part(Theorem("field-missing", SQUARE, ()), instances),), (), ())


@card("U8", "foreign-name")
def foreign_name():
    return body("another", DONE)


@card("U10", "float-parameter")
def float_parameter():
    return body("float-parameter", Step("square", SQUARE, "combine", (), {"least": 0.5}))


@card("U11", "no-value")
def no_value():
    y = Symbol("y")
    return body("no-value", Step("double", forall()(2 * y, "=", y + y), by="sums"))


@card("U9", "no-reason")
def no_reason():
    theorem = Theorem("no-reason", LEAST.judgement, (LEAST,), (), ())
    return Body((Part(theorem, instances),), (Witness("lost", "least", Instance(x=1)),), ())
"""


@cache
def bad() -> tuple[subprocess.CompletedProcess[str], dict[str, dict[str, Any]], list[str]]:
    """The bad claims beside a good one, run: the command, the claims, the lines of the file."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = Path(written(folder, BAD))
        done = ccmc(
            folder, "verify", "--claims", "mine.py", "--timeout", "20", "--save", "r.json", "--json"
        )
        found = {entry["id"]: entry for entry in load(folder / "r.json")["claims"]}
        return done, found, path.read_text().splitlines()


def line_of(start: str) -> int:
    """The line of the card, or of anything else that begins so, from 1."""
    return next(n for n, line in enumerate(bad()[2], 1) if line.strip().startswith(start))


def test_bad_claims_never_end_in_a_traceback_or_in_holds() -> None:
    done, found, _ = bad()
    assert done.returncode == 70
    said = r"a claim prints\nKept: .ccmc/failures/lost-fact-\w{8}.json\n"
    assert re.fullmatch(said, done.stderr)
    assert [name for name, entry in found.items() if entry["verdict"] == "holds"] == ["mine"]


@pytest.mark.parametrize(
    ("name", "verdict", "said", "place"),
    [
        (
            "wrong-step",
            "inconclusive",
            "wrong-step: derivation refused (wrong-step, step lemma: the two sides have different",
            "",
        ),
        ("lost-fact", "refuted", "cross-check refuted (The left side is 9, the right side 4)", ""),
        ("leaves", "error", "SystemExit: 0", "raise SystemExit(0)"),
        ("nothing-meets-it", "error", "is vacuous, no case met the assumptions; not met: less", ""),
        ("no-instance", "error", "a strategy draws no instance: nothing meets what it as", ""),
        ("endless", "inconclusive", "stopped after 20 s, the time limit", ""),
        ("no-body", "error", "no-body: its function returns None; expected a Body", "@card"),
        (
            "field-missing",
            "error",
            "TypeError: Theorem.__init__() missing 2",
            "return Body((Part(T",
        ),
        (
            "float-parameter",
            "error",
            "ValueError: step square: the parameter 0.5 is no exact term",
            'return body("float-p',
        ),
        ("no-value", "error", "NoValue: no value for y: neither the instance nor `computed`", ""),
        ("foreign-name", "error", "a part is called 'another'; expected 'foreign-name'", "@card"),
        ("no-reason", "error", "a witness is of 'lost'; the parts are no-reason", "@card"),
    ],
)
def test_a_bad_claim_says_what_is_wrong(name: str, verdict: str, said: str, place: str) -> None:
    entry = bad()[1][name]
    reasons = [reason for reason in entry["reasons"] if said in reason]
    assert (entry["verdict"], len(reasons)) == (verdict, 1), entry["reasons"]
    if place:
        start = f'@card("{entry["label"]}"' if place == "@card" else place
        assert reasons[0].startswith(f"mine.py, line {line_of(start)}: ")


def test_an_id_may_be_taken_by_another_file(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    with pytest.raises(BadClaims) as error:
        cards([("one.py", path), ("two.py", path)], "checks.claims:CLAIMS")
    assert str(error.value) == f"two.py: line {FIRST}: two claims have the id 'mine'"


def test_a_folder_without_claims_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    assert run(["verify", "--claims", "mine"]) == 2
    assert capsys.readouterr().err == "Error: mine: there is no file *.py in this folder\n"


def test_a_number_called_as_tokens_are_is_left_alone() -> None:
    theorem = Theorem("a", forall()(Symbol("x"), "=", Symbol("x")), (), (), ())
    part = Part(theorem, lambda _: st.nothing())
    assert model_of(part, Instance(x="9/5")).symbols["x"] == fmpq(9, 5)
    token = replace(theorem, conclusion=forall()(Function("f")(Symbol("x")), ">", 0))
    assert model_of(replace(part, theorem=token), Instance(x=0)).symbols["x"] == 1


def test_the_bodies_of_the_paper_hang_together() -> None:
    for claim in CLAIMS[:3]:
        check_body(claim)
