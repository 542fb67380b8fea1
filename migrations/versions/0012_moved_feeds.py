"""Where a feed's address points on to for good.

What happens to old rows: nothing. A feed that has moved says so at its next polls.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("move", sa.JSON()))


def downgrade() -> None:
    op.drop_column("feed", "move")
