"""Who says what an article is called and who wrote it, and the zone in which its time was stated.

What happens to old rows: they keep their times; nobody had noted the zones and those witnesses, so the day of such an
article is that of UTC, and its witnesses are unknown, until it is read again (``dateline reread``).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW = ("published_east_minutes", "title_witness", "authors_witness")


def upgrade() -> None:
    op.add_column("article", sa.Column("published_east_minutes", sa.Integer()))
    op.add_column("article", sa.Column("title_witness", sa.Text()))
    op.add_column("article", sa.Column("authors_witness", sa.Text()))


def downgrade() -> None:
    for name in NEW:
        op.drop_column("article", name)
