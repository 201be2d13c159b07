"""The ports of the desk: what a handler keeps for a citizen, besides reference data and cases.

Every write is given the call and is done once for it: the same call again changes nothing and
returns what it returned at first. Within one run of a handler each write counts: to put, remove and
put the same row leaves it there. Writes are told apart by their words, and the same words by how
often they were said in this run; so a handler writes in its own thread, and run again on the same
call it says the same. All methods raise StoreUnavailable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from gateway.domain.handler_contract.reminding import RowReminder
from gateway.domain.handler_contract.service_call import Row, ServiceCall

#: What a PIN that was typed came to.
PinVerdict = Literal["ok", "wrong", "locked", "unset"]


class Records(Protocol):
    """The writable tables of the deployment. Raises LookupError for what is not declared."""

    def put(
        self, table: str, call: ServiceCall, row: Row, *, reminder: RowReminder | None = None
    ) -> str:
        """Stores a row for the subscriber, in the place of their row with the same key.

        Returns what `complete` knows it by. Raises ValueError for a value that is missing, longer
        than declared, or not of its kind. Of a table that `reminds`, the reminder is kept with the
        row, in its transaction, in the place of the one before.
        """

    def complete(self, table: str, call: ServiceCall, row: str, values: Row) -> bool:
        """Puts values into the subscriber's row that `put` has returned; the rest of it stays.

        Returns whether there is such a row. Raises ValueError like `put`, and for a column of the
        key, which makes another row.
        """

    def put_within(
        self, table: str, call: ServiceCall, row: Row, *, most: int, same: Sequence[str]
    ) -> bool:
        """Stores a row like `put`, while fewer than `most` rows have its values of `same`.

        Counting and storing are one step: of two who want the last place, one gets it. Returns
        whether the row is stored; one that stands there already keeps its place.
        """

    def take_place(
        self,
        table: str,
        call: ServiceCall,
        row: Row,
        *,
        most: int,
        same: Sequence[str],
        reminder: RowReminder | None = None,
    ) -> str:
        """Does what `put_within` does, and returns what `complete` knows the row by.

        Returns an empty text where it is not stored.
        """

    def find(self, table: str, **equal: str) -> Sequence[Row]:
        """Returns the rows whose columns equal the given values, whoever they belong to.

        Of a table with personal columns, each subscriber whose row was read can see that it was.
        """

    def one(self, table: str, **equal: str) -> Row | None:
        """Returns the first such row, or None."""

    def mine(self, table: str, call: ServiceCall) -> Sequence[Row]:
        """Returns the rows of the subscriber, oldest first."""

    def remove(self, table: str, call: ServiceCall, **equal: str) -> int:
        """Removes such rows of the subscriber, and their reminders; returns how many they were."""

    def count(self, table: str, **equal: str) -> int:
        """Returns how many such rows there are."""


class Reminders(Protocol):
    """Texts that the gateway sends to a subscriber later.

    Where no SMS can come (`call.by_sms`) a call ends with the sentence `no_sms`. A handler that
    declares `promises_sms` is not even run there.
    """

    def schedule(
        self,
        call: ServiceCall,
        *,
        message: str,
        values: Mapping[str, str],
        at: datetime,
        topic: str,
        key: str,
    ) -> None:
        """Notes a text of `menus/messages.yaml` to be sent at an aware time.

        It takes the place of the subscriber's reminder with the same topic and key. Raises
        LookupError for a message that is not there, ValueError for values that do not fit it. What
        does not fit the message any more when it is due waits: nothing is sent with a gap.
        """

    def cancel(self, call: ServiceCall, topic: str, key: str = "") -> int:
        """Takes back what was not sent yet, all of a topic without `key`; returns how many."""


class Subscriptions(Protocol):
    """What a subscriber wants to be told of: a topic, and within it a scope such as a district.

    Where no SMS can come, subscribing ends with the sentence `no_sms`, as in `Reminders`.
    """

    def add(self, call: ServiceCall, topic: str, scope: str = "") -> None:
        """Subscribes, which also consents to the topic, even after STOP."""

    def remove(self, call: ServiceCall, topic: str, scope: str = "") -> bool:
        """Ends a subscription; returns whether there was one."""

    def of(self, call: ServiceCall) -> Sequence[tuple[str, str]]:
        """Returns topic and scope of each subscription, in order."""


class Pins(Protocol):
    """The PINs that subscribers have chosen, one for each service and what it guards there.

    `of` is what the PIN guards, such as an ID number: whoever shares the phone has another PIN for
    another number. It is kept as a keyed hash. Empty stands for the service as a whole.
    """

    def is_set(self, call: ServiceCall, service: str, *, of: str) -> bool:
        """Returns whether there is one, locked or not."""

    def set(self, call: ServiceCall, service: str, pin: str, *, of: str) -> None:
        """Keeps the PIN, in the place of another; raises Refused while that one is locked."""

    def verify(self, call: ServiceCall, service: str, pin: str, *, of: str) -> PinVerdict:
        """Returns what the PIN is worth. The fifth wrong one locks it until `reset`.

        There is one verdict for each call, service and `of`.
        """

    def reset(self, call: ServiceCall, service: str, *, of: str) -> None:
        """Forgets the PIN and its lock. The handler has asked for a second fact before."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a second fact came to. `again_at` is when the next try is looked at, after `wait`."""

    verdict: Literal["proved", "wrong", "wait"]
    again_at: datetime | None = None


class Proofs(Protocol):
    """Second facts, such as a date of birth, by which a citizen proves whose data are asked for.

    Wrong ones are counted by `of`, what is asked for, and by phone, over all channels. After a few
    the next one waits, longer each time. A phone that has proven the same `of` before counts by
    itself: no stranger can make it wait.
    """

    def check(
        self, call: ServiceCall, service: str, *, of: str, fits: bool, message: str = ""
    ) -> Proof:
        """Returns whether a second fact that `fits` proves it, for this call once and for all.

        Who has to wait is told so, whether it fits or not: nothing can be tried out meanwhile.
        When strangers go on trying, the phone that proved it last is sent `message`, a text of
        `menus/messages.yaml` with the value `day`, under the topic `tries` and subject to consent.
        Raises LookupError for a message that is not there.
        """

    def known(self, call: ServiceCall, service: str, *, of: str) -> bool:
        """Returns whether the phone of a call has proven it before. Nothing is counted.

        For a look-up that is asked again later (`tell_me`), when no second fact is there any more.
        """

    def waits(self, call: ServiceCall, service: str, *, of: str) -> datetime | None:
        """Returns when the next second fact is looked at; None where the call need not wait.

        For what must not even be asked, or done, for who has to wait. Nothing is counted. A call
        that has its verdict already keeps it, and to wait is one; otherwise `check` decides.
        """


class MyData(Protocol):
    """What the gateway holds on a subscriber, for the subscriber alone."""

    def held(self, call: ServiceCall) -> Sequence[Row]:
        """Returns what is held: `what`, `since` (a date as 2026-11-23) and `count`."""

    def who_looked(self, call: ServiceCall) -> Sequence[Row]:
        """Returns who has read the subscriber's rows: `who`, `what` and `at` (a date).

        Each is told once for a day, with what was read last, the newest first.
        A service is named by its title, in the language of the call.
        """

    def told(self, call: ServiceCall) -> Sequence[Row]:
        """Returns the newest rows that the subscriber stored by forms: `entry`, `title`, `at`."""

    def told_again(self, call: ServiceCall, entry: str) -> Sequence[str]:
        """Returns what such a row says, an answer a line; nothing for one that is gone."""

    def erase(self, call: ServiceCall) -> None:
        """Erases all that no law wants kept.

        Cases stay without the number, a refusal to be written to stays so that it is kept, and so
        do the note of who looked and the rows of tables that are declared as `kept`.
        """

    def consents(self, call: ServiceCall) -> Sequence[Row]:
        """Returns each `topic` that was ever spoken of, with its `state` now: on or off."""

    def set_consent(self, call: ServiceCall, topic: str, on: bool) -> None:
        """Keeps whether we may write about a topic; said after STOP, it counts for the topic."""

    def set_language(self, call: ServiceCall, language: str) -> None:
        """Keeps the language to be spoken to in, from the next dialogue on."""


class Help(Protocol):
    """The people who answer what no menu does, by SMS; where none can come: as in `Reminders`."""

    def leave(self, call: ServiceCall, institution: str, text: str) -> str:
        """Stores a message for an institution and returns its reference."""
