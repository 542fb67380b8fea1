"""The migrations make what the code expects, on both databases, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text

from pipeline.core.queries import read_query
from pipeline.core.words import indexed_words
from pipeline.store import frontier, looking, migrating, postings, searching
from pipeline.store.frontier import Document, Found, Source, State
from pipeline.store.tables import article_words, metadata, pages, postgres_only, sqlite_only

NOON = datetime(2026, 2, 11, 12, tzinfo=UTC)


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """A database without tables, in which a transaction begins where it is asked to."""
    made = create_engine(empty_url)
    if made.dialect.name == "sqlite":

        @event.listens_for(made, "connect")
        def _leave_transactions_to_us(connection: Any, record: object) -> None:
            connection.isolation_level = None

        @event.listens_for(made, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    yield made
    made.dispose()


def migrate(engine: Engine, step: Callable[..., None], target: str) -> None:
    with engine.connect() as connection:
        step(migrating.config_for(connection), target)


def expected(engine: Engine) -> Any:
    return [metadata, sqlite_only] if engine.dialect.name == "sqlite" else [metadata, pages, postgres_only]


def is_no_search_index(name: str | None, kind: str, parents: object) -> bool:
    """In SQLite the index of search and the tables that FTS5 keeps it in are none of SQLAlchemy's."""
    return not (kind == "table" and name is not None and name.startswith("article_words"))


def test_the_newest_migration_makes_the_tables_of_the_code(engine: Engine) -> None:
    migrate(engine, command.upgrade, "head")

    with engine.connect() as connection:
        options = {"compare_server_default": True}
        if engine.dialect.name == "sqlite":
            options["include_name"] = is_no_search_index
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, expected(engine)) == []


def test_every_table_and_index_of_the_code_is_made_by_a_migration(engine: Engine) -> None:
    migrate(engine, command.upgrade, "head")

    made = inspect(engine)
    for table in (table for tables in expected(engine) for table in tables.sorted_tables):
        assert {index["name"] for index in made.get_indexes(table.name)} >= {index.name for index in table.indexes}
        assert {key["name"] for key in made.get_foreign_keys(table.name)} == {
            key.name for key in table.foreign_key_constraints
        }


def test_all_migrations_can_be_taken_back_and_made_again(engine: Engine) -> None:
    migrate(engine, command.upgrade, "head")
    migrate(engine, command.downgrade, "base")
    left = inspect(engine).get_table_names()

    migrate(engine, command.upgrade, "head")

    assert left == ["alembic_version"]
    with engine.connect() as connection:
        assert migrating.standing(connection) is migrating.Standing.CURRENT


def test_a_database_whose_migrations_were_all_taken_back_is_empty(engine: Engine) -> None:
    migrate(engine, command.upgrade, "head")
    migrate(engine, command.downgrade, "base")

    with engine.connect() as connection:
        assert migrating.standing(connection) is migrating.Standing.EMPTY


def test_a_migration_that_fails_leaves_the_database_as_it_was(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE edge (id INTEGER)")  # in the way of the last tables

    with pytest.raises(Exception, match="edge"):
        migrate(engine, command.upgrade, "head")

    assert [name for name in inspect(engine).get_table_names() if name != "alembic_version"] == ["edge"]


def test_the_code_knows_the_number_of_the_newest_migration(engine: Engine) -> None:
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(migrating.config_for(connection))

    assert script.get_current_head() == migrating.SCHEMA


def test_every_migration_says_what_happens_to_old_rows(engine: Engine) -> None:
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(migrating.config_for(connection))

    for revision in script.walk_revisions():
        assert "What happens to old rows:" in (revision.module.__doc__ or "")


# An article as the first tables had it.
OLD_ARTICLE = """
    INSERT INTO article (id, url, source_name, source_domain, source_witness, title, authors, text, text_hash, flags,
                         rules, first_seen_at, updated_at, ordered_at)
    VALUES (7, 'https://news.example/1', 'The News', 'news.example', 'host', 'Old crane stays', '[]', 'By the quay.',
            '', '[]', '1', '2026-02-11T12:00:00.000000Z', '2026-02-11T12:00:00.000000Z', '2026-02-11T12:00:00.000000Z')
"""


def test_articles_from_before_neighbours_were_indexed_have_theirs(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("the index of SQLite knows by itself which words are neighbours")
    migrate(engine, command.upgrade, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(OLD_ARTICLE)

    migrate(engine, command.upgrade, "head")

    with engine.connect() as connection:
        (pairs,) = connection.execute(select(article_words.c.pairs)).scalars()
    assert pairs == searching.as_pairs(indexed_words("Old crane stays", "By the quay."))


def test_marks_of_a_row_each_are_found_in_the_row_of_their_article_and_the_other_way_about(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("in SQLite each mark is a row, before and after")
    marks, everywhere = [number << 3 for number in range(20)], 99 << 3
    migrate(engine, command.upgrade, "0010")
    with engine.begin() as connection:
        for article_id, mark in [*((7, mark) for mark in marks), (7, everywhere), (8, everywhere)]:
            connection.execute(
                text("INSERT INTO posting (short_hash, article_id) VALUES (:short, :id)"),
                {"short": postings.short(mark), "id": article_id},
            )
        before = connection.exec_driver_sql("SELECT * FROM posting ORDER BY short_hash, article_id").all()

    migrate(engine, command.upgrade, "head")
    with engine.connect() as connection:
        found = postings.sharing(connection, 9, [*marks, everywhere])
    migrate(engine, command.downgrade, "0010")

    assert found == {7: (*marks, everywhere), 8: (everywhere,)}
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM posting ORDER BY short_hash, article_id").all() == before


def test_articles_from_before_the_search_are_found_by_it(engine: Engine) -> None:
    migrate(engine, command.upgrade, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(OLD_ARTICLE)

    migrate(engine, command.upgrade, "head")

    with engine.connect() as connection:
        for words, ids in (('title:crane "the quay"', [7]), ("ferry", [])):
            found = searching.matching(
                connection, read_query(words), (), after=None, since=None, until=None, rows_at_most=9
            )
            assert [row.id for row in found] == ids


def test_an_article_from_before_zones_were_noted_keeps_its_time(engine: Engine) -> None:
    migrate(engine, command.upgrade, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(OLD_ARTICLE)
        connection.exec_driver_sql("UPDATE article SET published_at = '2026-02-11T04:00:00.000000Z'")

    migrate(engine, command.upgrade, "head")

    with engine.connect() as connection:
        row = looking.article_at(connection, 7)
    assert row is not None
    assert (row["published_at"], row["published_day"]) == ("2026-02-11T04:00:00Z", "2026-02-11")
    assert (row["title_witness"], row["authors_witness"]) == (None, None)


def test_articles_from_before_backfills_stay_and_may_be_found_by_one(engine: Engine) -> None:
    migrate(engine, command.upgrade, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(OLD_ARTICLE)

    migrate(engine, command.upgrade, "head")

    with engine.begin() as connection:
        job = frontier.open_backfill(connection, "https://news.example/", "news.example", "auto", None, None, NOON)
        frontier.add_documents(
            connection, job.id, [Document(Source.SITEMAP, "https://news.example/s.xml", "news.example")], NOON
        )
        listed = frontier.next_document(connection, job.id)
        assert listed is not None
        connection.exec_driver_sql(
            "INSERT INTO article_url (key, article_id, url, role, first_seen_at) VALUES ('news.example/1', 7, "
            "'https://news.example/1', 'entry', '2026-02-11T12:00:00.000000Z')"
        )
        story = Found("https://news.example/1", "news.example/1", "news.example")
        frontier.save_found(connection, None, job, listed, [story], NOON)
        assert frontier.figures(connection, job.id).pages == {(Source.SITEMAP, State.KNOWN): 1}
