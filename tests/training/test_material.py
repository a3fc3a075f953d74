import hashlib
import json
import logging
from collections.abc import Iterable
from pathlib import Path

import pytest

from builder import pipeline
from builder.errors import BuilderError
from builder.training.corpora import Document
from builder.training.material import gather, part, read_labelled
from builder.workspace.folder import Workspace
from tests import making
from tests.making import article, correction, span, story, suggestion


def document(name: str) -> Document:
    return Document(name, "s", "text", ((0, 4),), (), frozenset({"PER"}))


def write(path: Path, *labels: str, documents: int = 1) -> Path:
    """Write documents that have one span of each label each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    spans = [{"start": n, "end": n + 1, "label": label} for n, label in enumerate(labels)]
    record = json.dumps({"text": "a b c d e f", "spans": spans})
    path.write_text(f"{record}\n" * documents, encoding="utf-8")
    return path.parent


def names(documents: Iterable[Document]) -> set[str]:
    return {document.name for document in documents}


def test_about_a_tenth_is_held_out() -> None:
    kept, held = part(document(f"d{n}") for n in range(1000))
    assert len(kept) + len(held) == 1000
    assert 70 < len(held) < 130


@pytest.mark.parametrize("size", range(2, 12))
def test_of_few_documents_some_are_held_out_and_some_are_kept(size: int) -> None:
    for corpus in range(50):
        kept, held = part(document(f"{corpus}-{n}") for n in range(size))
        assert kept and held


def test_one_document_alone_is_kept() -> None:
    assert part([document("d")]) == ([document("d")], [])
    assert part([]) == ([], [])


def test_documents_of_one_name_are_held_out_together() -> None:
    documents = [document(f"d{n % 20}") for n in range(60)]
    kept, held = part(documents)
    assert names(kept).isdisjoint(names(held))
    assert len(kept) + len(held) == 60


def test_the_part_held_out_does_not_depend_on_the_order_of_the_documents() -> None:
    documents = [document(f"d{n}") for n in range(30)]
    assert names(part(documents)[1]) == names(part(reversed(documents))[1])


def test_one_document_is_too_little_and_that_is_said(workspace: Workspace, tmp_path: Path) -> None:
    folder = write(tmp_path / "corpus" / "a.jsonl", "PER")
    with pytest.raises(BuilderError, match="too little to train on: 1 of at least two"):
        gather(workspace, folder)


def test_every_share_of_the_documents_is_mixed(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / "corpus" / f"{name}.jsonl", "PER", documents=100)
    learned = gather(workspace, tmp_path / "corpus").learned
    schemes = [document.scheme for document in learned[:40]]
    assert 10 < schemes.count("a") < 30


def test_the_sources_are_the_files_that_were_read(workspace: Workspace, tmp_path: Path) -> None:
    folder = write(tmp_path / "corpus" / "a.jsonl", "PER", documents=3)
    write(folder / "more" / "b.jsonl", "PER")
    sums = [hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*.jsonl"))]
    assert gather(workspace, folder).sources == (
        {
            "name": "corpus",
            "files": [
                {"name": "a.jsonl", "sha256": sums[0]},
                {"name": "more/b.jsonl", "sha256": sums[1]},
            ],
        },
    )


def test_a_file_without_a_known_label_is_refused_by_name(tmp_path: Path) -> None:
    folder = write(tmp_path / "corpus" / "a.jsonl", "PER")
    write(folder / "b.jsonl", "Weapon", "Crop")
    with pytest.raises(BuilderError, match=r"b\.jsonl: holds no .*; its labels: Crop, Weapon\."):
        read_labelled(folder)


def test_labels_that_are_left_out_are_named_once_with_their_number(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write(tmp_path / "corpus" / "a.jsonl", "PER", "Weapon", documents=2)
    write(folder / "b.jsonl", "ORG", "Weapon", "Gadget")
    with caplog.at_level(logging.WARNING, logger="builder"):
        assert len(read_labelled(folder)) == 3
    (line,) = caplog.messages
    assert line.endswith("are left out: Gadget (1), Weapon (3)")


def test_gold_of_one_story_stays_on_one_side(workspace: Workspace) -> None:
    articles = [article(f"Ann said that it rained {n} times.") for n in range(6)]
    suggested = [suggestion(one, span(one, "Ann", "PERSON")) for one in articles]
    stories = [story(*articles[:3]), story(*articles[3:])]
    workspace.articles.save(articles)
    workspace.stories.save(stories)
    making.put_suggestions(workspace, suggested)
    workspace.corrections.save([correction(one, one.spans) for one in suggested])
    pipeline.review(workspace)
    made = gather(workspace, None)
    assert names(made.learned) | names(made.held_out) == {one.id for one in stories}
    assert len(made.learned) == len(made.held_out) == 6
    assert made.sources == ({"name": "gold of this workspace", "stories": 2},)
