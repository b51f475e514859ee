"""The estimate of P: what exists, the optimum, its error bound, and other people's programs."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

import choix
import numpy as np
import pytest
from flint import arb, arb_mat, ctx, fmpq
from numpy.typing import NDArray
from scipy.optimize import linprog, minimize
from statsmodels.discrete.conditional_models import ConditionalLogit

import numeric.estimate
import numeric.optimum
import numeric.samples
from numeric.chain import ccmc, counts
from numeric.estimate import RowFit, fit, fit_row, reason
from numeric.graphs import comparisons, components, strong_components
from numeric.optimum import Problem, details, maximise
from numeric.samples import Samples

Array = NDArray[Any]
Sample = tuple[tuple[int, ...], int]


def draw(rng: np.random.Generator, K: int, n: int, longest: int, cross: bool) -> list[Sample]:
    """Prompts of any length, and tokens sampled after them by a random chain."""
    P = np.exp(rng.normal(0, rng.choice([0.3, 1, 3]), (K, K)))
    kept = rng.permutation(K)[: rng.integers(1, K + 1)] if rng.random() < 0.3 else np.arange(K)
    samples: list[Sample] = []
    while len(samples) < n:
        X = tuple(rng.choice(kept, rng.integers(1 + cross, longest + 1 + cross)).tolist())
        law = ccmc(P.tolist(), counts(X[:-1] if cross else X, K), X[-1])
        samples.append((X, int(rng.choice(K, p=np.array(law, dtype=float)))))
    return samples


def of_query(samples: Sequence[Sample], k: int, cross: bool) -> list[Sample]:
    """The keys, and what was sampled, of the prompts that end in k."""
    return [(X[: len(X) - cross], y) for X, y in samples if X[-1] == k]


def exists_by_linear_programming(K: int, samples: Sequence[Sample]) -> tuple[bool, bool]:
    """Whether a maximiser exists, and whether it is the only one up to a constant.

    With v_x <= v_y for all keys x of every prompt and y sampled after it, minus the log-likelihood
    never grows along v. It has a minimum iff each such v is constant on every prompt.
    """
    pairs = sorted({(x, y) for X, y in samples for x in X if x != y})
    if not pairs:
        return True, K == 1
    up = np.zeros((len(pairs), K))
    for row, (x, y) in zip(up, pairs, strict=True):
        row[x], row[y] = -1, 1
    best = linprog(-up.sum(axis=0), A_ub=-up, b_ub=np.zeros(len(pairs)), bounds=(-1, 1))
    assert best.status == 0
    return bool(best.fun > -1e-6), int(np.linalg.matrix_rank(up)) == K - 1


def slow_optimum(K: int, samples: Sequence[Sample], ridge: float = 0.0) -> tuple[Array, float]:
    """Logarithms of a best row, from the likelihood's definition, and the log-likelihood."""
    n = np.array([counts(X, K) for X, _ in samples], dtype=float).reshape(-1, K)
    y = np.array([y for _, y in samples], dtype=int)
    rows = np.arange(len(y))
    Q = np.eye(K) - 1 / K

    def laws(w: Array) -> Array:
        weights = n * np.exp(w - w.max())
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def value(w: Array) -> float:
        return float(-np.log(laws(w)[rows, y]).sum() + ridge / 2 * w @ Q @ w)

    def gradient(w: Array) -> Array:
        return np.asarray(laws(w).sum(axis=0) - np.bincount(y, minlength=K) + ridge * Q @ w)

    def hessian(w: Array) -> Array:
        p = laws(w)
        return np.asarray(np.diag(p.sum(axis=0)) - p.T @ p + ridge * Q + 1 / K)

    found = minimize(
        value, np.zeros(K), jac=gradient, hess=hessian, method="trust-exact",
        options={"gtol": 1e-9 * max(len(y), 1), "maxiter": 500},
    )  # fmt: skip
    w = found.x
    for _ in range(3):  # from there, to the last digits
        w = w - np.linalg.solve(hessian(w), gradient(w))
    return w, -value(w)


def logs(row: RowFit) -> list[tuple[list[int], Array]]:
    return [(law.tokens.tolist(), np.log(law.law)) for law in row.laws]


def check(row: RowFit, K: int, samples: Sequence[Sample]) -> str:
    """Compare a row with the slow method; return what was found."""
    exists, only = exists_by_linear_programming(K, samples)
    assert (row.exists, row.identified) == (exists, exists and only)
    if not exists:
        assert row.laws == ()
        assert row.log_likelihood is None
        words = reason(row)
        assert words is not None
        assert "never sampled" in words
        for obstacle in row.obstacles:
            met = {x for X, y in samples for x in X if set(X) & set(obstacle.tokens)}
            assert set(obstacle.among) == met - set(obstacle.tokens) != set()
            assert not any(
                y in obstacle.tokens and set(X) - set(obstacle.tokens) for X, y in samples
            )
        return "none"
    assert row.error_bound is not None, "not certified"
    w, likelihood = slow_optimum_if_any(K, samples)
    assert row.log_likelihood == pytest.approx(likelihood, rel=1e-9, abs=1e-9)
    for tokens, log_law in logs(row):
        slow = w[tokens] - np.log(np.exp(w[tokens]).sum())
        assert np.abs(log_law - slow).max() < 1e-7 + row.error_bound
    return "one" if only else "several"


def slow_optimum_if_any(K: int, samples: Sequence[Sample]) -> tuple[Array, float]:
    """The slow optimum; where groups never meet, the Hessian is singular: solve each by itself."""
    edges = {(x, y) for X, y in samples for x in X if x != y}
    w, total = np.zeros(K), 0.0
    for group in components(K, edges):
        mine = [(tuple(map(group.index, X)), group.index(y)) for X, y in samples if y in group]
        if mine and len(group) > 1:
            w[list(group)], likelihood = slow_optimum(len(group), mine)
            total += likelihood
    return w, total


def sizes(rng: np.random.Generator) -> tuple[int, int, int]:
    """K, n and the longest prompt: most data sets are small."""
    K = int(rng.integers(1, 9))
    n = int(5 * 1000 ** (rng.random() ** 2.5))
    return K, n, int(rng.integers(1, 7))


@pytest.mark.parametrize("seed", range(10))
def test_100_random_data_sets_end_at_the_certified_optimum_or_name_why_there_is_none(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    found: dict[str, int] = {"one": 0, "several": 0, "none": 0}
    for _ in range(100):
        K, n, longest = sizes(rng)
        cross = bool(rng.random() < 0.3)
        samples = draw(rng, K, n, longest, cross)
        rows = list(fit(Samples.of(samples, K, cross_attention=cross)))
        assert sum(row.n for row in rows) == n
        for k, row in enumerate(rows):
            found[check(row, K, of_query(samples, k, cross))] += 1
    assert min(found.values()) > 30, found


def test_every_small_data_set_exists_as_the_definition_of_the_graphs_says() -> None:
    K, prompts = 3, [(0, 1, 2), (1, 2), (0, 2), (2,)]
    every = [(X, y) for X in prompts for y in X]
    for chosen in product([False, True], repeat=len(every)):
        samples = [sample for sample, taken in zip(every, chosen, strict=True) if taken]
        row = fit_row(Samples.of(samples, K).row(2), K, with_details=False)
        edges = comparisons(samples, 2, K)
        weak, strong = components(K, edges), strong_components(K, edges)
        assert row.n_components == len(weak)
        assert row.exists == (len(weak) == len(strong))
        assert row.identified == (len(strong) == 1)


def cycle(K: int, heavy: float = 1.0) -> list[Sample]:
    """i -> i + 1 for all i in a circle, each `heavy` times as often as back."""
    pairs = [(i, (i + 1) % K) for i in range(K)]
    return [((i, j, 0), y) for i, j in pairs for y in [j] * int(heavy) + [i]] + [((0, 0), 0)]


def test_a_pass_that_is_not_enough_is_followed_by_one_that_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ring = [((i, (i + 1) % 50, 50), (i + 1) % 50) for i in range(50)]  # each one beats the last
    data = [((i, j), y) for (i, j, _), y in ring]  # reversed order: the hardest for one pass
    row = Samples.of([((*X, 50), y) for X, y in reversed(data)], 51, cross_attention=True).row(50)
    args = row.keys, row.offsets, row.sampled
    assert not numeric.estimate._strong(*args, 50)
    found = fit_row(row, 51)
    assert (found.exists, found.n_components) == (True, 2)  # 50 itself is alone
    assert found.laws[0].law == pytest.approx(np.full(50, 1 / 50))


def test_a_pass_alone_never_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    samples = [Samples.of(draw(rng, 5, 60, 4, False), 5) for _ in range(40)]
    fast = [[(r.exists, r.identified) for r in fit(s, with_details=False)] for s in samples]
    monkeypatch.setattr(numeric.estimate, "_strong", lambda *_: False)
    slow = [[(r.exists, r.identified) for r in fit(s, with_details=False)] for s in samples]
    assert fast == slow
    assert {pair for rows in fast for pair in rows} >= {(True, True), (False, False)}


def balls_optimum(problem: Problem, u: Array) -> list[arb]:
    """log P at the optimum to over 40 digits, by Newton's method in balls from u."""
    k = problem.k
    offsets = problem.offsets.tolist()
    prompts = [problem.keys[a:b].tolist() for a, b in pairwise(offsets)]
    merged = Counter[tuple[int, ...]]()
    for X, m in zip(prompts, problem.times.tolist(), strict=True):
        merged[tuple(sorted(X))] += int(m)
    w, step = [arb(x).log() for x in u.tolist()], arb_mat(k, 1)
    for _ in range(5):
        e = [x.exp() for x in w]
        mean = sum(w, arb(0)) / k
        ridge = arb(problem.ridge)
        g = [ridge * (x - mean) - s for x, s in zip(w, problem.wins.tolist(), strict=True)]
        H = [[ridge * ((i == j) - arb(1) / k) + 1 for j in range(k)] for i in range(k)]
        for X, m in merged.items():
            z = sum((e[x] for x in X), arb(0))
            p = [sum((e[x] for x in X if x == j), arb(0)) / z for j in range(k)]
            for i in range(k):
                g[i] += m * p[i]
                H[i][i] += m * p[i]
                for j in range(k):
                    H[i][j] -= m * p[i] * p[j]
        step = arb_mat(H).solve(arb_mat(k, 1, g))
        w = [(x - step[i, 0]).mid() for i, x in enumerate(w)]
    assert max(abs(step[i, 0]).mid() for i in range(k)) < arb(10) ** -40
    total = sum((x.exp() for x in w), arb(0)).log()
    return [x - total for x in w]


def bounded(problem: Problem, u: Array) -> tuple[float, float | None]:
    """How far log P is from the optimum, and the bound on it."""
    with ctx.workprec(256):
        P = u / u.sum()
        exact = balls_optimum(problem, u)
        off = max(
            float(abs(arb(p).log() - x).abs_upper()) for p, x in zip(P.tolist(), exact, strict=True)
        )
    return off, details(problem, u).error_bound


def problems(ridge: float = 0.0) -> list[Problem]:
    """Problems with an optimum, the heavy rings among them far from well conditioned."""
    rng = np.random.default_rng(7)
    found = []
    for K, n in ((2, 20), (3, 50), (4, 300), (5, 100), (8, 400), (8, 3000)):
        P = np.exp(rng.normal(0, 1, K))
        X = rng.integers(0, K, (n, 4))
        y = [int(rng.choice(x, p=P[x] / P[x].sum())) for x in X]
        every = [(tuple(x), z) for x, z in zip(X.tolist(), y, strict=True)]
        every += cycle(K)
        row = Samples.of([((*x, 0), z) for x, z in every], K, cross_attention=True).row(0)
        found.append(Problem(row.keys, row.offsets, row.sampled, row.times, K, ridge))
    for heavy in (10, 1000):
        row = Samples.of([((*x, 0), z) for x, z in cycle(6, heavy)], 6, cross_attention=True).row(0)
        found.append(Problem(row.keys, row.offsets, row.sampled, row.times, 6, ridge))
    return found


@pytest.mark.parametrize("ridge", [0.0, 1e-6, 0.5, 100.0])
def test_the_error_bound_holds_at_the_optimum_and_away_from_it(ridge: float) -> None:
    for problem in problems(ridge):
        u = maximise(problem)
        off, bound = bounded(problem, u)
        assert bound is not None
        assert off <= bound < 1e-9
        rng = np.random.default_rng(1)
        for far in (1e-12, 1e-9, 1e-8):
            off, bound = bounded(problem, u * np.exp(far * rng.normal(size=problem.k)))
            assert bound is None or off <= bound < 1e-6
            assert off > far / 20
        assert details(problem, u * np.exp(rng.normal(size=problem.k))).error_bound is None


def test_the_roundings_are_within_what_the_bound_takes_them_for() -> None:
    for problem in problems():
        u = maximise(problem)
        k, offsets = problem.k, problem.offsets.tolist()
        exact_u = [fmpq(*x.as_integer_ratio()) for x in u.tolist()]
        mass, W = [fmpq(0)] * k, [[fmpq(0)] * k for _ in range(k)]
        for a, b, m in zip(offsets[:-1], offsets[1:], problem.times.tolist(), strict=True):
            X = problem.keys[a:b].tolist()
            z = sum(exact_u[x] for x in X)
            for x in X:
                mass[x] += int(m) * exact_u[x] / z
                for y in X:
                    W[x][y] += int(m) * exact_u[x] * exact_u[y] / z**2
        c = int(np.diff(problem.offsets).max())
        N = int(np.bincount(problem.keys).max())
        shares = numeric.optimum._shares(problem.keys, problem.offsets, problem.times, u)
        for e, exact in zip((u * shares).tolist(), mass, strict=True):
            off = abs(fmpq(*e.as_integer_ratio()) - exact)
            assert off <= 2 * (c + N) * exact / 2**53
        H = numeric.optimum._laplacian(problem, u).tolist()
        for i, j in product(range(k), repeat=2):
            if i != j:
                off = abs(fmpq(*(-H[i][j]).as_integer_ratio()) - W[i][j])
                assert off <= 2 * (N * c + 2 * c + 6) * W[i][j] / 2**53


def test_the_curvature_is_shown_up_to_the_smallest_eigenvalue_and_not_beyond() -> None:
    for problem in problems():
        u = maximise(problem)
        H = numeric.optimum._laplacian(problem, u)
        scale = numeric.optimum._scale(H)
        Q, _ = np.linalg.qr(np.column_stack([scale, np.eye(problem.k)[:, 1:]]))
        basis = Q[:, 1:]  # orthogonal to D 1
        least = np.linalg.eigvalsh(basis.T @ (H / np.outer(scale, scale)) @ basis)[0]
        assert 0 < least
        assert numeric.optimum._at_least(H, scale, 0.99 * min(least, 0.5))
        assert not numeric.optimum._at_least(H, scale, 1.01 * max(least, 1))


def by_row(samples: Sequence[Sample], K: int) -> list[tuple[RowFit, list[Sample]]]:
    rows = fit(Samples.of(samples, K))
    return [(row, of_query(samples, k, False)) for k, row in enumerate(rows)]


def test_choix_agrees_on_prompts_of_distinct_tokens() -> None:
    rng, K = np.random.default_rng(0), 6
    P = np.exp(rng.normal(size=(K, K)))
    samples: list[Sample] = []
    for _ in range(1500):
        X = tuple(rng.permutation(K)[: rng.integers(2, K + 1)].tolist())
        weights = P[X[-1], list(X)]
        samples.append((X, int(rng.choice(X, p=weights / weights.sum()))))
    for row, mine in by_row(samples, K):
        assert row.identified
        data = [(y, tuple(x for x in X if x != y)) for X, y in mine]
        for w in (
            choix.mm_top1(K, data, tol=1e-12),
            choix.opt_top1(K, data, alpha=0.0, tol=1e-10),
        ):
            assert np.log(row.laws[0].law) == pytest.approx(w - np.log(np.exp(w).sum()), abs=1e-6)
        alpha = 3.0  # choix penalises by alpha x the sum of squares, which centres the parameters
        w = choix.opt_top1(K, data, alpha=alpha, tol=1e-10)
        penalised = fit_row(Samples.of(samples, K).row(row.query), K, ridge=2 * alpha)
        law = np.log(penalised.laws[0].law)
        assert law == pytest.approx(w - np.log(np.exp(w).sum()), abs=1e-6)
        assert np.abs(law - np.log(row.laws[0].law)).max() > 0.01


def test_a_conditional_logit_agrees_with_its_standard_errors_whatever_the_counts() -> None:
    rng, K = np.random.default_rng(5), 4
    P = np.exp(rng.normal(0, 0.5, (K, K)))
    samples: list[Sample] = []
    for X in rng.integers(0, K, (800, 5)).tolist():
        weights = P[X[-1], X]
        samples.append((tuple(X), int(rng.choice(X, p=weights / weights.sum()))))
    for row, mine in by_row(samples, K):
        assert row.identified
        mine = [(X, y) for X, y in mine if len(set(X)) > 1]
        # A choice among positions: the likelihood differs by a factor n_y, which is constant.
        groups = np.repeat(np.arange(len(mine)), [len(X) for X, _ in mine])
        keys = np.concatenate([X for X, _ in mine])
        chosen = np.concatenate([np.arange(len(X)) == X.index(y) for X, y in mine]).astype(int)
        model = ConditionalLogit(chosen, np.eye(K)[keys][:, 1:], groups=groups)
        result = model.fit(method="newton", disp=False)
        w = np.concatenate([[0], result.params])
        law = row.laws[0]
        assert np.log(law.law) == pytest.approx(w - np.log(np.exp(w).sum()), abs=1e-5)
        covariance = np.zeros((K, K))
        covariance[1:, 1:] = result.cov_params()
        J = np.diag(law.law) - np.outer(law.law, law.law)
        assert law.details is not None
        errors = np.sqrt(np.diag(J @ covariance @ J))
        assert law.details.standard_errors == pytest.approx(errors, rel=1e-4)


@pytest.mark.parametrize("ridge", [0.1, 5.0])
def test_a_ridge_gives_the_penalised_optimum_whatever_the_data(ridge: float) -> None:
    rng, Ks, missing = np.random.default_rng(2), (1, 2, 3, 5, 8), 0
    for K in Ks:
        samples = draw(rng, K, 4 * K, 4, False)
        for k, row in enumerate(fit(Samples.of(samples, K), ridge=ridge)):
            mine = of_query(samples, k, False)
            missing += not row.identified
            [law] = row.laws
            w, _ = slow_optimum(K, mine, ridge)
            assert np.log(law.law) == pytest.approx(w - np.log(np.exp(w).sum()), abs=1e-8)
            assert row.error_bound is not None
            if K == 1:
                continue
            F = np.zeros((K, K))  # the sandwich, from its definition
            for X, _ in mine:
                p = np.array(counts(X, K)) * law.law / sum(law.law[x] for x in X)
                F += np.diag(p) - np.outer(p, p)
            C = np.linalg.pinv(F + ridge * (np.eye(K) - 1 / K))
            J = np.diag(law.law) - np.outer(law.law, law.law)
            assert law.details is not None
            expected = np.sqrt(np.diag(J @ C @ F @ C @ J))
            assert law.details.standard_errors == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert missing > 5


def test_a_tolerance_is_kept_and_saves_work() -> None:
    for problem in problems():
        for tolerance in (1e-2, 1e-5, 1e-9):
            u = maximise(problem, tolerance)
            shares = numeric.optimum._shares(problem.keys, problem.offsets, problem.times, u)
            assert np.abs(u * shares - problem.wins).max() <= tolerance * problem.wins.sum() * 1.001


def line(k: int, heavy: float) -> Problem:
    """i + 1 beats i `heavy` times, i beats i + 1 once: log u rises by log heavy each time."""
    i = np.arange(k - 1)
    keys = np.stack([i, i + 1, i, i + 1], axis=1).ravel().astype(np.uint16)
    sampled = np.stack([i + 1, i], axis=1).ravel().astype(np.uint16)
    times = np.tile([heavy, 1.0], k - 1)
    return Problem(keys, np.arange(0, len(keys) + 1, 2, dtype=np.uint32), sampled, times, k)


@pytest.mark.parametrize(("k", "heavy"), [(8, 1e6), (30, 1e4), (300, 3.0), (500, 1.0)])
def test_problems_that_are_ill_conditioned_are_certified(k: int, heavy: float) -> None:
    problem = line(k, heavy)
    u = maximise(problem)
    bound = details(problem, u).error_bound
    assert bound is not None
    w = np.log(heavy) * np.arange(k)
    exact = w - np.log(np.exp(w - w.max()).sum()) - w.max()
    assert np.abs(np.log(u / u.sum()) - exact).max() <= bound < 1e-6


@pytest.mark.parametrize(("k", "heavy"), [(100, 1e4), (8, 1e12)])
def test_what_float64_cannot_hold_is_not_certified(k: int, heavy: float) -> None:
    problem = line(k, heavy)
    assert details(problem, maximise(problem)).error_bound is None


def test_newton_finds_the_optimum_where_the_quick_steps_give_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = [maximise(problem) for problem in problems()]
    monkeypatch.setattr(numeric.optimum, "_diagonal_steps", lambda *_: False)
    for problem, u in zip(problems(), expected, strict=True):
        assert np.log(maximise(problem)) == pytest.approx(np.log(u), abs=1e-9)


@pytest.mark.parametrize("ridge", [-1.0, float("nan"), float("inf")])
def test_a_ridge_that_is_none_is_refused(ridge: float) -> None:
    with pytest.raises(ValueError, match=r"ridge = .*: expected a finite number, at least 0"):
        next(fit(Samples.of([((0, 1), 0)], 2), ridge=ridge))


def test_reasons_name_tokens_and_leave_some_out_where_they_are_many() -> None:
    many: list[Sample] = [(tuple(range(20)), 0)]
    many += [((x, x + 1, 19), x + 1) for x in range(7)]
    said = reason(fit_row(Samples.of(many, 20).row(19), 20))
    assert said is not None
    assert "token 8 was never sampled after 19 in the presence of 0, 1, 2, 3, 4 and 14 more" in said
    assert said.endswith("; and 9 more such sets of tokens")
    pair = [((0, 1, 2), 2), ((0, 1), 0), ((1, 0), 1), ((0, 1, 2), 2)]
    two = Samples.of([((*X, 0), y) for X, y in pair], 3, cross_attention=True).row(0)
    assert reason(fit_row(two, 3), "abc".__getitem__) == (
        "tokens a, b were never sampled after a in the presence of c"
    )
    free = fit_row(Samples(3).row(1), 3)
    assert reason(free) == "no prompt ends in 1: the row is free"
    assert (free.exists, free.identified, free.log_likelihood) == (True, False, 0)
    split = Samples.of([((0, 1, 3), 0), ((0, 1, 3), 1)], 4, cross_attention=True).row(3)
    said = reason(fit_row(split, 4))
    assert said is not None
    assert "fall into 3 groups that never meet in a prompt ending in 3" in said
    assert reason(fit_row(Samples.of([((0,), 0)], 1).row(0), 1)) is None


def naive(samples: Sequence[Sample], cross: bool) -> Counter[Any]:
    return Counter((X[-1], tuple(sorted(X[: len(X) - cross])), y) for X, y in samples)


def merged(samples: Samples) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for query in range(samples.K):
        row, seen = samples.row(query), set()
        for p, m in enumerate(row.times.tolist()):
            keys = tuple(sorted(row.keys[row.offsets[p] : row.offsets[p + 1]].tolist()))
            assert (keys, row.sampled[p]) not in seen
            seen.add((keys, row.sampled[p]))
            found[query, keys, int(row.sampled[p])] = int(m)
    return found


@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("table", [True, False])
def test_equal_observations_stand_once_however_they_came(
    table: bool, cross: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not table:
        monkeypatch.setattr(numeric.samples, "TABLE", 0)
    monkeypatch.setattr(numeric.samples, "WAITING", 500)
    monkeypatch.setattr(numeric.samples, "AT_ONCE", 17)
    rng = np.random.default_rng(0)
    for K in (1, 2, 4, 7):
        samples, gathered = draw(rng, K, 600, 4, cross), Samples(K, cross_attention=cross)
        for first in range(0, 500, 100):
            some = samples[first : first + 100]
            flat = np.array([x for X, _ in some for x in X])
            ends = np.cumsum([0, *(len(X) for X, _ in some)])
            gathered.add(flat, np.array([y for _, y in some]), ends)
            if first == 200:
                assert merged(gathered) == naive(samples[:300], cross)
        same: list[Sample] = [(X, y) for X, y in samples[500:] if len(X) == 3]
        if same:
            rows = np.array([X for X, _ in same], dtype=np.int16)
            gathered.add(np.asfortranarray(rows), np.array([y for _, y in same], dtype=np.uint8))
        assert merged(gathered) == naive(samples[:500] + same, cross)
        assert gathered.n == 500 + len(same)


def test_one_hash_for_all_merges_nothing_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    class Zeros:
        def integers(self, *_: Any, **__: Any) -> Any:
            return np.zeros(4, dtype=np.uint64)

    samples = draw(np.random.default_rng(0), 4, 300, 3, False)
    monkeypatch.setattr(numeric.samples, "TABLE", 0)
    monkeypatch.setattr(np.random, "default_rng", lambda _: Zeros())
    gathered = Samples.of(samples, 4)
    total: Counter[Any] = Counter()
    for query in range(4):
        row = gathered.row(query)
        for p, m in enumerate(row.times.tolist()):
            keys = tuple(sorted(row.keys[row.offsets[p] : row.offsets[p + 1]].tolist()))
            total[query, keys, int(row.sampled[p])] += int(m)
    assert total == naive(samples, False)


def test_tokens_may_be_added_later_and_counted_before_a_long_prompt() -> None:
    samples = Samples.of([((0, 1), 1)], 2)
    samples.grow(4)
    samples.add(np.array([[3, 2, 1, 0, 0, 0, 0, 1]]), np.array([3]))
    assert merged(samples) == naive([((0, 1), 1), ((3, 2, 1, 0, 0, 0, 0, 1), 3)], False)
    with pytest.raises(ValueError, match="K = 3: expected at least 4"):
        samples.grow(3)
    with pytest.raises(ValueError, match="K = 0: expected at least 1"):
        Samples(0)


ints = np.array
WRONG: list[tuple[tuple[Any, ...], str]] = [
    ((ints([[0, 1], [1, 2]]), ints([0, 1])), "token 2 at position 1 of prompt 1"),
    ((ints([[0, 1], [-1, 1]]), ints([0, 1])), "token -1 at position 0 of prompt 1"),
    ((ints([[0, 1], [1, 1]]), ints([0, 0])), "observation 1 .* token 0 was sampled after .1, 1."),
    ((ints([[0, 1], [1, 1]]), ints([0, -1])), "observation 1 .* token -1 was sampled"),
    ((ints([[0.0, 1]]), ints([0])), "tokens of type float64: expected integers"),
    ((ints([[0, 1]]), ints([0.0])), "sampled of type float64: expected integers"),
    ((ints([[0, 1]]), ints([0, 1])), "2 tokens sampled, 1 prompts: expected one for each"),
    ((ints([0, 1]), ints([0, 1])), "an array of shape .2,.: expected n x L"),
    ((ints([0, 1]), ints([0]), ints([0, 1])), "offsets from 0 to 1: expected from 0 to 2"),
    (
        (ints([0, 1]), ints([0, 1]), ints([0, 0, 2])),
        "prompt 0 .* has length 0: expected at least 1",
    ),
    ((np.zeros((1, 0), dtype=int), ints([0])), "prompt 0 .* has length 0"),
]


@pytest.mark.parametrize("table", [True, False])
@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_what_is_no_observation_is_refused(
    arguments: tuple[Any, ...], said: str, table: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not table:
        monkeypatch.setattr(numeric.samples, "TABLE", 0)
    with pytest.raises(ValueError, match=said):
        Samples(2).add(*arguments)


def test_in_cross_attention_the_query_is_no_key() -> None:
    with pytest.raises(ValueError, match=r"token 1 was sampled after .0, 1., where it is no key"):
        Samples.of([((0, 1), 1)], 2, cross_attention=True)


def test_the_tools_name_the_claims_they_rest_on() -> None:
    assert numeric.estimate.RESTS_ON == ("mle-exists", "likelihood-convex", "fisher-is-laplacian")
    assert set(numeric.optimum.RESTS_ON) < set(numeric.estimate.RESTS_ON)
