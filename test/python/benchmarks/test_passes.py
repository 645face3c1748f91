# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Passes of the benchmarks: whose turn it is, and until when."""

from benchmarks import ours, passes, work

NOTED = "{} of {} engines: the fastest was not seen twice"


class Run:
    """Engines that note their turns; the last time of a list goes on."""

    def __init__(self):
        self.turns = []

    def engine(self, name, times, **values):
        times = list(times)

        def measure():
            self.turns.append(name)
            return work.Sample(times.pop(0) if len(times) > 1 else times[0], **values)

        return work.Engine(name, measure)

    def work(self, *engines, pair="W1A2"):
        return work.Work("w", pair, "s", 1, list(engines))

    def passes(self, *groups, rounds=3, progress=lambda text: None):
        self.groups = passes.run((group for group in groups), rounds, progress)
        return "".join(self.turns)


def test_rounds_lie_a_pass_apart():
    run, told = Run(), []
    a, b, c, d = (run.engine(name, [1]) for name in "abcd")
    a.prepare = lambda: run.turns.append("(")
    c.prepare = lambda: run.turns.append("[")
    c.rounds = 1
    again = work.Engine("e", None, samples=a.samples)
    turns = run.passes(passes.Group([run.work(a, again), run.work(b)], 4),
                       passes.Group([run.work(c, d)], 2), progress=told.append)
    assert turns == "(ab[cd" + "abd" + "abd"
    assert told[0] == "w W1A2 s: a, preparation" and told[-1] == "pass 3 of 3: w W1A2 s, d"
    assert [len(engine.samples) for engine in (a, b, c, d, again)] == [3, 3, 1, 3, 3]
    assert passes.unsettled(run.groups) == NOTED.format(0, 3)  # c has one round, e no process


def test_what_is_not_settled_goes_on():
    run = Run()
    late = [run.engine("a", [3, 2, 9, 9, 2]), run.engine("b", [1])]
    turns = run.passes(passes.Group([run.work(*late), run.work(run.engine("c", [1])),
                                     run.work(run.engine("f", [1]), pair="f32")], 4),
                       passes.Group([run.work(run.engine("d", [1]))], 4))
    # With what shares its work, and with the float version of its group.
    assert turns == "abcfd" * 3 + "abf" * 2
    assert late[0].settled() and late[0].least() is None and late[0].best_round() == 2
    assert passes.unsettled(run.groups) == NOTED.format(0, 5)


def test_what_never_settles_ends():
    run = Run()
    never = [run.engine(name, [0.9**i for i in range(20)]) for name in "nm"]
    turns = run.passes(passes.Group([run.work(never[0])], 4),
                       passes.Group([run.work(never[1], run.engine("x", [1]))], 2))
    assert turns == "nmx" * 3 + "nmx" * 2 + "n" * 2
    assert passes.unsettled(run.groups) == NOTED.format(2, 3)
    records = [record for group in run.groups for w in group.works for record in w.records()]
    assert [record["settled"] for record in records] == [False, False, True]


def test_time_is_up():
    run = Run()
    left = [True, False]
    group = passes.Group([run.work(run.engine("a", [0.9**i for i in range(20)]))], 4)
    passes.run([group], 3, lambda text: None, lambda: left.pop(0) if left else False)
    assert run.turns == ["a"] * 4 and passes.unsettled([group]) == NOTED.format(1, 1)


def test_one_short_pass():
    run = Run()
    assert run.passes(passes.Group([run.work(run.engine("a", [1]))]), rounds=1) == "a"
    assert passes.unsettled(run.groups) == NOTED.format(1, 1)
    assert Run().passes() == ""


def test_settled():
    def settled(*samples):
        return work.Engine("e", None, samples=[work.Sample(*s) for s in samples]).settled()

    assert settled((9, 1.00), (5, 1.03)) and settled((9, 3), (5, 1.00), (5, 1.04))
    assert not settled((1, 1.00), (1, 1.05)) and not settled((1, 1)) and not settled()
    assert settled((1.00,), (1.03,), (7,)) and not settled((1.00,), (1.05,), (1.06,))


def test_layers_are_measured_together(monkeypatch):
    calls = []

    def plan(file, folder, *arguments):
        calls.append((file, folder, *arguments))
        costs = [{"strategy": name, "seconds_measured": len(calls) + more}
                 for name, more in (("popcount", 0.25), ("integer", 0.5))]
        return [{"layer": name, "product": "forward", "strategies": costs[:count]}
                for name, count in (("conv1", 2), ("conv2", 2), ("linear", 1))]

    monkeypatch.setattr(ours, "plan", plan)
    layers = ours.Layers("net.mlir", "folder", "--measure-all")
    assert [layer["layer"] for layer in layers.products] == ["conv1", "conv2", "linear"]
    first, second, third = (layers.engine(layer, "forward", strategy) for layer, strategy in (
        ("conv1", "popcount"), ("conv1", "integer"), ("conv2", "integer")))
    for pass_ in (1, 2):
        for engine, more in ((first, 0.25), (second, 0.5), (third, 0.5)):
            assert engine.measure() == work.Sample(pass_ + more, pass_ + more)
    assert first.measure().least == 3.25 and calls == [("net.mlir", "folder", "--measure-all")] * 3
