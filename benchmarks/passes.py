# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Passes over everything there is to run, and further ones until the fastest was
seen twice.

What disturbs a shared machine lasts for minutes. Rounds of one engine therefore lie
a pass apart; within a pass the engines of a group take turns.
"""

from dataclasses import dataclass


@dataclass
class Group:
    """Works that are compared with each other."""

    works: list
    further: int = 0  # passes at most, for engines that are not settled


def _turns(works, number, title, progress):
    for work in works:
        for engine in work.engines:
            if engine.takes_turn(number):
                progress(f"{title}: {work}, {engine.name} {engine.strategy or ''}".rstrip())
                engine.samples.append(engine.measure())


def _asked(group):
    """The works of a group with an engine that is not settled, and those that they
    are compared with: ratios are of the same times."""
    if not any(work.unsettled() for work in group.works):
        return []
    return [work for work in group.works if work.unsettled() or work.of_peers]


def run(groups, rounds, progress, may_go_on=lambda: True):
    """Runs groups, which may be made as they are asked for, in `rounds` passes and in
    what further ones they take, as long as these may go on. Returns all groups."""
    known = []
    for group in groups:
        for work in group.works:
            for engine in work.engines:
                if engine.prepare:
                    progress(f"{work}: {engine.name}, preparation")
                    engine.prepare()
        _turns(group.works, 0, f"pass 1 of {rounds}", progress)
        known.append(group)
    for number in range(1, rounds):
        for group in known:
            _turns(group.works, number, f"pass {number + 1} of {rounds}", progress)
    for extra in range(max((group.further for group in known), default=0)):
        asked = [_asked(group) for group in known if extra < group.further]
        for works in asked:
            if may_go_on():
                _turns(works, rounds + extra, f"further pass {extra + 1}", progress)
    return known


def unsettled(groups):
    """A note on the engines that did not come to their fastest step twice."""
    works = [work for group in groups for work in group.works]
    left = sum(len(work.unsettled()) for work in works)
    count = sum(len(work.may_settle()) for work in works)
    return f"{left} of {count} engines: the fastest was not seen twice"
