"""Which references to originals are still open, for how the store stands.

What happens to old rows: nothing; one index is built anew, in some seconds for a million edges.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEX = "ix_edge_external_id"
OUTSIDE = sa.text("external_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index(INDEX, "edge")
    op.create_index(INDEX, "edge", ["external_id", "status"], sqlite_where=OUTSIDE, postgresql_where=OUTSIDE)


def downgrade() -> None:
    op.drop_index(INDEX, "edge")
    op.create_index(INDEX, "edge", ["external_id"], sqlite_where=OUTSIDE, postgresql_where=OUTSIDE)
