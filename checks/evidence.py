"""What supports a claim, run: derivations, the second engine, cross-checks, witnesses, twins.

* derivation: replay in SymPy, step by step.
* engine: every step evaluated at K = 1, 2, 3 in python-flint, at instances that meet the
  assumptions; the steps of the sums rule also with every name a table of random numbers.
* cross-check: the conclusion at many drawn instances, with ``numeric`` in the place of definitions.
* witness: an assumption dropped, the others met, the conclusion false.
* twin: the conclusion with one change, false where the conclusion itself holds.

Evidence without a derivation is run by ``checks.kinds``.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import hypothesis
import sympy as sp
from hypothesis import HealthCheck, Phase
from sympy.core.function import AppliedUndef

from checks import kinds
from checks.bridge import Model, Outcome, Undefined, decide
from checks.claim import (
    Alternative,
    AnyPart,
    AnyTwin,
    Body,
    Claim,
    Enumeration,
    Literature,
    Part,
    StatisticalTest,
    Table,
    Twin,
    Unwitnessed,
    Variant,
    Witness,
)
from checks.finding import Finding
from checks.mutants import run_mutants
from numeric.exact import Log
from numeric.instance import Instance
from theory.derivation import Definition, Step, Theorem, replay
from theory.judgement import Judgement, Refused

__all__ = ["Examination", "Finding", "examine", "model_of", "recheck"]

SIZES = (1, 2, 3)
"""The values of K at which the second engine evaluates every step."""

ENGINE_EXAMPLES = 4
RANDOM_TABLES = 3
MUTANT_EXAMPLES = 6
FURTHER_EXAMPLES = 16
READABLE = 80
"""Characters of a value that a finding shows."""

ANY = 2
"""The value of an induction's fixed name where an instance gives none."""

TOKENS = {"x", "z", "b", "g"}
"""Names of tokens where they stand as indices, whether or not they must be in range."""

LOGITS = {"W", "V", "w", "wv", "Lam", "shift"}
"""Names whose random values are logarithms, so that their exponentials are rational."""


@dataclass(frozen=True)
class Examination:
    """All findings of one claim, and what it rests on."""

    findings: tuple[Finding, ...]
    assumptions: tuple[Mapping[str, str], ...]
    scope: str
    rules: tuple[str, ...]
    definitions: tuple[str, ...]
    cited: tuple[str, ...]
    kept: Mapping[str, int]


def examine(
    claim: Claim, seed: int, examples: int, twins: bool, kept: Sequence[Mapping[str, Any]] = ()
) -> Examination:
    """Run everything that supports a claim.

    Args:
        claim: the claim.
        seed: of this claim in this run.
        examples: how many instances each cross-check draws.
        twins: whether to run the twins.
        kept: counterexamples found before; one that still fails takes the cross-check's place.
    """
    body = claim.body
    failing, fared = _try_kept(body, kept)
    findings = [
        found for part in body.parts for found in _support(part, body, seed, examples, failing)
    ]
    parts = {part.name: part for part in body.parts}
    findings += [_witness(parts[drop.part], drop) for drop in body.witnesses]
    if twins:
        findings += [_changed(parts[twin.part], twin, seed) for twin in body.twins]
        findings += [_mutants(part, body, seed) for part in body.theorems if not part.unchecked]
    theorems = [part.theorem for part in body.theorems]
    cited = {cited.name.split("/")[0] for theorem in theorems for cited in theorem.cited}
    return Examination(
        findings=tuple(findings),
        assumptions=tuple(
            {"part": t.name, "name": a.name, "sentence": a.sentence}
            for t in theorems
            for a in t.assumptions
        ),
        scope=_scope(body),
        rules=tuple(sorted({step.by for theorem in theorems for step in theorem.steps})),
        definitions=tuple(sorted({d.name for theorem in theorems for d in theorem.definitions})),
        cited=tuple(sorted(cited - {claim.id} | set(body.rests_on))),
        kept=fared,
    )


def _try_kept(
    body: Body, kept: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Finding], Mapping[str, int]]:
    """The first kept counterexample that still fails, by part, and how many fare how."""
    failing: dict[str, Finding] = {}
    fared: Counter[str] = Counter()
    parts = {part.name: part for part in body.theorems}
    for payload in kept:
        found = _try_again(parts.get(str(payload["part"])), payload["instance"])
        if found is None:
            fared["do not fit"] += 1
        elif found.outcome == "holds":
            fared["pass"] += 1
        else:
            fared["fail"] += 1
            failing.setdefault(found.part, found)
    return failing, dict(fared)


def _try_again(part: Part | None, instance: Any) -> Finding | None:
    """The cross-check of a part at one instance, or None where it is no longer one of the part."""
    if part is None:
        return None
    try:
        model = model_of(part, Instance.from_json(instance))
        if not all(met for _, met in _met(part, model)):
            return None
        failing = _fails(part.theorem.conclusion, model)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    detail = {"drawn": 1, "effective": 1, "instance": instance, **(failing or {})}
    return Finding("cross-check", part.name, "refuted" if failing else "holds", detail)


def _support(
    part: AnyPart, body: Body, seed: int, examples: int, failing: Mapping[str, Finding]
) -> list[Finding]:
    """What a part has to show; ``failing`` are cross-checks that have failed already, by part."""
    if isinstance(part, Enumeration):
        return [kinds.run_enumeration(part)]
    if isinstance(part, StatisticalTest):
        return [kinds.run_test(part, body.alternatives(part.name), seed)]
    if isinstance(part, Table):
        return [kinds.run_table(part)]
    if isinstance(part, Literature):
        return [kinds.read_literature(part)]
    check = failing.get(part.name)
    if check is None:
        check = _unchecked(part) if part.unchecked else _cross_check(part, seed, examples)
    return [_derivation(part), _engine(part, seed), check]


def _changed(part: AnyPart, twin: AnyTwin, seed: int) -> Finding:
    """A part with one change."""
    if isinstance(twin, Variant) and isinstance(part, Enumeration):
        return kinds.on_variant(part, twin)
    if isinstance(twin, Alternative) and isinstance(part, StatisticalTest):
        return kinds.on_alternative(part, twin, seed)
    if isinstance(twin, Twin) and isinstance(part, Part):
        return _twin(part, twin)
    message = f"a {type(twin).__name__} is no change of a {type(part).__name__}"
    return Finding("twin", part.name, "error", {"change": twin.change, "message": message})


def _mutants(part: Part, body: Body, seed: int) -> Finding:
    """The machine's changes of a part, at its first instances and those of its twins."""
    first = _models(part, (2, 3), seed, MUTANT_EXAMPLES)
    for twin in body.twins:
        if isinstance(twin, Twin) and twin.part == part.name:
            first += _meeting(part, twin.instance)
    return run_mutants(part, first, lambda: _models(part, (2, 3, 4), seed + 1, FURTHER_EXAMPLES))


def _models(part: Part, sizes: tuple[int, ...], seed: int, examples: int) -> list[Model]:
    """Models of a part that meet its assumptions, some for each size."""
    models: list[Model] = []
    for K in sorted({max(part.least, size) for size in sizes}):
        _search(lambda at: models.extend(_meeting(part, at)), part.instances(K), seed, examples)
    return models


def _meeting(part: Part, instance: Instance) -> list[Model]:
    """The model of an instance, if it meets the assumptions."""
    model = model_of(part, instance)
    return [model] if all(met for _, met in _met(part, model)) else []


def _scope(body: Body) -> str:
    """What the parts cover: the sizes of the theorems, then the families of the others."""
    theorems = [part.theorem for part in body.theorems]
    others = [part.scope for part in body.parts if isinstance(part, Enumeration | StatisticalTest)]
    return "; ".join(dict.fromkeys([_sizes(theorems), *others] if theorems else others))


def _sizes(theorems: list[Theorem]) -> str:
    """The sizes that are symbols in the theorems: ``all K, L, d``, or ``all K >= 2, L``."""
    sizes = {size.name for theorem in theorems for size in theorem.parameters if size.is_positive}
    least = dict.fromkeys(sizes, 1)
    for theorem in theorems:
        for fact in theorem.given.values():
            if fact.relation == ">=" and fact.rhs == 0:
                rest, size = fact.lhs.as_coeff_Add()
                if size.is_Symbol and size.name in sizes:
                    least[size.name] = max(least[size.name], -int(rest))
    if not sizes:
        return "all values"
    usual = ("K", "L", "N", "M", "d", "r", "rr")
    order = [*(name for name in usual if name in sizes), *sorted(sizes - set(usual))]
    return "all " + ", ".join(
        name if least[name] == 1 else f"{name} >= {least[name]}" for name in order
    )


def model_of(part: Part, instance: Instance) -> Model:
    """The values of a part's names at an instance.

    Names in the instance come first, then what the part computes, then definitions and the names
    that the derivation gives to terms.  Tokens and positions count from 0 in an instance and from
    1 in the mathematics.
    """
    given = part.theorem.given
    ranged = [fact for fact in given.values() if fact.relation == "in" and fact.rhs[0] == 1]
    counted = {_head(fact.lhs) for fact in ranged} | (TOKENS & part.indices)
    symbols: dict[str, Any] = {}
    functions: dict[str, Callable[..., Any]] = {}
    for name, value in instance.items():
        shift = 1 if name in counted else 0
        if isinstance(value, tuple):
            functions[name] = _table(value, shift)
        else:
            symbols[name] = value + shift
    for name, function in part.computed(instance).items():
        functions.setdefault(name, function)
    said = [definition.judgement for definition in part.theorem.definitions]
    said += [step.judgement for step in part.theorem.steps if step.by == "let"]
    definitions = {name: fact for fact in said if (name := _head(fact.lhs)) not in symbols}
    anywhere = {n.name: ANY for n in part.theorem.fixed}
    return Model(anywhere | symbols, functions, definitions)


def _head(e: sp.Expr) -> str:
    return str(e.func.__name__ if isinstance(e, AppliedUndef) else e)


def _table(value: Any, shift: int) -> Callable[..., Any]:
    def entry(*indices: int) -> Any:
        found = value
        for index in indices:
            found = found[index - 1]
        return found + shift if shift else found

    return entry


def _derivation(part: Part) -> Finding:
    detail: dict[str, Any] = {"steps": len(part.theorem.steps), "trusted": "theory.sums"}
    try:
        trace = replay(part.theorem)
    except Refused as reason:
        return Finding("derivation", part.name, "undecided", {**detail, "message": str(reason)})
    return Finding("derivation", part.name, "holds", {**detail, "rules": list(trace.rules)})


def _engine(part: Part, seed: int) -> Finding:
    """Every step at instances, and the steps of the sums rule with random tables.

    So is every definition that the instance or ``numeric`` takes the place of: they must agree.
    """
    count: Counter[str] = Counter()
    computed: set[str] = set()
    sizes = sorted({K for K in (*SIZES, part.least) if K >= part.least})
    for K in sizes:

        def check(instance: Instance) -> None:
            model = model_of(part, instance)
            computed.update(set(model.functions) - {name for name, _ in instance.items()})
            if not part.unchecked and not all(met for _, met in _met(part, model)):
                count["assumptions not met"] += 1
                return
            replaced = [d for d in part.theorem.definitions if str(d.head) not in model.definitions]
            evaluated: list[Definition | Step] = [*replaced, *part.theorem.steps]
            for step in evaluated:
                try:
                    found = decide(step.judgement, model)
                except KeyError:
                    if not part.unchecked:
                        raise
                    count["without values"] += 1
                except Undefined as reason:
                    detail = {"step": step.name, "instance": instance.to_json()}
                    raise _Failure({**detail, "undefined": str(reason)}) from None
                else:
                    _tally(count, found, step, instance.to_json())

        failure = _search(check, part.instances(K), seed, ENGINE_EXAMPLES)
        if failure is not None:
            return Finding("engine", part.name, "refuted", failure)
    failure = _random_tables(part, seed, count)
    if failure is not None:
        return Finding("engine", part.name, "refuted", {**failure, "seed": seed})
    apart = ("random", "without values", "without a value", "assumptions not met")
    evaluations = count.total() - sum(count[name] for name in apart)
    detail = {"sizes": sizes, "evaluations": evaluations, "computed": sorted(computed), **count}
    return Finding("engine", part.name, "undecided" if count["undecided"] else "holds", detail)


def _random_tables(part: Part, seed: int, count: Counter[str]) -> dict[str, Any] | None:
    """The steps of the sums rule with every name a table of random numbers; how one fails."""
    draw = random.Random(seed)
    facts = part.theorem.given
    for step in part.theorem.steps:
        used = {name: facts[name] for name in step.uses if name in facts}
        if step.by in ("sums", "calculus") and _free(used):
            for K in SIZES * RANDOM_TABLES:
                try:
                    outcome = decide(step.judgement, _random_model(step.judgement, used, K, draw))
                    _tally(count, outcome, step, {"K": K, "random": True})
                except Undefined:  # such as gamma of -1: the facts that exclude it are not met
                    count["without a value"] += 1
                except _Failure as failure:
                    return failure.detail
                else:
                    count["random"] += 1
        facts = {**facts, step.name: step.judgement}
    return None


class _Failure(AssertionError):
    def __init__(self, detail: dict[str, Any]) -> None:
        super().__init__(str(detail))
        self.detail = detail


def _tally(
    count: Counter[str], found: Outcome, step: Definition | Step, instance: Mapping[str, Any]
) -> None:
    if found.outcome == "refuted":
        raise _Failure({"step": step.name, "instance": dict(instance), **_seen(found)})
    if found.outcome == "undecided":
        count["undecided"] += 1
    else:
        count["exact" if found.exact else "balls"] += 1


def _seen(found: Outcome) -> dict[str, Any]:
    return {"where": dict(found.where or {}), "lhs": _short(found.lhs), "rhs": _short(found.rhs)}


def _short(text: str) -> str:
    """A value that a person can read: of a long number its beginning."""
    return text if len(text) <= READABLE else f"{text[: READABLE // 2]}... ({len(text)} characters)"


def _search(
    check: Callable[[Instance], None], instances: Any, seed: int, examples: int
) -> dict[str, Any] | None:
    """Run a check on drawn instances; the details of the smallest failure, or None."""
    last: list[_Failure] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        verbosity=hypothesis.Verbosity.quiet,
    )
    @hypothesis.given(instances)
    def run(instance: Instance) -> None:
        if not isinstance(instance, Instance):
            raise TypeError(f"a strategy draws {instance!r}; expected an Instance")
        try:
            check(instance)
        except _Failure as failure:
            last[:] = [failure]
            raise

    try:
        run()
    except _Failure:
        return last[0].detail
    return None


def _free(used: Mapping[str, Judgement]) -> bool:
    """Whether any numbers satisfy the facts: none is an equation between two terms."""
    return all(fact.relation != "=" or fact.defines for fact in used.values())


def _random_model(judgement: Judgement, used: Mapping[str, Judgement], K: int, draw: Any) -> Model:
    """Random numbers for every name: what an identity of sums must survive."""
    facts = [judgement, *used.values()]
    equations = {
        _head(fact.lhs): fact for fact in used.values() if fact.relation == "=" and fact.lhs.args
    }
    equations |= {str(f.lhs): f for f in used.values() if f.relation == "=" and f.lhs.is_Symbol}
    members = {_head(fact.lhs): fact.rhs for fact in used.values() if fact.relation == "in"}
    sizes = {s for fact in facts for s in fact.parameters if s.is_positive}
    symbols: dict[str, Any] = {s.name: K if s.name == "K" else draw.randint(1, 3) for s in sizes}
    whole = any(e.has(sp.exp) for fact in facts for e in (fact.lhs, fact.rhs))
    model = Model(symbols, {}, equations)
    for symbol in {s for fact in facts for s in fact.parameters} - sizes:
        if symbol.name in members:
            lo, hi = (model.integer(e, {}) for e in members[symbol.name])
            model.symbols[symbol.name] = draw.randint(lo, hi)
        elif symbol.name not in equations:
            model.symbols[symbol.name] = _positive(draw, whole)
    for name in {head.__name__ for fact in facts for head in fact.heads} - set(equations):
        model.functions[name] = _random_table(name, members.get(name), model, draw, whole)
    return model


def _random_table(name: str, member: Any, model: Model, draw: Any, whole: bool) -> Any:
    known: dict[tuple[int, ...], Any] = {}

    def entry(*indices: int) -> Any:
        if indices not in known:
            if member is not None:
                known[indices] = draw.randint(*(model.integer(e, {}) for e in member))
            else:
                value = _positive(draw, whole and name not in LOGITS)
                known[indices] = Log.of(value) if whole and name in LOGITS else value
        return known[indices]

    return entry


def _positive(draw: Any, whole: bool) -> Any:
    value = Fraction(draw.randint(1, 9), 1 if whole else draw.randint(1, 9))
    return value.numerator if whole else Instance(x=value)["x"]


def _cross_check(part: Part, seed: int, examples: int) -> Finding:
    count: Counter[str] = Counter()
    unmet: Counter[str] = Counter()

    def check(instance: Instance) -> None:
        count["drawn"] += 1
        model = model_of(part, instance)
        failed = [a.name for a, met in _met(part, model) if not met]
        unmet.update(failed)
        if failed:
            count["assumptions not met"] += 1
            return
        count["effective"] += 1
        try:
            found = decide(part.theorem.conclusion, model)
        except Undefined as reason:
            raise _Failure({"instance": instance.to_json(), "undefined": str(reason)}) from None
        if found.outcome == "refuted":
            _check_given(part, instance, model)
            raise _Failure({"instance": instance.to_json(), **_seen(found)})
        count["decided" if found.outcome == "holds" else "undecided"] += 1
        count["exact" if found.exact else "balls"] += 1

    sizes = [K for K in (1, 2, 3, 4) if K >= part.least]
    for K in sizes:
        failure = _search(check, part.instances(K), seed, max(1, examples // len(sizes)))
        if failure is not None:
            return Finding("cross-check", part.name, "refuted", {**count, **failure})
    sure = count["decided"] and not count["undecided"]
    detail: dict[str, Any] = {**count, "K": sizes}
    if not count["effective"]:
        detail["unmet"] = [
            f"{name} (in {times} of {count['drawn']})" for name, times in unmet.items()
        ]
    return Finding("cross-check", part.name, "holds" if sure else "undecided", detail)


def _check_given(part: Part, instance: Instance, model: Model) -> None:
    """Raise ValueError where an instance gives a defined name another value: it refutes nothing."""
    for definition in part.theorem.definitions:
        name = str(definition.head)
        if name in instance and decide(definition.judgement, model).outcome == "refuted":
            said = f"gives {name} another value than its definition"
            raise ValueError(f"{part.name}: an instance {said}: {instance!r}")


def _unchecked(part: Part) -> Finding:
    """In the place of a cross-check, why there is none."""
    given = sorted({cited.name for cited in _below(part.theorem) if cited.reference})
    detail = {"given": given, "message": part.unchecked}
    if not given:
        detail["message"] = "it rests on no theorem of the literature, so it must be cross-checked"
    elif not part.unchecked.strip():
        detail["message"] = "it must say why no number decides its conclusion"
    right = given and part.unchecked.strip()
    return Finding("unchecked", part.name, "holds" if right else "error", detail)


def _below(theorem: Theorem) -> Iterator[Theorem]:
    """Every theorem that a theorem rests on."""
    for cited in theorem.cited:
        yield cited
        yield from _below(cited)


def _met(part: Part, model: Model) -> Iterator[tuple[Any, bool]]:
    for assumption in part.theorem.assumptions:
        try:
            yield assumption, decide(assumption.judgement, model).outcome == "holds"
        except Undefined:
            yield assumption, False


def _fails(judgement: Judgement, model: Model) -> dict[str, Any] | None:
    """How a judgement fails at a model, or None if it does not."""
    try:
        found = decide(judgement, model)
    except Undefined as reason:
        return {"undefined": str(reason)}
    return _seen(found) if found.outcome == "refuted" else None


def _witness(part: AnyPart, drop: Witness | Unwitnessed) -> Finding:
    if not isinstance(part, Part):
        message = "only a theorem has assumptions to drop"
        return Finding("witness", part.name, "error", {"drops": drop.drops, "message": message})
    if isinstance(drop, Unwitnessed):
        why = {"drops": drop.drops, "reason": drop.reason}
        return Finding("unwitnessed", part.name, "holds" if drop.reason else "error", why)
    detail: dict[str, Any] = {"drops": drop.drops, "instance": drop.instance.to_json()}
    model = model_of(part, drop.instance)
    met = {assumption.name: ok for assumption, ok in _met(part, model)}
    failing = _fails(part.theorem.conclusion, model)
    if drop.drops not in met:
        return Finding("witness", part.name, "error", {**detail, "message": "no such assumption"})
    if met.pop(drop.drops) or not all(met.values()) or failing is None:
        detail |= {"message": "it does not refute the claim without this assumption", "met": met}
        return Finding("witness", part.name, "error", detail)
    return Finding("witness", part.name, "holds", {**detail, "satisfies": list(met), **failing})


def _twin(part: Part, twin: Twin) -> Finding:
    detail: dict[str, Any] = {"change": twin.change, "instance": twin.instance.to_json()}
    model = model_of(part, twin.instance)
    met = all(ok for _, ok in _met(part, model))
    true = decide(part.theorem.conclusion, model).outcome == "holds"
    failing = _fails(twin.conclusion, model)
    if not met or not true or failing is None:
        detail |= {"message": "the change is not refuted", "assumptions met": met, "holds": true}
        return Finding("twin", part.name, "error", detail)
    return Finding("twin", part.name, "holds", {**detail, **failing})


def recheck(payload: Mapping[str, Any], body: Body) -> Finding:
    """Run one recorded witness, twin or failure again.

    Args:
        payload: ``part``, ``kind`` and, by kind, ``instance``, ``drops``, ``change`` or ``seed``.
        body: of the claim.

    Raises:
        ValueError: the payload names no part, assumption or twin of the claim, or its instance
            cannot be read.
    """
    parts = {part.name: part for part in body.parts}
    part = parts.get(str(payload.get("part")))
    if part is None:
        raise ValueError(f"no part {payload.get('part')!r}; there are {', '.join(parts)}")
    if not isinstance(part, Part):
        return _again(payload, part, body)
    if payload.get("kind") == "engine":
        return _evaluated_again(payload, part)
    instance = Instance.from_json(payload.get("instance"))
    if payload.get("kind") == "witness":
        return _witness(part, Witness(part.name, str(payload.get("drops")), instance))
    if payload.get("kind") == "twin":
        twin = _named_twin(payload, part, body)
        if not isinstance(twin, Twin):
            raise ValueError(f"the twin {twin.change!r} has no conclusion to run")
        return _twin(part, Twin(twin.part, twin.change, twin.conclusion, instance))
    failing = _fails(part.theorem.conclusion, model_of(part, instance))
    outcome = "holds" if failing is None else "refuted"
    return Finding("cross-check", part.name, outcome, failing or {})


def _evaluated_again(payload: Mapping[str, Any], part: Part) -> Finding:
    """A step at the instance at which the second engine refuted it."""
    given, seed = payload.get("instance"), payload.get("seed", 0)
    if isinstance(given, dict) and given.get("random") is True:
        failure = _random_tables(part, seed, Counter())
        return Finding("engine", part.name, "refuted" if failure else "holds", failure or {})
    facts = {fact.name: fact.judgement for fact in part.theorem.definitions}
    facts |= {step.name: step.judgement for step in part.theorem.steps}
    said = facts.get(str(payload.get("step")))
    if said is None:
        raise ValueError(f"{part.name} has no step {payload.get('step')!r}")
    failing = _fails(said, model_of(part, Instance.from_json(given)))
    return Finding("engine", part.name, "refuted" if failing else "holds", failing or {})


def _again(payload: Mapping[str, Any], part: AnyPart, body: Body) -> Finding:
    """Evidence without a derivation, or a twin of it, run again."""
    seed = payload.get("seed", 0)
    if isinstance(part, StatisticalTest) and not isinstance(seed, int):
        raise ValueError(f"the seed {seed!r}: expected an integer")
    if payload.get("kind") == "twin":
        return _changed(part, _named_twin(payload, part, body), seed)
    [found] = _support(part, body, seed, 0, {})
    if found.kind != payload.get("kind"):
        raise ValueError(f"{part.name} has no {payload.get('kind')}, but one {found.kind}")
    return found


def _named_twin(payload: Mapping[str, Any], part: AnyPart, body: Body) -> AnyTwin:
    for twin in body.twins:
        if (twin.part, twin.change) == (part.name, payload.get("change")):
            return twin
    raise ValueError(f"{part.name} has no twin {payload.get('change')!r}")
