"""Claims that behave badly, and an examination that plays them: for the runner and the command.

The claim's id says what happens.  ``FAKE_CLAIMS`` selects some by id, in its order.
"""

import os
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sympy import Symbol

from checks.claim import Body, Claim, Source, Twin, Unwitnessed, Witness
from numeric.instance import Instance
from theory.derivation import Assumption, Step, Theorem
from theory.judgement import Judgement

X = Symbol("x")
POSITIVE = Assumption("positive", "x is positive", Judgement(X, ">", 0 * X))
REAL = Assumption("real", "x is real", Judgement(X**2, ">=", 0 * X))
DOUBLE = Judgement(X + X, "=", 2 * X)


@dataclass(frozen=True)
class Finding:
    kind: str
    part: str
    outcome: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Examination:
    findings: tuple[Finding, ...]
    assumptions: tuple[dict[str, str], ...]
    scope: str = "all K, L, d"
    rules: tuple[str, ...] = ("sums",)
    definitions: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    kept: dict[str, int] = field(default_factory=dict)


def theorem(name: str, *cited: Theorem) -> Theorem:
    """A theorem that cites others in its steps."""
    steps = tuple(
        Step(f"cited-{i}", DOUBLE, "cite", (), {"theorem": other}) for i, other in enumerate(cited)
    )
    last = Step("double", DOUBLE, "sums")
    return Theorem(name, DOUBLE, (POSITIVE, REAL), (), (*steps, last))


def claim(label: str, name: str, *cited: str, mark: str = "all", **card: Any) -> Claim:
    """A claim of one part, with a witness, a reason and a twin."""

    def build() -> Body:
        theorems = [THEOREMS[other] for other in cited]
        THEOREMS.setdefault(name, theorem(name, *theorems))
        part: Any = SimpleNamespace(name=name, theorem=THEOREMS[name])
        return Body(
            (part,),
            (
                Witness(name, "positive", Instance(x=-1, P=[["1/2", "1/2"], ["log(2)", 1]])),
                Unwitnessed(name, "real", "every $x$ of an exact instance is real"),
            ),
            (Twin(name, "3 for 2", Judgement(X + X, "=", 3 * X), Instance(x=1)),),
        )

    source = Source("abstract, sentence 2", f"what {name} paraphrases")
    text = f"For all $x$: $x + x = 2 x$, says {name}."
    return Claim(name, label, f"the title of {name}", text, source, mark, build, **card)


THEOREMS = {name: theorem(name) for name in ("good", "slow", "refuted", "sampled")}

ALL = (
    claim("A1", "good"),
    claim("A2", "cites-good", "good"),
    claim("A3", "slow"),
    claim("A4", "crash"),
    claim("A5", "raise"),
    claim("A6", "refuted"),
    claim("A7", "sampled"),
    claim("A8", "open", mark="open", beyond=True, gap="a bound for all $x$"),
    claim("A9", "rests-on-slow", "slow"),
    claim("A10", "undecided"),
    claim("A11", "disagree"),
    claim("A12", "vacuous"),
    claim("A13", "weak-witness"),
    claim("A14", "noisy"),
    claim("A15", "silent", "good"),
    claim("C1", "other-section", erratum=True),
)

_wanted = os.environ.get("FAKE_CLAIMS")
CLAIMS = tuple(c for c in ALL if _wanted is None or c.id in _wanted.split(","))


def examine(
    claim: Claim, seed: int, examples: int, twins: bool, kept: tuple[Any, ...] = ()
) -> Examination:
    """Play what the claim's id says."""
    name = claim.id
    if name == "slow":
        time.sleep(60)
    if name == "crash":
        os._exit(11)
    if name == "raise":
        raise ValueError("the claim has a hole")
    if name == "noisy":
        print("a claim prints")
    refuted = {"instance": {"x": 1}, "message": "2 is not 3"}
    derivation = {"refuted": "refuted", "sampled": "refuted"}.get(name, "holds")
    check = {"refuted": "refuted", "undecided": "undecided", "disagree": "refuted"}
    cases = {"drawn": examples, "effective": 0 if name == "vacuous" else seed % 50 + 1}
    findings = [
        Finding("derivation", name, derivation, {"steps": 1}),
        Finding("engine", name, "holds", {"steps": 1}),
        Finding(
            "cross-check",
            name,
            check.get(name, "holds"),
            cases | (refuted if check.get(name) == "refuted" else {}),
        ),
        Finding(
            "witness",
            name,
            "refuted" if name == "weak-witness" else "holds",
            {"drops": "positive", "instance": {"x": -1}},
        ),
        Finding("unwitnessed", name, "holds", {"drops": "real", "reason": "all are real"}),
    ]
    if twins:
        findings.append(Finding("twin", name, "holds", {"change": "3 for 2", "instance": {"x": 1}}))
    return Examination(
        tuple(findings),
        tuple(
            {"part": name, "name": given.name, "sentence": given.sentence}
            for given in (POSITIVE, REAL)
        ),
        cited=()
        if name == "silent"
        else tuple(t.name for t in claim.body.theorems[0].theorem.cited),
    )


def recheck(payload: dict[str, Any], body: Body) -> Finding:
    """Play one recorded finding: a witness holds for a negative x, nothing else does."""
    assert body.parts
    outcome = {"witness": "holds", "twin": "holds"}.get(payload["kind"], "refuted")
    if payload["kind"] == "witness" and int(payload["instance"]["x"]) >= 0:
        outcome = str(payload["instance"].get("outcome", "refuted"))
    return Finding(payload["kind"], payload["part"], outcome, {"lhs": "1", "rhs": "2"})


BAD_CANARIES = {"fine": lambda: None, "missed": lambda: "it was not caught", "dies": lambda: 1 / 0}


def __getattr__(name: str) -> Any:
    """Kill the worker that asks for the canaries called deadly."""
    if name == "deadly":
        os._exit(3)
    raise AttributeError(name)
