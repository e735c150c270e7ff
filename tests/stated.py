"""A scenario that uses every word of networks, doctrine and raids at once, and ways to spoil it."""

EVERY_WORD = """\
crenel: 1
title: Every word of networks, doctrine and raids at once
place: {centre: [55.74 N, 37.60 E], radius: 40 km, terrain: flat 150 m}
networks:
  moscow: {delay: 2..5 s, availability: 0.95, doctrine: {salvo: {cruise: 3}, rank: value}}
  west: {availability: {low: 0.5, value: 0.8, high: 1}, doctrine: {keep: {drone: 2}}}
doctrine: {salvo: {cruise: 2, ballistic: 1}, keep: {cruise: 4}, least_pk: 0.2, planner: knows_route}
common_mode: 0..0.2
common_mode_threat: 0.1
defence:
  - {unit: Ministry, system: pantsir-s1, at: [55.729 N, 37.590 E], network: moscow, availability: 0.8..0.9}
  - {unit: Roof, system: pantsir-s1, at: [55.750 N, 37.700 E], network: moscow}
  - {unit: Suburb, system: tor-m2, at: [55.690 N, 37.400 E], network: west, availability: 0, radius: 150 m}
  - {unit: Alone, system: pantsir-s1, at: [55.746 N, 37.653 E],
     set: {fire_control_sectors: 4, channels_per_sector: 1, missile_pk_at_range_max: 0.5, missile_guidance: homing,
           spare_rounds: 12, reload: 20 min}}
assets: [{name: Centre, at: [55.752 N, 37.618 E], radius: 1 km}]
raid:
  - {name: low, threat: shahed-136, count: 12, to: Centre, from: 150..240 deg, starts: 60 km, within: 1 min,
     height: 200..300 m above sea, via: [[55.40 N, 37.40 E], "55.60, 37.80"], waves: 3, every: 5 min}
  - {name: decoys, threat: gerbera, count: 6, to: Centre, from: all, starts: 60 km, decoy: true}
  - {name: at Suburb, threat: kalibr, count: 2, to: Suburb, silences: 0.3..0.7, from: all, starts: 60 km}
  - {name: at Roof, threat: iskander-m, count: 1, to: Roof, silences: 90 %, from: all}
"""


def spoilt(old: str, new: str) -> str:
    """The scenario with one piece replaced, which must be there."""
    assert EVERY_WORD.count(old) >= 1, old
    return EVERY_WORD.replace(old, new, 1)
