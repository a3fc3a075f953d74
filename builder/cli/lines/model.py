"""Say how good a pipeline is and how training goes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from builder.cli.lines.phrases import first
from builder.phrasing import count

if TYPE_CHECKING:
    from builder.training import evaluate
    from builder.training.cleaner import TrainedCleaner
    from builder.training.cleaning import Cleaning
    from builder.training.corpora import Document
    from builder.training.fit import Progress
    from builder.training.jobs import Curve, Trained
    from builder.training.material import Material
    from builder.training.story_pairs import StoryPairs


def evaluated(report: Mapping[str, Any], errors: "Iterable[evaluate.Error]" = ()) -> Iterator[str]:
    """Show precision, recall and F1 of each label, strict and partial, and the errors."""
    yield (
        f"{report['file']}: {count(report['documents'], 'document')}, "
        f"{report['words_per_second']:.0f} words a second"
    )
    for name in ("strict", "partial"):
        yield f"{name:<12} precision  recall      F1  95% interval"
        rows = {"micro": report[name]["micro"], **report[name]["labels"]}
        for label, row in rows.items():
            low, high = row["ci95"]
            yield (
                f"  {label:<12}{row['precision']:>7.3f} {row['recall']:>7.3f} {row['f1']:>7.3f}"
                f"  {low:.3f}-{high:.3f}"
            )
    for error in errors:
        yield f"{error.kind:<6} {error.label:<6} {error.document}: {error.context}"


def cleaned(result: "Cleaning", errors: bool) -> Iterator[str]:
    """Show how well the texts of pages were cleaned, and which were not."""
    report = result.report
    low, high = report["ci95"]
    yield (
        f"{report['file']}: {count(report['texts'], 'text')} of "
        f"{count(report['outlets'], 'outlet')}, {report['megabytes_per_second']:.2f} MB a second"
    )
    yield "precision  recall      F1  median  95% interval"
    yield (
        f"{report['precision']:>9.3f} {report['recall']:>7.3f} {report['f1']:>7.3f}"
        f" {report['median']:>7.3f}  {low:.3f}-{high:.3f}"
    )
    for page in result.poor if errors else ():
        yield f"F1 {page['f1']:.3f}, recall {page['recall']:.3f}: {page['id']}"


def told_stories(result: "StoryPairs", errors: bool) -> Iterator[str]:
    """Show how well texts were grouped into stories, and which pairs were not."""
    report = result.report
    yield (
        f"{report['file']}: {count(report['texts'], 'text')} of "
        f"{count(report['stories'], 'story')}, put into {count(report['found'], 'story')}; "
        f"{report['texts_per_second']:.0f} texts a second"
    )
    for name in ("precision", "recall", "f1"):
        told = "-" if report[name] is None else f"{report[name]:.3f}"
        between = report[f"{name}_ci95"]
        interval = "" if between is None else f"  {between[0]:.3f}-{between[1]:.3f}"
        yield f"{'F1' if name == 'f1' else name:<10} {told:>5}{interval}"
    yield (
        f"of {count(report['pairs'], 'pair')} in one story {report['missed']} were missed, and "
        f"{report['wrong']} joined that are in two"
    )
    for error in result.errors if errors else ():
        yield f"{error['kind']:<6} {error['one']} and {error['other']}: {error['passage'] or '-'}"
    left_out = report["wrong"] + report["missed"] - len(result.errors)
    if errors and left_out:
        yield f"and {count(left_out, 'pair')} more"


def gathered(material: "Material") -> Iterator[str]:
    """Say what is learned from and what is held out."""
    yield f"learning from {_spans(material.learned)}"
    yield f"holding out {_spans(material.held_out)}"


def _spans(documents: "Sequence[Document]") -> str:
    labels = Counter(label for document in documents for *_, label in document.spans)
    spans = ", ".join(f"{label} {number}" for label, number in sorted(labels.items()))
    return f"{count(len(documents), 'document')} with these spans: {spans or 'none'}"


def progress(at: "Progress") -> str:
    """Say how far training has come."""
    share = f"{at.share}: " if at.share else ""
    line = f"{share}step {at.step} of {at.steps} ({at.step / at.steps:.0%}), loss {at.loss:.3f}"
    if at.f1 is not None:
        line += f", F1 on held-out documents {at.f1:.3f}"
    return line if at.best is None else f"{line}, best so far {at.best:.3f}"


def trained(result: "Trained") -> Iterator[str]:
    """Say where the new model is, whether it is better, and how to use it."""
    after, before = (
        part["strict"]["micro"]["f1"] for part in (result.evaluation, result.evaluation["before"])
    )
    yield f"{result.folder}: trained on {count(result.train_documents, 'document')}"
    yield (
        f"strict F1 {after:.3f} on {count(result.held_out_documents, 'document')} held out; "
        f"the model it started from: {before:.3f} (see its meta.json)"
    )
    for layer, gain in result.evaluation["gain"].items():
        low, high = gain["ci95"]
        yield f"  {layer}: gain {gain['f1']:+.3f}, 95% interval {low:+.3f} to {high:+.3f}"
    if result.better:
        yield f'To use it, set [annotate] pipeline = "{result.folder}" in builder.toml'
    elif result.worse:
        yield "It is worse than the model it started from: keep that one"
    else:
        yield "These documents do not tell which of the two is better: keep the one it started from"


def trained_cleaner(result: "TrainedCleaner") -> Iterator[str]:
    """Say where the new model of lines is, whether it is better, and how to use it."""
    yield (
        f"{result.folder}: learned from {count(result.pages, 'page')} of "
        f"{count(result.outlets, 'outlet')}"
    )
    yield from first([f"  left out: {p['id']}: {p['reason']}" for p in result.left_out], "left out")
    new, packaged, gain = (result.evaluation[name] for name in ("new", "packaged", "gain"))
    low, high = gain["ci95"]
    yield (
        f"F1 {new['f1']:.3f} on outlets left out of learning; the packaged model there: "
        f"{packaged['f1']:.3f}; gain {gain['f1']:+.3f}, 95% interval {low:+.3f} to {high:+.3f}"
    )
    if result.better:
        yield f'To use it, set [ingest] cleaner = "{result.folder}" in builder.toml'
    elif result.worse:
        yield "It is worse than the packaged model: keep that one"
    else:
        yield "These pages do not tell which of the two is better: keep the packaged one"


def curve(result: "Curve") -> Iterator[str]:
    """Show how F1 grows with the number of documents, and what the last doubling brought."""
    yield "documents      F1"
    for row in result.rows:
        yield f"{row['documents']:>9.0f}  {row['f1']:.3f}"
    half, whole = result.rows[-2:]
    if half["documents"]:
        yield (
            f"From {half['documents']:.0f} to {whole['documents']:.0f} documents F1 changed by "
            f"{whole['f1'] - half['f1']:+.3f}: if that is much, more annotation pays"
        )
