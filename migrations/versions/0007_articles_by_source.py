"""The articles of one source are found without a look at all the others.

What happens to old rows: nothing; two indexes are made over them, in half a minute a million.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_source_name", "article", ["source_name"])
    op.create_index("ix_article_source_domain", "article", ["source_domain"])


def downgrade() -> None:
    op.drop_index("ix_article_source_domain", "article")
    op.drop_index("ix_article_source_name", "article")
