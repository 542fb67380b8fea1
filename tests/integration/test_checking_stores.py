"""A store is sound, or what is wrong with it is told; and a copy of it is a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, text

from pipeline.core.errors import ConfigError
from pipeline.core.model import Marks
from pipeline.store import ArticleQuery, Store
from pipeline.store.tables import article_marks, posting
from tests.integration.newsdesk import STORY, Newsdesk, a_reading, an_edge


async def test_a_store_as_the_walk_leaves_it_is_sound(store: Store, now: datetime) -> None:
    await Newsdesk(store, now).publish(a_reading(STORY), a_reading(f"{STORY}/2", "…", title=None))

    checked = await store.check()

    assert (checked.schema, checked.unsearchable, checked.searched) == ((), 0, 2)
    assert (checked.untraceable, checked.bare_edges) == (0, 0)
    counted = {"feed": 1, "entry": 2, "article": 2, "revision": 0, "edge": 0}
    assert checked.rows == counted | {"external_ref": 0, "source": 1, "utterance": 0}


async def test_an_article_that_its_marks_do_not_lead_to_and_an_edge_without_evidence_are_told(
    store: Store, store_url: str, now: datetime
) -> None:
    marked = replace(a_reading(STORY, edges=[an_edge()]), marks=Marks((8, 16)))
    await Newsdesk(store, now).publish(marked)
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(delete(posting if connection.dialect.name == "sqlite" else article_marks))
        connection.execute(text("DELETE FROM edge_evidence"))
    engine.dispose()

    checked = await store.check()

    assert (checked.untraceable, checked.bare_edges) == (1, 1)


async def test_an_index_that_is_missing_is_told(store: Store, store_url: str) -> None:
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_article_updated_at"))
    engine.dispose()

    assert (await store.check()).schema == ("add index: ix_article_updated_at",)


async def test_tables_of_others_beside_ours_are_no_damage(store: Store, store_url: str) -> None:
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY)"))
    engine.dispose()

    assert (await store.check()).schema == ()


async def test_articles_that_search_has_lost_are_counted(store: Store, store_url: str, now: datetime) -> None:
    await Newsdesk(store, now).publish(a_reading(STORY))
    engine = create_engine(store_url)
    with engine.begin() as connection:
        # Changed behind the program's back: the index holds other words.
        connection.execute(text("UPDATE article SET text = 'Quite other words'"))
        if store_url.startswith("postgresql"):
            connection.execute(text("DELETE FROM article_words"))
    engine.dispose()

    assert (await store.check()).unsearchable == 1


async def test_a_copy_holds_what_the_store_held(tmp_path: Path, now: datetime) -> None:
    store = Store(f"sqlite:///{tmp_path / 'news.db'}")
    await store.open(create=True)
    await Newsdesk(store, now).publish(a_reading(STORY))

    written = await store.back_up(tmp_path / "copy.db")
    await store.close()

    assert written == (tmp_path / "copy.db", tmp_path / "copy.pages.db")
    copy = Store(f"sqlite:///{tmp_path / 'copy.db'}")
    await copy.open(create=False)
    assert [row["url"] async for row in copy.articles(ArticleQuery())] == [STORY]
    await copy.close()


async def test_a_copy_is_never_written_over_another_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'news.db'}")
    await store.open(create=True)
    (tmp_path / "copy.pages.db").write_text("somebody's")

    with pytest.raises(ConfigError, match=r"copy\.pages\.db is there already"):
        await store.back_up(tmp_path / "copy.db")

    await store.close()
    assert not (tmp_path / "copy.db").exists()


async def test_on_postgres_its_own_tool_is_named_with_the_whole_command(tmp_path: Path) -> None:
    store = Store("postgresql+psycopg://reader:secret@db.example/news")

    with pytest.raises(ConfigError) as told:
        await store.back_up(tmp_path / "copy.dump")

    assert f"pg_dump --format=custom --file={tmp_path / 'copy.dump'}" in str(told.value)
    assert "postgresql://reader@db.example/news" in str(told.value)
    assert "secret" not in str(told.value)
    await store.close()
