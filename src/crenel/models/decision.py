"""Decision: who comes first, and who shoots."""

from crenel.core.jit import kernel


@kernel
def rank(time_to_target_s: float, value: float) -> float:
    """What orders those that wait, least first: time to its target, divided by what the target is worth [s]."""
    return time_to_target_s / value


@kernel
def comes_first(ranked: float, threat: int, other_ranked: float, other: int) -> bool:
    """Whether a threat ranks before another; among equals the order of the raid decides."""
    if ranked != other_ranked:
        return ranked < other_ranked
    return threat < other


@kernel
def shoots_rather(
    is_gun: bool,
    intercept_s: float,
    rounds: int,
    rank: int,
    best_is_gun: bool,
    best_intercept_s: float,
    best_rounds: int,
    best_rank: int,
) -> bool:
    """Whether one unit is preferred to the best so far: guns last, then earliest intercept, most rounds, name."""
    if is_gun != best_is_gun:
        return best_is_gun
    if intercept_s != best_intercept_s:
        return intercept_s < best_intercept_s
    if rounds != best_rounds:
        return rounds > best_rounds
    return rank < best_rank
