"""Train the network on labelled documents of all corpora and layers at once."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from builder.annotate.tagger.decoding import Floats
from builder.annotate.tagger.inference import INPUTS, WINDOW, batch_of
from builder.annotate.tagger.pieces import windows
from builder.annotate.tagger.spans import NAME_LABELS, SLICES, SUGGESTED, TAGS, Tagged, raw_spans
from builder.training.corpora import Document
from builder.training.evaluate import Counts, count, exact
from builder.training.examples import Example, Row, batches, example, targets
from builder.training.network import fill, new_network, scores, weights_of

_WARM_UP = 0.06
_OWN_HEAD = 0.8
_BELIEVED = 0.5
_CLIP = 1.0
_DECAY = 0.01
_AVERAGED = 0.3
_AVERAGE_EVERY = 25
_SILENCE = 15.0  # seconds from one report to the next, at most


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
    train: Sequence[Document],
    held_out: Sequence[Document],
    tokenizer: Tokenizer,
    weights: dict[str, Floats],
    readers: Sequence[str],
    settings: Settings,
    report: Callable[[Progress], None],
    opinions: Sequence[Floats | None] | None = None,
) -> Fitted:
    """Train on ``train`` from ``weights`` on; the best network by ``held_out`` is returned.

    Candidates are the network at each check, and at the end the mean of its weights over the last
    part of the training.

    Args:
        train: documents to learn from.
        held_out: documents to stop and to choose by; no text of theirs may be in ``train``.
        tokenizer: as the tagger's.
        weights: from ``network.base_weights`` or, to go on with a model, ``export.read``.
        readers: for each of the tagger's layers the scheme whose guidelines the result follows; a
            scheme of no document stands for the mean of all.
        settings: how to train.
        report: called now and then.
        opinions: for each of ``train`` what another network reads in it (``read_names``), or None.
            It stands in for names that are not annotated and, half of the time, for those that
            other guidelines annotate.

    """
    torch.manual_seed(settings.seed)
    torch.use_deterministic_algorithms(True)
    rng = random.Random(settings.seed)
    schemes = sorted({document.scheme for document in train})
    heads = [schemes.index(s) if s in schemes else len(schemes) for s in readers]
    network = new_network(len(schemes))
    fill(network, weights)
    known = [*schemes, *{d.scheme for d in held_out}.difference(schemes)]
    learned = [
        example(document, tokenizer, known, opinion)
        for document, opinion in zip(train, opinions or [None] * len(train), strict=True)
    ]
    checked = [example(document, tokenizer, known) for document in held_out]

    def f1(one: Any) -> float:
        return strict_f1(held_out, predict(one, checked, heads))

    best = _train(network, learned, heads[0], f1, settings, rng, report)
    network.load_state_dict(best.state)
    return Fitted(weights_of(network, heads), best.f1 or 0.0, best.steps)


@dataclass
class _Best:
    """The best state so far, and how long ago it was."""

    state: dict[str, Any]
    f1: float | None = None
    steps: int = 0
    waited: int = 0

    def offer(self, network: Any, f1: float) -> float:
        self.waited += 1
        if self.f1 is None or f1 > self.f1:
            self.state = {name: value.clone() for name, value in network.state_dict().items()}
            self.f1, self.waited = f1, 0
        return f1


def _train(
    network: Any,
    examples: Sequence[Example],
    reader: int,
    f1: Callable[[Any], float],
    settings: Settings,
    rng: random.Random,
    report: Callable[[Progress], None],
) -> _Best:
    optimiser = torch.optim.AdamW(network.parameters(), lr=settings.rate, weight_decay=_DECAY)
    epoch = sum(1 for _ in batches(examples, random.Random(settings.seed)))
    steps = max(1, round(epoch * settings.epochs))
    every = max(1, epoch // settings.checks)
    best = _Best(dict(network.state_dict()))
    mean = torch.optim.swa_utils.AveragedModel(network)
    losses: list[float] = []
    queue, told = list[list[Row]](), time.monotonic()
    while best.steps < steps and best.waited < settings.patience:
        queue = queue or list(batches(examples, rng))
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * _share_of_rate(best.steps, steps)
        losses.append(_step(network, optimiser, queue.pop(), reader, rng))
        best.steps += 1
        if best.steps > (1 - _AVERAGED) * steps and best.steps % _AVERAGE_EVERY == 0:
            mean.update_parameters(network)
        at_check = best.steps % every == 0 or best.steps == steps
        reached = best.offer(network, f1(network)) if at_check else None
        if reached is not None or time.monotonic() - told > _SILENCE:
            report(Progress(best.steps, steps, float(np.mean(losses)), reached, best.f1))
            losses, told = [], time.monotonic()
    if mean.n_averaged:
        best.offer(mean.module, f1(mean.module))
    return best


def _share_of_rate(step: int, steps: int) -> float:
    """Return the linear warm-up and decay of the learning rate."""
    return min(1.0, (step + 1) / (_WARM_UP * steps)) * max(0.0, 1 - step / steps)


def _step(
    network: Any, optimiser: Any, batch: Sequence[Row], reader: int, rng: random.Random
) -> float:
    network.train()
    value = loss(network, batch, reader, rng)
    optimiser.zero_grad()
    value.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
    optimiser.step()
    return float(value.item())


def loss(network: Any, batch: Sequence[Row], reader: int, rng: random.Random) -> Any:
    """Return the mean over the words of minus the log probability of the tags they may have.

    One text in five is read with the shared head alone, so that it can stand alone. Where another
    network's opinion is learned in place of annotated names, the head is the ``reader``'s.
    """
    allowed, counted = (torch.from_numpy(array) for array in targets(batch))
    last = network["schemes"].num_embeddings - 1
    believed = [
        one.opinion is not None and (not one.has_names or rng.random() < _BELIEVED)
        for one, _ in batch
    ]
    schemes = [
        last if rng.random() >= _OWN_HEAD else reader if believes and one.has_names else one.scheme
        for (one, _), believes in zip(batch, believed, strict=True)
    ]
    found = _run(network, batch, schemes)
    total = torch.zeros(counted.shape)
    for part in SLICES:
        layer = found[..., part]
        good = layer.masked_fill(~allowed[..., part], -1e4)
        value = layer.logsumexp(-1) - good.logsumexp(-1)
        if part == SLICES[0] and any(believed):
            doubt = -(torch.from_numpy(_opinions(batch, counted.shape)) * layer.log_softmax(-1))
            value = torch.where(torch.tensor(believed)[:, None], doubt.sum(-1), value)
        total = total + value
    return (total * counted).sum() / counted.sum().clamp(min=1)


def _opinions(batch: Sequence[Row], shape: Sequence[int]) -> Floats:
    names = np.zeros((*shape, SLICES[0].stop), dtype=np.float32)
    for row, (one, (start, end)) in zip(names, batch, strict=True):
        if one.opinion is not None:
            row[1 : 1 + end - start] = one.opinion[start:end]
    return names


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


def read_names(
    weights: dict[str, Floats], documents: Sequence[Document], tokenizer: Tokenizer
) -> list[Floats]:
    """Return for each document the chances of its pieces' name tags: (pieces, tags).

    What a network that follows one guideline reads in texts that are annotated by another, or not
    at all, teaches the next one (self-training with soft labels; Hinton et al. 2015).
    """
    network = new_network(0)
    fill(network, weights)
    examples = [example(document, tokenizer, [document.scheme]) for document in documents]
    names = SLICES[0]
    found = _read(network, examples, [0] * len(SLICES))
    return [torch.softmax(torch.from_numpy(scores[:, names]), -1).numpy() for scores in found]


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
    """Return the mean of the layers' strict micro F1, over the labels each document annotates."""
    sums: dict[bool, Counts] = {}
    for document, spans in zip(documents, found, strict=True):
        wanted = document.annotates.intersection(SUGGESTED)
        gold = [span for span in document.spans if span[2] in wanted]
        mine = [(s.start, s.end, s.label) for s in spans if s.label in wanted]
        for label, counts in count(gold, mine, exact).items():
            names = label in NAME_LABELS
            sums[names] = sums.get(names, Counts()) + counts
    return float(np.mean([counts.figures()["f1"] for counts in sums.values()])) if sums else 0.0
