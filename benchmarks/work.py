# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Works, the engines that do them, and the records of the JSON file."""

import statistics
from dataclasses import dataclass, field
from typing import Callable, Optional


@dataclass
class Sample:
    """What one process measured."""

    seconds: float  # the median of its steps
    least: Optional[float] = None  # of its steps
    cycles: Optional[float] = None  # of one step, where a counter works
    bytes_peak: Optional[int] = None

    def fastest(self):
        return self.seconds if self.least is None else self.least


# Two processes have seen the same fastest step if they are so near.
SAME = 1.04


@dataclass
class Engine:
    """`measure` returns the Sample of a process; an engine without it reports the
    samples of another one."""

    name: str
    measure: Optional[Callable[[], Sample]]
    strategy: Optional[str] = None
    chosen: Optional[str] = None  # what strategy "auto" came to
    samples: list = field(default_factory=list)
    rounds: Optional[int] = None  # at most so many
    prepare: Optional[Callable[[], object]] = None  # once, before all rounds

    def takes_turn(self, number):
        """Whether it runs in round `number`, from 0."""
        return bool(self.measure) and (self.rounds is None or number < self.rounds)

    def settled(self):
        """Whether the fastest was seen twice, by two processes: one may have run as a
        whole while the machine was slow."""
        fastest = sorted(sample.fastest() for sample in self.samples)
        return len(fastest) > 1 and fastest[1] <= SAME * fastest[0]

    def seconds(self):
        return statistics.median(sample.seconds for sample in self.samples)

    def best_round(self):
        return min(sample.seconds for sample in self.samples)

    def least(self):
        """Seconds of the fastest step, if every sample knows its own."""
        known = [sample.least for sample in self.samples]
        return None if None in known else min(known)

    def cycles(self):
        counted = [s.cycles for s in self.samples if s.cycles is not None]
        return statistics.median(counted) if counted else None


@dataclass
class Work:
    """What several engines do. `macs` and `images` are those of one step."""

    name: str
    pair: str
    shape: str
    threads: int
    engines: list
    macs: Optional[int] = None
    images: Optional[int] = None
    with_memory: bool = False

    def __str__(self):
        return f"{self.name} {self.pair} {self.shape}"

    @property
    def of_peers(self):
        """Whether the works of other pairs in its group are compared with this one."""
        return self.pair in ("f32", "int8")

    def may_settle(self):
        """Engines that run more than once."""
        return [engine for engine in self.engines if engine.takes_turn(1)]

    def unsettled(self):
        return [engine for engine in self.may_settle() if not engine.settled()]

    def records(self):
        """{work, pair, shape, threads, engine, strategy, seconds_median,
        seconds_best_round (the least of the rounds' medians), seconds_least (of all
        steps, or null), settled (whether the least was seen twice), gops,
        mac_per_cycle}; also `chosen` where strategy is auto and a plan tells,
        images_per_second of whole networks, bytes_peak of training steps."""
        for engine in self.engines:
            seconds, cycles = engine.seconds(), engine.cycles()
            record = {
                "work": self.name,
                "pair": self.pair,
                "shape": self.shape,
                "threads": self.threads,
                "engine": engine.name,
                "strategy": engine.strategy,
                "seconds_median": seconds,
                "seconds_best_round": engine.best_round(),
                "seconds_least": engine.least(),
                "settled": engine.settled(),
                "gops": 2 * self.macs / seconds / 1e9 if self.macs else None,
                "mac_per_cycle": self.macs / cycles if self.macs and cycles else None,
            }
            if engine.chosen:
                record["chosen"] = engine.chosen
            if self.images:
                record["images_per_second"] = self.images / seconds
            if self.with_memory:
                record["bytes_peak"] = max(s.bytes_peak for s in engine.samples)
            yield record
