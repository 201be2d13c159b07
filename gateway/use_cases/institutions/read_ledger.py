"""Read the ledger: what institutions have used in a month, and what that cost."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.ledger import Account, month_name
from gateway.domain.institutions.roles import Act
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.institutions.spend import Spend
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import Ledger

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLedger:
    """The use case, with the ports it needs. It raises NotAllowed, Refused and StoreUnavailable."""

    ledger: Ledger
    spend: Spend
    authorise: Authorise
    clock: Clock

    def __call__(self, month: str, institution: str, by: str) -> Account:
        """Returns the account of a month, the present one where it is empty.

        It has the lines of one institution where one is named, else of all that `by` may read. What
        was used within the last minute is not in it yet.
        """
        now = self.clock.now()
        today = now.astimezone(self.spend.zone).date()
        wanted = month or month_name(today)
        if not _MONTH.fullmatch(wanted):
            raise Refused(
                Sentence(
                    "'%(given)s' is no month such as %(month)s.",
                    given=month,
                    month=month_name(today),
                )
            )
        if institution:
            unseen = Refused(
                Sentence("There is no institution '%(name)s' that you may see.", name=institution)
            )
            self.authorise.over(by, institution, Act.READ, unseen)
        reach = self.authorise.reach(by, Act.READ)
        # The ticker does so all the time; where none runs, what is there is entered now.
        while self.ledger.enter(self.spend.prices(), now, self.spend.zone):
            pass
        account = self.ledger.account(wanted)
        if institution:
            return account.of(frozenset({institution}))
        return account if reach.institutions is None else account.of(reach.institutions)
