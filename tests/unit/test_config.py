"""The configuration: what wins over what, where a value came from, and how a mistake is told."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config import Settings, bundled, known_keys, load, read_agencies_file, shown
from pipeline.core.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    file = folder / "dateline.toml"
    file.write_text(text)
    return file


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    file = written(tmp_path, '[fetch]\npause = "3s"\nmax_page_mb = 7\n')
    loaded = load(file, {"DATELINE_FETCH__PAUSE": "9s"})
    assert loaded.settings.fetch.pause == timedelta(seconds=9)
    assert loaded.settings.fetch.max_page_mb == 7
    assert loaded.settings.fetch.max_body_mb == 10
    assert loaded.origins == {"fetch.pause": "$DATELINE_FETCH__PAUSE", "fetch.max_page_mb": str(file)}


def test_the_store_option_wins_over_all(tmp_path: Path) -> None:
    loaded = load(None, {"DATELINE_STORE__URL": "sqlite:///b.db"}, store_url="sqlite:///c.db")
    assert loaded.settings.store.url == "sqlite:///c.db"


def test_a_list_comes_from_the_environment_as_json() -> None:
    loaded = load(None, {"DATELINE_FETCH__ALLOW_NETWORKS": '["10.20.0.0/16", "fd00::/8"]'})
    assert loaded.settings.fetch.allow_networks == ("10.20.0.0/16", "fd00::/8")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[fetch]\npauze = "1s"\n', ["fetch.pauze", "fetch.pause"]),
        ('[fecth]\npause = "1s"\n', ["fecth.pause", "fetch.pause"]),
        ('[fetch]\npause = "soon"\n', ["fetch.pause", "soon"]),
        ("[fetch]\nmax_page_mb = -1\n", ["fetch.max_page_mb", "-1"]),
        ('[fetch]\nallow_networks = ["10.0.0.0/33"]\n', ["fetch.allow_networks", "10.0.0.0/33"]),
        ('[fetch]\nproxy = "socks5://x:1"\n', ["fetch.proxy", "socks5"]),
        ('[workers]\nkind = "celery"\n', ["workers.kind", "celery"]),
        ("[store]\nkeep_pages = 90\n", ["store.keep_pages", "90", "unit"]),
        (
            '[pace]\nmin_interval = "2d"\nmax_interval = "1d"\n',
            ["pace.min_interval", "2d", "pace.max_interval", "1d"],
        ),
        ('[pace]\nrevisit = "1h"\n', ["pace.revisit", "list", "1h"]),
        ("[fetch\n", ["not valid TOML"]),
    ],
)
def test_a_mistake_names_the_file_the_key_and_what_is_wrong(tmp_path: Path, text: str, named: list[str]) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    for part in [*named, str(file)]:
        assert part in str(caught.value)


def test_an_unknown_variable_refuses_to_start() -> None:
    with pytest.raises(ConfigError, match=r"DATELINE_FETCH__PAUZE.*Did you mean fetch\.pause"):
        load(None, {"DATELINE_FETCH__PAUZE": "1s"})


def test_variables_that_are_no_keys_are_left_alone() -> None:
    others = {"DATELINE_EVAL_DATA": "/somewhere", "DATELINE_CONFIG": "", "PATH": "/bin"}

    assert load(None, others).origins == load(None, {}).origins


def test_a_bound_of_intervals_that_nobody_set_gives_way(tmp_path: Path) -> None:
    pace = load(written(tmp_path, '[pace]\nmax_interval = "2s"\n'), {}).settings.pace
    assert (pace.min_interval, pace.max_interval) == (timedelta(seconds=2), timedelta(seconds=2))


def test_waits_that_everybody_counts_in_seconds_need_no_unit() -> None:
    fetch = load(None, {"DATELINE_FETCH__PAUSE": "0.5", "DATELINE_FETCH__PAGE_DEADLINE": "5"}).settings.fetch
    assert (fetch.pause, fetch.page_deadline) == (timedelta(seconds=0.5), timedelta(seconds=5))


def test_a_file_that_is_not_there_is_told_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="config init"):
        load(tmp_path / "absent.toml", {})


def test_a_file_of_agencies_that_is_not_there_is_told_with_the_key_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml: .* extract\.agencies"):
        load(written(tmp_path, '[extract]\nagencies = "absent.toml"\n'), {})


def test_the_shipped_file_holds_every_key_with_its_default() -> None:
    text = bundled("dateline.toml").read_bytes().decode()
    stated = {f"{table}.{key}" for table, keys in tomllib.loads(text).items() for key in keys}
    assert stated == set(known_keys())
    assert load(bundled("dateline.toml"), {}).settings == Settings()


def test_show_hides_the_password_of_a_store_and_names_origins() -> None:
    rows = shown(load(None, {}, store_url="postgresql+psycopg://ann:secret@db/news"))
    (url,) = [row for row in rows if row["key"] == "store.url"]
    assert url == {"key": "store.url", "value": "postgresql+psycopg://ann:***@db/news", "origin": "--store"}
    assert {row["key"] for row in rows} == set(known_keys())


@pytest.mark.parametrize(("text", "kept"), [('"0"', timedelta(0)), ('"forever"', None), ('"2w"', timedelta(days=14))])
def test_raw_pages_are_kept_for_a_span_for_ever_or_not_at_all(
    tmp_path: Path, text: str, kept: timedelta | None
) -> None:
    assert load(written(tmp_path, f"[store]\nkeep_pages = {text}\n"), {}).settings.store.keep_pages == kept


def test_the_user_agent_carries_our_version() -> None:
    from pipeline import __version__

    assert f"Dateline/{__version__} " in Settings().user_agent


def test_the_file_of_agencies_stands_beside_the_configuration_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('[[agency]]\nname = "Orrin Telegraph Service"\ntokens = ["OTS"]\n')
    loaded = load(written(tmp_path, '[extract]\nagencies = "ours.toml"\n'), {})
    assert [agency.name for agency in read_agencies_file(loaded.settings.extract.agencies)] == [
        "Orrin Telegraph Service"
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[agency]]\nnmae = "OTS"\n', "there is no key nmae; did you mean name"),
        ("[[agency]\n", "not valid TOML"),
        (None, "no such file"),
    ],
)
def test_a_mistake_in_the_file_of_agencies_is_told_with_the_file(
    tmp_path: Path, text: str | None, complaint: str
) -> None:
    if text is not None:
        (tmp_path / "ours.toml").write_text(text)
    with pytest.raises(ConfigError, match=complaint) as caught:
        load(written(tmp_path, '[extract]\nagencies = "ours.toml"\n'), {})
    assert str(tmp_path / "ours.toml") in str(caught.value)
