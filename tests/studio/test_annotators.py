"""People's addresses become pseudonyms: steady, without a way back, and never two for one."""

from pathlib import Path

from builder.studio.annotators import Annotators


def test_an_address_keeps_its_pseudonym_however_it_is_written(tmp_path: Path) -> None:
    name = Annotators(tmp_path).pseudonym("ana@example.org")
    assert Annotators(tmp_path).pseudonym(" Ana@Example.org") == name
    assert Annotators(tmp_path).pseudonym("ben@example.org") != name


def test_another_workspace_gives_another_pseudonym(tmp_path: Path) -> None:
    here, there = (Annotators(tmp_path / name) for name in ("here", "there"))
    assert here.pseudonym("ana@example.org") != there.pseudonym("ana@example.org")


def test_the_account_that_the_builder_made_is_the_maintainers_and_no_other(tmp_path: Path) -> None:
    names = Annotators(tmp_path, "admin@localhost")
    named = names.remember({1: "admin@localhost", 2: "ana@example.org"})
    assert named[1] == "maintainer"
    assert named[2].startswith("annotator-")
    # On a server of somebody else's that address belongs to whoever signed up with it.
    assert Annotators(tmp_path).pseudonym("admin@localhost").startswith("annotator-")
