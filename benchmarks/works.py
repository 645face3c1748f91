# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Everything there is to run, in lists of works whose engines take turns."""

import os
from dataclasses import dataclass, field

from . import modules, ours, process, tiles
from .peers import Peers
from .work import Engine, Work

# Pixels, channels, depth: a square, then ResNet-18's convolutions as matrices.
# The hand-written program knows them by their numbers.
GEMMS = [(1024, 1024, 1024), (3136, 64, 576), (784, 128, 1152), (196, 256, 2304),
         (49, 512, 4608)]
# ResNet-18: size, input channels, filters, kernel, stride.
CONVOLUTIONS = [(56, 64, 64, 3, 1), (56, 64, 128, 3, 2), (28, 128, 128, 3, 1),
                (14, 256, 256, 3, 1), (7, 512, 512, 3, 1)]
PAIRS = ("W1A1", "W1A2", "W1A4", "W1A6", "W2A2", "W2A4", "W2A6", "W4A4", "W8A8")
QUICK_PAIRS = ("W1A2", "W4A4")
ALL_PAIRS = tuple(f"W{w}A{a}" for w in range(1, 9) for a in range(1, 9))
# Model, batch of a training step, bits, and how many times as many steps are timed
# as of one that is a second long: two threads are seldom both undisturbed.
TRAINING = [("fashion-cnn", 128, "1,2,6", 6), ("fashion-cnn", 128, "1,2,32", 3),
            ("svhn-a", 128, "1,2,6", 3), ("svhn-a", 128, "1,2,32", 2),
            ("resnet18", 32, "1,2,6", 1)]
# Bits of power-of-two weights and of activations.
DETECTION = ("4,8", "4,4", "2,4", "6,8")
INFERENCE = [("fashion-cnn", (1, 128)), ("svhn-a", (1, 128)), ("resnet18", (1, 32))]


class Filter:
    """Works by texts, separated by commas, of which they hold one."""

    def __init__(self, texts=""):
        self.texts = texts.split(",")

    def takes(self, work):
        return any(text in work for text in self.texts)

    def may_take(self, beginning):
        """Whether a work whose text begins so can be wanted."""
        return any(text in beginning or text.startswith(beginning) for text in self.texts)


@dataclass
class Settings:
    few: int  # threads of single products and of inference
    many: int  # threads of training
    quick: bool
    pairs: tuple
    peers: Peers
    folder: str  # for the IR of single products
    only: Filter = field(default_factory=Filter)
    instructions: str = "all"  # of machine.INSTRUCTIONS

    def wants(self, *names):
        """Whether a work of these names is asked for. What costs time to set up asks
        first."""
        return self.only.takes(" ".join(names))

    @property
    def rounds(self):
        return 1 if self.quick else 3

    @property
    def products(self):
        """Calls of a product that a process times."""
        return 3 if self.quick else 40

    @property
    def seconds(self):
        """That a product is called for, if its `products` calls take less: a matrix unit
        changes its speed within milliseconds, too."""
        return 0 if self.quick else 0.1

    @property
    def steps(self):
        """Calls of a network that a process times."""
        return 1 if self.quick else 5

    def write(self, name, text):
        file = os.path.join(self.folder, name + ".mlir")
        with open(file, "w") as out:
            out.write(text)
        return file


def training(settings):
    """One group a network and bits: a training step, forward, backward and Adam."""
    for network, batch, bits, times in TRAINING[:1] if settings.quick else TRAINING:
        file, size = ours.model(network), f"--batch={batch}"
        steps = settings.steps * (1 if settings.quick else times)

        def step(threads, *arguments, **names):
            return ours.engine(file, "train_step", threads, steps, "auto", size, *arguments,
                               compiles=False, **names)

        engines = [step(settings.many, f"--bits={bits}"),
                   step(settings.many, "--bits=32,32,32", name="dorefa float")]
        if bits == "1,2,6":
            engines.insert(1, ours.hosted_step(network, bits, batch, settings.many, steps,
                                               settings.folder))
        engines += settings.peers.pytorch(network, settings.many, steps, size)
        engines += settings.peers.pytorch(network, settings.many, steps, size,
                                          f"--bits={bits}", name="PyTorch fake-quantized")
        pair = f"({bits})"
        group = [Work(f"{network} training step", pair, f"batch {batch}", settings.many,
                      engines, images=batch, with_memory=True)]
        if settings.few != settings.many and bits == "1,2,6":
            group.append(Work(f"{network} training step", pair, f"batch {batch}", settings.few,
                              [step(settings.few, f"--bits={bits}")], images=batch,
                              with_memory=True))
        yield group


def inference(settings):
    """Weights quantized and packed ahead of the calls, as far as the driver can."""
    frozen = ["--freeze"] if ours.has_option("bench", "--freeze") else []
    for network, batches in INFERENCE[:1] if settings.quick else INFERENCE:
        for batch in batches:
            size, steps = f"--batch={batch}", settings.steps * (8 if batch == 1 else 1)
            engines = [ours.engine(ours.model(network), "predict", settings.few, steps, "auto",
                                   size, "--bits=1,2,32", *frozen)]
            engines += settings.peers.pytorch(network, settings.few, steps, size, "--inference")
            yield [Work(f"{network} inference", "(1,2)", f"batch {batch}", settings.few,
                        engines, images=batch)]


def detection(settings):
    """The detector with power-of-two weights (LBW-Net) and codes of activations, so
    that its quantized layers are all integers, beside its own float version."""
    network, batch = "scenes-detector", 32
    size, steps = f"--batch={batch}", settings.steps * 4

    def predict(bits, **names):
        return ours.engine(ours.model(network), "predict", settings.few, steps, "auto", size,
                           "--weights=pow2", f"--bits={bits},32", "--freeze", **names)

    engines = [predict(bits, name=f"dorefa, W{bits.replace(',', 'A')}") for bits in DETECTION]
    engines.append(predict("32,32", name="dorefa float"))
    engines += settings.peers.pytorch(network, settings.few, steps, size, "--inference")
    yield [Work(f"{network} inference", "pow2", f"batch {batch}", settings.few, engines,
                images=batch)]


def compiling(settings):
    """From the text of a model to a training step that can be called."""
    network = "fashion-cnn" if settings.quick else "svhn-a"
    arguments = (ours.model(network), "train_step", "--batch=1", "--bits=1,2,6")
    text = Engine("dorefa, from text",
                  lambda: ours.compile_seconds(*arguments, "--no-cache"), rounds=1)
    cache = Engine("dorefa, from the cache", lambda: ours.compile_seconds(*arguments),
                   prepare=lambda: ours.compile_seconds(*arguments))
    yield [Work(f"{network} compile", "(1,2,6)", "training step", settings.many, [text, cache])]


def chosen(file, entry, folder):
    """The strategy that the automatic choice takes for the forward product."""
    return next(layer["strategy"] for layer in ours.plan(file, folder, f"--entry={entry}")
                if layer["product"] == "forward")


def with_choice(engines, choice):
    """The automatic choice before the strategies. It is the code of one of them:
    measured once, reported as both."""
    return [Engine("dorefa", None, "auto", choice, engine.samples)
            for engine in engines if engine.strategy == choice] + engines


def convolutions(settings):
    """One group a shape: floats in, floats out, one image. Weights are laid out ahead
    of the calls, as they are between steps, for inference, and by peers."""
    threads, steps = settings.few, settings.products
    arguments = ("--freeze",)
    for shape in CONVOLUTIONS[:1] if settings.quick else CONVOLUTIONS:
        size, channels, filters, kernel, stride = shape
        name = "x".join(map(str, shape[:4])) + (f"/{stride}" if stride != 1 else "")
        macs = (-(-size // stride)) ** 2 * channels * filters * kernel * kernel
        group = []
        for pair in settings.pairs:
            if not settings.wants("convolution", pair, name):
                continue
            file = settings.write(f"conv-{name.replace('/', '-')}-{pair}",
                                  modules.convolution(*shape, pair))
            engines = [ours.engine(file, "conv", threads, steps, strategy, *arguments,
                                   seconds=settings.seconds)
                       for strategy in ours.STRATEGIES if ours.can_compile(file, "conv", strategy)]
            group.append(Work("convolution", pair, name, threads,
                              with_choice(engines, chosen(file, "conv", settings.folder)), macs))
        if not group and not settings.wants("convolution", "f32", name):
            continue
        file = settings.write(f"conv-{name.replace('/', '-')}-f32",
                              modules.convolution(*shape, "f32"))
        group.append(Work(
            "convolution", "f32", name, threads,
            [ours.engine(file, "conv", threads, steps, "float", *arguments)]
            + settings.peers.onednn_engines("conv", "f32", shape, threads, steps), macs))
        others = settings.peers.onednn_engines("conv", "int8", shape, threads, steps)
        if others:
            group.append(Work("convolution", "int8", name, threads, others, macs))
        yield group


def chosen_for(shape, pair, layer, settings):
    """What strategy "auto" comes to where a product of this shape is a convolution's,
    whose pixels are packed once for all taps; else as in a linear layer."""
    for size, channels, filters, kernel, stride in CONVOLUTIONS:
        if stride == 1 and shape == (size * size, filters, channels * kernel * kernel):
            file = settings.write(f"product-{size}-{pair}", modules.convolution(
                size, channels, filters, kernel, stride, pair))
            return chosen(file, "conv", settings.folder)
    return chosen(layer, "layer", settings.folder)


def packed_products(settings):
    """One group a shape: products of packed operands, each strategy in the layout
    that it wants: rows and panels of tiles, or words."""
    threads = settings.few
    for number, (m, n, k) in enumerate(GEMMS):
        if settings.quick and number != 1:
            continue
        name, macs, shape = f"{m}x{n}x{k}", m * n * k, (m, n, k)
        steps = settings.products if number else max(settings.products // 2, 3)
        group = []
        for pair in settings.pairs:
            if not settings.wants("packed product", pair, name):
                continue
            layer = settings.write(f"layer-{name}-{pair}", modules.layer(m, n, k, pair))
            engines = []
            for strategy in ours.STRATEGIES[:-1]:
                if not ours.can_compile(layer, "layer", strategy):
                    continue
                text = tiles.product(shape, pair, strategy, tiles.machine_here(
                    settings.peers.flags, settings.instructions))
                entry = "product" if text else "gemm"
                file = settings.write(f"gemm-{name}-{pair}-{strategy}",
                                      text or modules.packed_product(*shape, pair, strategy))
                engine = ours.engine(file, entry, threads, steps, "auto",
                                     seconds=settings.seconds)
                engine.strategy = strategy
                engines.append(engine)
            engines = with_choice(engines, chosen_for(shape, pair, layer, settings))
            engines += settings.peers.by_hand(pair, number, threads)
            group.append(Work("packed product", pair, name, threads, engines, macs))
        if not group and not settings.wants("packed product", "f32", name):
            continue
        file = settings.write(f"gemm-{name}-f32", modules.layer(m, n, k, "f32"))
        group.append(Work(
            "packed product", "f32", name, threads,
            [ours.engine(file, "layer", threads, steps, "float")]
            + settings.peers.sgemm(shape, threads, steps)
            + settings.peers.onednn_engines("gemm", "f32", shape, threads, steps)
            + settings.peers.by_hand("f32", number, threads), macs))
        others = settings.peers.onednn_engines("gemm", "int8", shape, threads, steps)
        if others:
            group.append(Work("packed product", "int8", name, threads, others, macs))
        yield group


def layers(settings):
    """One group a network: each product of each layer, alone, by every strategy, for
    one image of a batch of the training step."""
    for network, batch in () if settings.quick else (("svhn-a", 128), ("resnet18", 32)):
        work = f"layer of {network}"
        if not settings.only.may_take(work):
            continue
        found = ours.Layers(ours.model(network), settings.folder, "--bits=1,2,6",
                            "--measure-all", "--no-tuned", f"--batch={batch}", "--repeat=5",
                            f"--threads={settings.few}")
        group = []
        for product in found.products:
            engines = [found.engine(product["layer"], product["product"], cost["strategy"])
                       for cost in product["strategies"]]
            if len(engines) > 1:
                engines = with_choice(engines, product["strategy"])
            group.append(Work(work, "x".join(map(str, product["bits"])),
                              f"{product['layer']} {product['product']}", settings.few,
                              engines, product["macs"]))
        yield group


# Of each kind, its groups, and how many further passes at most to see the fastest twice.
KINDS = {"training": (training, 2), "inference": (inference, 2), "detection": (detection, 2),
         "compile": (compiling, 2), "convolution": (convolutions, 4),
         "packed product": (packed_products, 4), "layer": (layers, 4)}
