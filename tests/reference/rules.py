"""The rules of DESIGN section 4 as switches, and the readings where a sentence leaves a choice.

`Rules` says which rules hold: all of them, in the reference. A mutation turns one off, so that a test can show that the
rule matters and that a comparison would notice its absence. `Readings` are no mistakes: each is a place where section 4
can be read in two ways, with the way that is taken here as the default (rules.md gives the reasons).
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rules:
    """One switch for each rule; True is right. The comment says what False does instead."""

    m_of_n: bool = True  # the first detection makes a track firm
    drop_after_k: bool = True  # the first miss drops it
    history_emptied: bool = True  # what was seen before a loss counts for the next track
    masked_look_is_miss: bool = True  # a masked look did not take place
    network_holds_any: bool = True  # a network holds what all of its living members hold
    network_delay: bool = True  # a network gets everything at once
    own_picture_clock: bool = True  # the reaction clock starts when anyone at all has the track
    launch_needs_fire_control: bool = True  # a launch needs nothing but the track
    planner_straight: bool = True  # the planner knows the route
    rank_by_time: bool = True  # threats come in the order of the list
    rank_by_value: bool = True  # value is forgotten
    earliest_intercept: bool = True  # the unit that comes first by name
    most_rounds: bool = True  # of equal units, the first by name
    guns_last: bool = True  # whatever meets first, gun or missile
    salvo_by_class: bool = True  # always the system's own salvo
    shoot_look_shoot: bool = True  # a threat under fire is fired at again
    keep_back: bool = True  # every round is for every class
    least_pk: bool = True  # weapons fire however poor they are
    busy_till_assessed: bool = True  # a channel is free at the intercept
    assessment_delays: bool = True  # a miss is known at the intercept, though the channel stays busy
    sector_channels: bool = True  # no limit per sector
    shared_channels: bool = True  # guns have as many channels of their own
    miss_returns_to_network: bool = True  # a threat that was missed once is nobody's
    command_needs_sight: bool = True  # sight from launch to intercept does not matter
    reload: bool = True  # nobody reloads
    unit_availability: bool = True  # every unit works
    network_availability: bool = True  # every network works
    common_mode: bool = True  # shots of a raid have nothing in common
    threat_common_mode: bool = True  # shots at one threat have nothing in common
    pk_shape: bool = True  # range does not matter for a kill
    soft_kill: bool = True  # jammers do nothing
    silencing: bool = True  # what reaches a unit does it no harm
    own_failure: bool = True  # nothing fails by itself
    unlinked_blind: bool = True  # units outside every network form one network
    decoys_apart: bool = True  # decoys count as threats


@dataclass(frozen=True)
class Readings:
    """Where section 4 leaves a choice; the defaults are the readings of the reference, see rules.md."""

    rank_time: Literal["route", "straight"] = "route"
    guns_last_over: Literal["network", "unit"] = "network"
    common_mode_of: Literal["published", "shaped"] = "published"
    burst_meets: Literal["last_round", "first_round"] = "last_round"
    keep_counts: Literal["ready", "all"] = "ready"
    silenced_loses_command_rounds: bool = True
    cause_windows: Literal["mixed", "true", "planned"] = "mixed"
    saturated_needs: Literal["any_round", "usable_round"] = "any_round"
    unseen_counts_fire_control: bool = False
    tentative_drops_after_k: bool = False


RIGHT = Rules()
AS_READ = Readings()
