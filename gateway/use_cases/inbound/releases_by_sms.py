"""The releases as they are talked to by SMS."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.inbound.sms_inputs import by_sms
from gateway.domain.menu.release import Release
from gateway.use_cases.ports import Releases


@dataclass(frozen=True, slots=True)
class ReleasesBySms:
    """The `Releases` port, whose inputs take what an SMS carries."""

    releases: Releases

    def current(self) -> Release:
        """Returns the release that new dialogues begin on."""
        return by_sms(self.releases.current())

    def find(self, release_id: str) -> Release | None:
        """Returns a release by its id, or None."""
        found = self.releases.find(release_id)
        return None if found is None else by_sms(found)

    def close(self) -> None:
        """Stops looking for newer ones."""
        self.releases.close()
