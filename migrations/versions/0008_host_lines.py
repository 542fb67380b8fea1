"""The lines that a host prints on page after page, so that they can be told from a story.

What happens to old rows: nothing. Hosts are learnt from the next page of theirs that is read.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_lines",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_host_lines"),
    )


def downgrade() -> None:
    op.drop_table("host_lines")
