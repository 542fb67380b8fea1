"""What every kind of worker promises, so that the rest of the house need not know which kind it has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Workers(Protocol):
    """Performs the turns of hosts. The promises, tested as a contract for every kind:

    - Each turn that was sent is performed at least once, or is still due in the store: a host's due time lives
      in its row until a turn has saved a later one, so that work lost in a crash is sent again by the next tick.
    - Never are two turns of one host performed at a time.
    - A host that waits is not sent again: to send it twice before its turn starts is to send it once. Sent while
      its turn is performed, it has one more turn afterwards, because its work may have come due in between.
    - The turn of a worker that was killed is taken up by another within a minute: a turn claims its host in the
      store by a lease of 45 s, and a lease that nobody renews runs out.
    - A turn that raises is logged with its traceback, and the other turns go on.
    """

    async def send(self, hosts: Iterable[str]) -> None:
        """Ask for one turn of each host, in this order. Returns without waiting for any of them."""
        ...

    async def serve(self) -> None:
        """Perform what is sent until ``drain`` has been asked for and all is done.

        When cancelled, cancels the turns it is performing, waits for their ends, and forgets the waiting ones.
        """
        ...

    async def drain(self) -> None:
        """Take no more, and return when all that was sent before is done or ``serve`` was cancelled.

        A host that is sent from then on is not taken: it stays due in the store.
        """
        ...
