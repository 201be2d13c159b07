"""The master keys of a deployment: whether they fit its database, and the end of a rotation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.adapters.sql.keys import master_keys, reseal
from gateway.adapters.system.keyring import Keyring
from gateway.composition.office.institutions import Institutions
from gateway.domain.datasets.dataset import Table
from gateway.domain.institutions.roles import EVERYWHERE, Act
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterKeys:
    """All methods raise StoreUnavailable, and Refused when the keys do not fit the database."""

    engine: Engine
    keyring: Keyring
    tables: Mapping[str, Table]
    institutions: Callable[[], Institutions]
    clock: Clock

    def settle(self) -> None:
        """Checks the keys, and notes the newest one in the database when it is not there yet."""
        master_keys.settle(self.engine, self.keyring, self.clock.now())

    def pending(self) -> bool:
        """Returns whether the database has to be migrated before it can be asked."""
        from gateway.adapters.sql.migrate import pending  # ten megabytes, at the start alone

        return bool(pending(self.engine))

    def listed(self) -> Sequence[master_keys.MasterKey]:
        """Returns the keys of the database and of the deployment, the newest first."""
        return master_keys.listed(self.engine, self.keyring)

    def count(self) -> int:
        """Returns how many rows `reseal` will look at."""
        return reseal.count(self.engine, self.tables)

    def reseal(
        self, by: str, progress: Callable[[int], object] = lambda rows: None
    ) -> reseal.Resealed:
        """Seals all values with the newest key, bound to their rows, while the gateway runs.

        Raises NotAllowed unless `by` may administer every institution.
        """
        institutions = self.institutions()
        actor = institutions.authorise(by, EVERYWHERE, Act.ADMINISTER)
        self.settle()
        institutions.trail.record(
            AuditEntry(
                at=self.clock.now(),
                by=actor.name,
                institution=EVERYWHERE,
                act=Act.ADMINISTER,
                what=f"keys resealed with {self.keyring.key_ids[0]}",
            )
        )
        return reseal.reseal(self.engine, self.keyring, self.tables, progress)
