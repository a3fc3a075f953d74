"""builder.toml is read strictly: whatever is wrong with it is named with file and key."""

from pathlib import Path

import pytest

from builder.errors import BuilderError
from builder.workspace import config, init
from builder.workspace.folder import open_workspace

ROOT = Path(__file__).parents[1]


def read(folder: Path, content: str | bytes) -> config.Config:
    data = content.encode() if isinstance(content, str) else content
    (folder / config.FILE_NAME).write_bytes(data)
    return config.read(folder)


def test_every_key_has_a_default(tmp_path: Path) -> None:
    assert read(tmp_path, "") == config.Config()


def test_what_init_writes_are_the_defaults(tmp_path: Path) -> None:
    init.init(tmp_path)
    written = config.read(tmp_path)
    title = written.studio.model_copy(update={"project": config.Studio().project})
    assert written.model_copy(update={"studio": title}) == config.Config()
    assert written.studio.project == tmp_path.name[:50]


def test_the_projects_own_workspace_differs_in_what_only_its_people_can_say() -> None:
    own = config.read(ROOT)
    said = own.release.model_dump(include={"motivation", "collection", "caveats", "contact"})
    assert all(said.values())
    assert own == config.Config(release=config.Release(**said), rights=own.rights)
    assert (own.rights.labels.called, own.rights.text.called) == ("CC-BY-4.0", None)


def test_what_the_file_says_is_used(tmp_path: Path) -> None:
    found = read(tmp_path, 'seeds = "raw/news"\n[studio]\nport = 9000\n[annotate]\npipeline = "x"')
    assert (found.seeds, found.studio.port, found.annotate.pipeline) == ("raw/news", 9000, "x")
    assert open_workspace(tmp_path).seed_folder == tmp_path / "raw/news"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[studio]\nprot = 8080", "studio.prot: unknown key"),
        ("sedes = 'x'", "sedes: unknown key"),
        ("[studio]\nport = '8080'", "studio.port: Input should be a valid integer"),
        ("[studio]\nport = true", "studio.port: Input should be a valid integer"),
        ("[studio]\nport = 80", "studio.port: Input should be greater than or equal to 1024"),
        ("[studio]\nport = 70000", "studio.port: Input should be less than or equal to 65535"),
        ("[studio]\nproject = 'ab'", "studio.project: String should have at least 3"),
        ("studio = 1", "studio: Input should be"),
        ("[release]\nname = 'My Data'", "release.name: String should match pattern"),
        ("[release]\nname = 'a\\nb'", "release.name: String should match pattern"),
        ("seeds = 1", "seeds: Input should be a valid string"),
        ("seeds = '/etc'", "seeds: must be a folder of its own inside the workspace"),
        ("seeds = '../news'", "seeds: must be a folder of its own inside"),
        ("seeds = 'a/../../b'", "seeds: must be a folder of its own inside"),
        ("seeds = '.'", "seeds: must be a folder of its own inside"),
        ("seeds = ''", "seeds: must be a folder of its own inside"),
        ("seeds = 'data/articles'", "seeds: must be a folder of its own inside"),
        ("[studio\n", "Expected ']' at the end of a table declaration (at line 1, column 8)"),
        ("port = = 1", "(at line 1, column 8)"),
        (b"seeds = 'caf\xe9'", "'utf-8' codec can't decode byte 0xe9"),
        (b"\0", "(at line 1, column 1)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_and_key(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(BuilderError) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(f"{tmp_path / 'builder.toml'}: ")
    assert message in str(caught.value)


def test_a_folder_without_the_file_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(BuilderError, match=r"not found\. Name a workspace with --workspace, or"):
        config.read(tmp_path)


def test_a_folder_in_the_file_s_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "builder.toml").mkdir()
    with pytest.raises(BuilderError, match="Is a directory"):
        config.read(tmp_path)


def test_init_makes_a_workspace_and_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    lines = init.init(tmp_path)
    assert (tmp_path / "seeds").is_dir()
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert "seeds/** -text" in (tmp_path / ".gitattributes").read_text()
    assert lines[-1].endswith(f"builder run --workspace {tmp_path}")
    with pytest.raises(BuilderError, match="is there already"):
        init.init(tmp_path)


def test_the_command_that_init_names_can_be_pasted(tmp_path: Path) -> None:
    lines = init.init(tmp_path / "my news")
    assert lines[-1].endswith(f"builder run --workspace '{tmp_path}/my news'")
