"""Closed forms that bound or approximate a raid: what a simulation can be held against without running it."""

import math


def binomial_no_leak(leak_share: float, n_threats: int) -> float:
    """Share of raids without a leak, if each threat leaked on its own with the same probability.

    Notes
    -----
    ``(1 - q) ** n``. Threats of one raid share rounds, channels and passes, so that leaks come in clusters: the true
    share is mostly higher.
    """
    return float((1.0 - leak_share) ** n_threats)


def beta_binomial_no_leak(n_threats: int, p_kill: float, rho: float) -> float:
    """Share of raids without a leak if one shot meets each threat and all shots of a raid share their luck.

    Notes
    -----
    The kill probability of a raid is beta distributed with mean p and correlation rho; 0 is independence. n = 12,
    p = 0.7: 0.0138 for rho = 0 and 0.0691 for 0.1.

    References
    ----------
    [skellam1948]
    """
    if rho <= 0.0:
        return float(p_kill**n_threats)
    a, b = p_kill * (1.0 - rho) / rho, (1.0 - p_kill) * (1.0 - rho) / rho
    return math.exp(math.lgamma(a + n_threats) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(a + b + n_threats))


def shots_in_depth(
    *,
    range_max_m: float,
    range_min_m: float,
    threat_speed_mps: float,
    round_speed_mps: float,
    between_s: float,
) -> int:
    """How often a unit can shoot at one threat that comes straight at it: shoot, look, shoot.

    Parameters
    ----------
    range_max_m, range_min_m : float [m]
        Of the intercepts.
    threat_speed_mps, round_speed_mps : float [m/s]
        Constant.
    between_s : float [s]
        From an intercept to the next launch.

    Notes
    -----
    The first intercept is at the longest range; the threat comes nearer while the shot is judged and the next round
    flies: ``r' = (r - v between) u / (u + v)``. A bound: nobody is surprised, busy or out of rounds.

    References
    ----------
    [przemieniecki2000]
    """
    n, at_m = 0, range_max_m
    while at_m >= range_min_m and n < 10_000:
        n += 1
        at_m = (at_m - threat_speed_mps * between_s) * round_speed_mps / (round_speed_mps + threat_speed_mps)
    return n


def leak_in_depth(p_kill: float, n_shots: int) -> float:
    """Share that survives so many independent shots: ``(1 - p) ** n``."""
    return float((1.0 - p_kill) ** n_shots)


def lost_to_the_queue(*, rate_hz: float, service_s: float, channels: int, patience_s: float) -> float:
    """Share of customers of M/M/c who give up after a fixed patience: threats that no channel is free for in time.

    Parameters
    ----------
    rate_hz : float [1/s]
        Arrivals, Poisson.
    service_s : float [s]
        Mean time that a channel is busy, exponential.
    channels : int
    patience_s : float [s]
        How long a threat can wait.

    Notes
    -----
    Barrer; Gnedenko and Kovalenko. With no patience it is Erlang's loss formula. 0.1 per second, 40 s, 4 channels:
    0.31068 for no patience, 0.23704 for 10 s, 0.13853 for 40 s.

    References
    ----------
    [barrer1957]
    """
    load, mu, c = rate_hz * service_s, 1.0 / service_s, channels
    if load <= 0.0 or c < 1:
        return 0.0 if load <= 0.0 else 1.0
    drain = c * mu - rate_hz
    decay = math.exp(-drain * patience_s)
    spell = patience_s if abs(drain) < 1e-12 else (1.0 - decay) / drain
    top = load**c / math.factorial(c) * decay
    bottom = sum(load**n / math.factorial(n) for n in range(c))
    bottom += rate_hz * load ** (c - 1) / math.factorial(c - 1) * spell + top
    return top / bottom
