"""The claims of the suite, one module each, in the order of the theory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.claims.attention_is_ccmc import attention_is_ccmc
from checks.claims.collapse_exponent import collapse_exponent
from checks.claims.connected_iff_identifiable import connected_iff_identifiable
from checks.claims.constant_one_bound import constant_one_bound
from checks.claims.corner_jacobian import corner_jacobian
from checks.claims.corner_wins import corner_wins
from checks.claims.cross_attention import cross_attention
from checks.claims.decay_fixates import decay_fixates
from checks.claims.excess_risk_law import excess_risk_law
from checks.claims.excess_risk_mean import excess_risk_mean
from checks.claims.exponent_not_universal import exponent_not_universal
from checks.claims.finite_sample_envelope import finite_sample_envelope
from checks.claims.fisher_is_laplacian import fisher_is_laplacian
from checks.claims.gauge_directions import gauge_directions
from checks.claims.gradient_in_slice import gradient_in_slice
from checks.claims.head_dimension import head_dimension
from checks.claims.independence_needed import independence_needed
from checks.claims.lasting_transitions import lasting_transitions
from checks.claims.likelihood_convex import likelihood_convex
from checks.claims.literature import (
    attractors_win,
    bounded_martingale,
    likelihood_limit,
    two_token_limits,
)
from checks.claims.loser_growth import loser_growth
from checks.claims.loser_rate import loser_rate
from checks.claims.lumping import lumping
from checks.claims.matrix_tree import matrix_tree
from checks.claims.mle_exists import mle_exists
from checks.claims.no_limit import no_limit
from checks.claims.non_mixing import non_mixing
from checks.claims.parameter_law import parameter_law
from checks.claims.partial_identifiability import partial_identifiability
from checks.claims.polya_counts import polya_counts
from checks.claims.position_scaling import position_scaling
from checks.claims.position_separable import position_separable
from checks.claims.positivity_needed import positivity_needed
from checks.claims.prompt_sufficiency import prompt_sufficiency
from checks.claims.rank_one_bound import rank_one_bound
from checks.claims.rank_one_exact_law import rank_one_exact_law
from checks.claims.rank_one_martingale import rank_one_martingale
from checks.claims.rank_one_sharp import rank_one_sharp
from checks.claims.recurrence_not_enough import recurrence_not_enough
from checks.claims.risk_gap_is_kl import risk_gap_is_kl
from checks.claims.rotary_does_not_factor import rotary_does_not_factor
from checks.claims.score_is_martingale import score_is_martingale
from checks.claims.self_attention_coverage import self_attention_coverage
from checks.claims.single_trajectory_consistency import single_trajectory_consistency
from checks.claims.symmetric_lyapunov import symmetric_lyapunov
from checks.claims.tokens_recur import tokens_recur
from checks.claims.training_finds_the_mle import training_finds_the_mle
from checks.claims.trajectory_estimate import trajectory_estimate
from checks.claims.trajectory_information import trajectory_information
from checks.claims.transition_to_weights import transition_to_weights
from checks.claims.transitions_go_on import transitions_go_on
from checks.claims.transitions_go_on_near import transitions_go_on_near
from checks.claims.transitions_recur import transitions_recur
from checks.claims.transitions_stop import transitions_stop
from checks.claims.transitions_stop_near import transitions_stop_near
from checks.claims.two_token_exact_law import two_token_exact_law
from checks.claims.two_token_field import two_token_field
from checks.claims.two_token_winners import two_token_winners
from checks.claims.uniform_domination_bound import uniform_domination_bound
from checks.claims.uniform_domination_winner import uniform_domination_winner
from checks.claims.weak_row_bound import weak_row_bound
from checks.claims.weak_row_threshold import weak_row_threshold
from checks.claims.winning_sets import winning_sets

if TYPE_CHECKING:
    from checks.claim import Claim

__all__ = ["CLAIMS"]

CLAIMS: tuple[Claim, ...] = (
    attention_is_ccmc,
    prompt_sufficiency,
    gauge_directions,
    transition_to_weights,
    positivity_needed,
    independence_needed,
    head_dimension,
    cross_attention,
    position_scaling,
    position_separable,
    rotary_does_not_factor,
    decay_fixates,
    likelihood_convex,
    gradient_in_slice,
    fisher_is_laplacian,
    connected_iff_identifiable,
    self_attention_coverage,
    matrix_tree,
    risk_gap_is_kl,
    mle_exists,
    partial_identifiability,
    excess_risk_law,
    excess_risk_mean,
    parameter_law,
    finite_sample_envelope,
    training_finds_the_mle,
    tokens_recur,
    two_token_field,
    two_token_winners,
    rank_one_martingale,
    rank_one_bound,
    rank_one_sharp,
    rank_one_exact_law,
    uniform_domination_bound,
    uniform_domination_winner,
    weak_row_bound,
    weak_row_threshold,
    collapse_exponent,
    exponent_not_universal,
    constant_one_bound,
    corner_jacobian,
    corner_wins,
    symmetric_lyapunov,
    winning_sets,
    no_limit,
    lumping,
    polya_counts,
    two_token_exact_law,
    non_mixing,
    score_is_martingale,
    transitions_recur,
    single_trajectory_consistency,
    recurrence_not_enough,
    transitions_stop,
    transitions_go_on,
    transitions_stop_near,
    transitions_go_on_near,
    loser_growth,
    lasting_transitions,
    trajectory_information,
    trajectory_estimate,
    loser_rate,
    attractors_win,
    two_token_limits,
    likelihood_limit,
    bounded_martingale,
)
