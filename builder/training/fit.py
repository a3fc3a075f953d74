"""Train the network on labelled documents of all corpora and layers at once."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.inference import INPUTS, WINDOW, batch_of
from builder.annotate.tagger.pieces import windows
from builder.annotate.tagger.spans import SLICES, TAGS, Tagged, raw_spans
from builder.training.corpora import Document, coarse, known_spans, layer_of
from builder.training.evaluate import Counts, count, exact
from builder.training.examples import Example, Row, batches, example, targets
from builder.training.network import fill, new_network, scores, weights_of

_WARM_UP = 0.06
_OWN_HEAD = 0.8
_CLIP = 1.0
_DECAY = 0.01
# The heads learn faster than what stands below them. Word vectors stay as they are, as a few
# hundred articles say little of most words; in a tagger that goes on, the lowest layers as well.
_HEADS = ("head", "schemes")
_FASTER = 10.0
_LOWEST = ("words", "positions", "forms", "norm")
_KEPT_LAYERS = 2
_AVERAGED = 0.3
_AVERAGE_EVERY = 25
_SILENCE = 15.0  # seconds from one report to the next, at most
_SAVED_EVERY = 180.0  # seconds from one checkpoint to the next

Rounds = Callable[[int], Sequence[Document]]


@dataclass(frozen=True)
class Settings:
    """How to train.

    The same seed, documents and number of threads on the same kind of processor give the same
    weights. ``checks`` is how often an epoch is measured on the held-out documents; training stops
    when ``patience`` checks in a row bring nothing.
    """

    seed: int = 1
    epochs: float = 3.0
    rate: float = 2e-4
    checks: int = 2
    patience: int = 3


@dataclass(frozen=True)
class Progress:
    """Steps, the mean loss since the last report, F1 at a check and the best so far.

    ``share`` names the part of the documents that a learning curve is at.
    """

    step: int
    steps: int
    loss: float
    f1: float | None
    best: float | None
    share: str = ""


@dataclass(frozen=True)
class Fitted:
    """The weights by name, their strict micro F1 on the held-out documents, and the steps made."""

    weights: dict[str, Floats]
    f1: float
    steps: int


def fit(
    rounds: Rounds,
    held_out: Sequence[Document],
    tokenizer: Tokenizer,
    weights: dict[str, Floats],
    readers: Sequence[str],
    settings: Settings,
    report: Callable[[Progress], None],
    checkpoint: Path | None = None,
) -> Fitted:
    """Train from ``weights`` on; the best network by ``held_out`` is returned.

    Candidates are the network at each check, and at the end the mean of its weights over the last
    part of the training.

    Args:
        rounds: gives the documents of each round, an epoch, by its number.
        held_out: documents to stop and to choose by; no text of theirs may be in a round.
        tokenizer: as the tagger's.
        weights: from ``network.base_weights`` or, to go on with a model, ``export.read``.
        readers: for each of the tagger's layers the scheme whose guidelines the result follows; a
            scheme of no document stands for the mean of all.
        settings: how to train.
        report: called now and then.
        checkpoint: a file to write how far training is, and to go on from if it is there.

    """
    torch.manual_seed(settings.seed)
    torch.use_deterministic_algorithms(True)
    schemes = sorted({document.scheme for document in rounds(0)})
    heads = [schemes.index(s) if s in schemes else len(schemes) for s in readers]
    network = new_network(len(schemes))
    fill(network, weights)
    network["words"].requires_grad_(False)
    if "head" in weights:
        for kept in (*map(network.__getitem__, _LOWEST), *network["layers"][:_KEPT_LAYERS]):
            kept.requires_grad_(False)
    checked = [
        example(d, tokenizer, [*schemes, d.scheme] if d.scheme not in schemes else schemes)
        for d in held_out
    ]

    def f1(one: Any) -> float:
        return strict_f1(held_out, predict(one, checked, heads))

    def examples(number: int) -> list[Example]:
        return [example(document, tokenizer, schemes) for document in rounds(number)]

    training = _Training(network, settings, len(_queue(examples, settings, 0)))
    if checkpoint and checkpoint.exists():
        training.load_state_dict(torch.load(checkpoint, weights_only=True))
    training.run(examples, f1, report, checkpoint)
    network.load_state_dict(training.best)
    return Fitted(weights_of(network, heads), training.f1 or 0.0, training.step)


def _queue(
    examples: Callable[[int], list[Example]], settings: Settings, number: int
) -> list[list[Row]]:
    """Return the batches of a round, the same whenever it is asked for."""
    return list(batches(examples(number), random.Random(f"{settings.seed}:{number}")))


class _Training:
    """A network in training: it can be interrupted after each step, stored and gone on with."""

    def __init__(self, network: Any, settings: Settings, epoch: int) -> None:
        self.network, self.settings, self.epoch = network, settings, epoch
        self.steps = max(1, round(epoch * settings.epochs))
        fast = [p for name in _HEADS for p in network[name].parameters()]
        known = {id(p) for p in fast}
        slow = [p for p in network.parameters() if p.requires_grad and id(p) not in known]
        self.optimiser = torch.optim.AdamW(
            [{"params": slow, "times": 1.0}, {"params": fast, "times": _FASTER}],
            lr=settings.rate,
            weight_decay=_DECAY,
        )
        self.mean = torch.optim.swa_utils.AveragedModel(network)
        self.best = {name: value.clone() for name, value in network.state_dict().items()}
        self.f1: float | None = None
        self.step = self.waited = 0

    def state_dict(self) -> dict[str, Any]:
        parts = {name: getattr(self, name) for name in ("best", "f1", "step", "waited")}
        rooms = {n: getattr(self, n).state_dict() for n in ("network", "optimiser", "mean")}
        return {**parts, **rooms, "random": torch.get_rng_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for name in ("network", "optimiser", "mean"):
            getattr(self, name).load_state_dict(state[name])
        torch.set_rng_state(state["random"])
        for name in ("best", "f1", "step", "waited"):
            setattr(self, name, state[name])

    def run(
        self,
        examples: Callable[[int], list[Example]],
        f1: Callable[[Any], float],
        report: Callable[[Progress], None],
        checkpoint: Path | None,
    ) -> None:
        every = max(1, round(self.epoch / self.settings.checks))
        losses: list[float] = []
        queue, number = list[list[Row]](), -1
        passed, told, saved = 0, time.monotonic(), time.monotonic()
        while self.step < self.steps and self.waited < self.settings.patience:
            while not queue:
                number += 1
                queue = _queue(examples, self.settings, number)
                # What had been learned before an interruption is passed over.
                gone = min(len(queue), self.step - passed)
                passed += gone
                queue = queue[: len(queue) - gone]
            losses.append(self._step(queue.pop()))
            passed += 1
            at_check = self.step % every == 0 or self.step == self.steps
            reached = self._offer(self.network, f1) if at_check else None
            if reached is not None or time.monotonic() - told > _SILENCE:
                report(Progress(self.step, self.steps, float(np.mean(losses)), reached, self.f1))
                losses, told = [], time.monotonic()
            if checkpoint and time.monotonic() - saved > _SAVED_EVERY:
                written = checkpoint.with_suffix(".part")
                torch.save(self.state_dict(), written)
                written.replace(checkpoint)
                saved = time.monotonic()
        if self.mean.n_averaged:
            self._offer(self.mean.module, f1)

    def _offer(self, network: Any, f1: Callable[[Any], float]) -> float:
        reached = f1(network)
        self.waited += 1
        if self.f1 is None or reached > self.f1:
            self.best = {name: value.clone() for name, value in network.state_dict().items()}
            self.f1, self.waited = reached, 0
        return reached

    def _step(self, batch: Sequence[Row]) -> float:
        for group in self.optimiser.param_groups:
            share = _share_of_rate(self.step, self.steps)
            group["lr"] = self.settings.rate * group["times"] * share
        self.network.train()
        rng = random.Random(f"{self.settings.seed}:{self.step}")
        value = loss(self.network, batch, rng)
        self.optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), _CLIP)
        self.optimiser.step()
        self.step += 1
        if self.step > (1 - _AVERAGED) * self.steps and self.step % _AVERAGE_EVERY == 0:
            self.mean.update_parameters(self.network)
        return float(value.item())


def _share_of_rate(step: int, steps: int) -> float:
    """Return the linear warm-up and decay of the learning rate."""
    return min(1.0, (step + 1) / (_WARM_UP * steps)) * max(0.0, 1 - step / steps)


def loss(network: Any, batch: Sequence[Row], rng: random.Random) -> Any:
    """Return the mean over the words of minus the log probability of the tags they may have.

    One text in five is read with the shared head alone, so that it can stand alone.
    """
    allowed, counted = (torch.from_numpy(array) for array in targets(batch))
    last = network["schemes"].num_embeddings - 1
    schemes = [one.scheme if rng.random() < _OWN_HEAD else last for one, _ in batch]
    found = _run(network, batch, schemes)
    total = torch.zeros(counted.shape)
    for part in SLICES:
        layer = found[..., part]
        good = layer.masked_fill(~allowed[..., part], -1e4)
        total = total + layer.logsumexp(-1) - good.logsumexp(-1)
    return (total * counted).sum() / counted.sum().clamp(min=1)


def _run(network: Any, batch: Sequence[Row], schemes: Sequence[int]) -> Any:
    """Return the tags' scores; in bfloat16 where the processor multiplies it in hardware."""
    inputs = batch_of([(one.pieces, window) for one, window in batch])
    ids, forms, lengths = (torch.from_numpy(inputs[name]).long() for name in INPUTS)
    fast = torch.cpu._is_avx512_bf16_supported()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
        return scores(network, ids, forms, lengths, torch.tensor(schemes)).float()


def predict(network: Any, examples: Sequence[Example], heads: Sequence[int]) -> list[list[Tagged]]:
    """Return the spans the network finds in each example, each layer read with its head."""
    return raw_spans([one.pieces for one in examples], _read(network, examples, heads))


def _read(network: Any, examples: Sequence[Example], heads: Sequence[int]) -> list[Floats]:
    """Return the tags' scores of each example's pieces."""
    network.eval()
    found: list[Floats] = [
        np.zeros((len(e.pieces.ids), len(TAGS)), dtype=np.float32) for e in examples
    ]
    jobs = [(n, w) for n, e in enumerate(examples) for w in windows(e.pieces, WINDOW - 2)]
    jobs.sort(key=lambda job: job[1][1] - job[1][0])
    for at in range(0, len(jobs), 16):
        part = jobs[at : at + 16]
        batch = [(examples[n], window) for n, window in part]
        for head in set(heads):
            with torch.no_grad():
                values = _run(network, batch, [head] * len(batch)).numpy()
            columns = np.concatenate(
                [np.arange(len(TAGS))[s] for s, h in zip(SLICES, heads, strict=True) if h == head]
            )
            for row, (n, (start, end)) in enumerate(part):
                found[n][start:end, columns] = values[row, 1 : 1 + end - start, columns].T
    return found


def strict_f1(documents: Sequence[Document], found: Sequence[Sequence[Tagged]]) -> float:
    """Return the mean of the strict micro F1 of names, of attributed claims and of author claims.

    Only the labels count that a document annotates; where it has one label for several of ours,
    these are read as that one.
    """
    sums: dict[str, Counts] = {}
    for document, spans in zip(documents, found, strict=True):
        for label, counts in count(known_spans(document), coarse(document, spans), exact).items():
            layer = layer_of(label)
            sums[layer] = sums.get(layer, Counts()) + counts
    return float(np.mean([counts.figures()["f1"] for counts in sums.values()])) if sums else 0.0
