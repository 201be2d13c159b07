"""The tables, for both databases. Any change here needs a migration.

A number stands as `msisdn_index`, by which it is found, and `msisdn_sealed`, which only the
keyring opens. Texts, sessions and case details are sealed. Which rows are removed when stands in
domain/retention; nothing refers to a row by a foreign key, so any of them may go.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    and_,
    literal_column,
    or_,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware time, stored as microseconds since 1970 in UTC: cheap, exact, equal on both."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Returns the microseconds; raises TypeError for a time without a zone."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Returns the time in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


#: The institution of rows that are no service's, where the deployment names none of its own.
OWN_INSTITUTION = "gateway"
_OWN = "gateway_own_institution"


def owned_by(engine: Engine, institution: str) -> Engine:
    """Returns the engine, which writes this institution where no service's own is known."""
    setattr(engine.dialect, _OWN, institution)
    return engine


class Institution(TypeDecorator[str]):
    """Whose a row is: that of the service on whose screen it was, else the deployment's own.

    The deployment's own is an empty text to all above the database, which alone knows its name.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Returns the name that is stored."""
        return value or getattr(dialect, _OWN, OWN_INSTITUTION)


def named(of: Connection | Engine, institution: str) -> str:
    """Returns the name under which an institution is stored."""
    return institution or str(getattr(of.dialect, _OWN, OWN_INSTITUTION))


#: SQLite numbers rows by itself only in a column of exactly this type.
Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def institution() -> Column[str]:
    # Older releases have written nothing for the deployment's own: `gateway migrate` fills it.
    return Column("institution", Institution, nullable=False, default="", server_default="")


subscribers = Table(
    "subscribers",
    metadata,
    Column("msisdn_index", LargeBinary, primary_key=True),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    # What was chosen, empty while nothing is; and the language of the last whole dialogue.
    Column("language", String, nullable=False),
    Column("language_used", String, nullable=True),
    Column("changed_at", Instant, nullable=False),
    # The key of the session that asked for the language, where one did.
    Column("asked_in", LargeBinary, nullable=True),
)

consents = Table(
    "consents",
    metadata,
    Column("msisdn_index", LargeBinary, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("state", String, nullable=False),
    Column("source", String, nullable=False),
    Column("changed_at", Instant, nullable=False),
    institution(),
)
#: By which an audience is walked: who wants to be told of a topic, or by an institution.
Index("ix_consents_topic", consents.c.topic, consents.c.msisdn_index)
Index("ix_consents_institution", consents.c.institution, consents.c.msisdn_index)

inbound_sms = Table(
    "inbound_sms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String, nullable=False),
    Column("provider_ref", String, nullable=False),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("to_address", String, nullable=False),
    Column("text_sealed", LargeBinary),  # null once the text had to be forgotten
    Column("link_id", String, nullable=False),
    Column("opt_out", String, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant),  # null once routed, or given up
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", String, nullable=False, server_default=""),
    Column("routed_at", Instant),
    Column("outcome", String, nullable=False, server_default=""),
    institution(),
    UniqueConstraint("channel", "provider_ref"),
    # An id is never given again, even when the newest row is deleted: URLs carry ids.
    sqlite_autoincrement=True,
)
Index(
    "ix_inbound_sms_unread",
    inbound_sms.c.msisdn_index,
    sqlite_where=inbound_sms.c.due_at.is_not(None),
    postgresql_where=inbound_sms.c.due_at.is_not(None),
)
Index(
    "ix_inbound_sms_due",
    inbound_sms.c.due_at,
    sqlite_where=inbound_sms.c.due_at.is_not(None),
    postgresql_where=inbound_sms.c.due_at.is_not(None),
)
Index("ix_inbound_sms_subscriber", inbound_sms.c.msisdn_index, inbound_sms.c.id)

conversations = Table(
    "conversations",
    metadata,
    Column("channel", String, primary_key=True),
    Column("msisdn_index", LargeBinary, primary_key=True),
    # Null when it is closed or swept. The row stays: its version must not begin again at 1.
    Column("session_sealed", LargeBinary),
    Column("version", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
    institution(),
)
_open = conversations.c.session_sealed.is_not(None)
Index(
    "ix_conversations_expires_at",
    conversations.c.expires_at,
    sqlite_where=_open,
    postgresql_where=_open,
)

outbound_sms = Table(
    "outbound_sms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key_index", LargeBinary, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("link_id", String, nullable=False),
    Column("in_reply_to", Id),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("status", String, nullable=False),
    # When to try (queued), when the lease ends (leased), when the attempt began (sending, and what
    # follows), when to look again (unknown).
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("provider_ref", String),
    Column("segments", Integer),
    Column("cost", String, nullable=False, server_default=""),
    Column("error", String, nullable=False, server_default=""),
    Column("report_detail", String, nullable=False, server_default=""),
    institution(),
    # What the MT says holds until then; null where it holds for as long as an MT waits at all.
    Column("valid_until", Instant),
    Column("template_id", String, nullable=False, server_default=""),
    # The MT that this one was sent again for.
    Column("resend_of", Id),
    # The broadcast that it is one of.
    Column("broadcast_id", Id),
    # The segments that its text takes, reckoned when it was accepted: by them a channel is paced.
    Column("parts", Integer, nullable=False, server_default="1"),
    # By which the ledger tells texts apart. How many of the parts are there since the text is not
    # in GSM-7; null where it is.
    Column("service", String, nullable=False, server_default=""),
    Column("language", String, nullable=False, server_default=""),
    Column("unicode_parts", Integer),
    # When to ask the provider what it cost; null where it has told, or is not asked.
    Column("price_due_at", Instant),
    sqlite_autoincrement=True,
)
Index(
    "ix_outbound_sms_price_due",
    outbound_sms.c.price_due_at,
    sqlite_where=outbound_sms.c.price_due_at.is_not(None),
    postgresql_where=outbound_sms.c.price_due_at.is_not(None),
)
# Written with OR: SQLite uses a partial index only where it can see that a query implies it.
_active = or_(
    *(outbound_sms.c.status == each for each in ("queued", "leased", "sending", "unknown"))
)
Index(
    "ix_outbound_sms_active",
    outbound_sms.c.status,
    outbound_sms.c.channel,
    outbound_sms.c.lane,
    outbound_sms.c.institution,  # the turns of a lane go round by it
    outbound_sms.c.due_at,
    outbound_sms.c.id,
    sqlite_where=_active,
    postgresql_where=_active,
)
# What is final when its time is over: an MT stands in one of the two indexes.
_ends = or_(*(outbound_sms.c.status == each for each in ("queued", "sent", "unknown")))
_ends_by_age = and_(_ends, outbound_sms.c.valid_until.is_(None))
Index(
    "ix_outbound_sms_age",
    outbound_sms.c.status,
    outbound_sms.c.lane,
    outbound_sms.c.created_at,
    sqlite_where=_ends_by_age,
    postgresql_where=_ends_by_age,
)
_ends_by_time = and_(_ends, outbound_sms.c.valid_until.is_not(None))
Index(
    "ix_outbound_sms_valid_until",
    outbound_sms.c.status,
    outbound_sms.c.valid_until,
    sqlite_where=_ends_by_time,
    postgresql_where=_ends_by_time,
)
_is_copy = outbound_sms.c.resend_of.is_not(None)
Index(
    "ix_outbound_sms_resend_of",
    outbound_sms.c.resend_of,
    sqlite_where=_is_copy,
    postgresql_where=_is_copy,
)
_handed_over = outbound_sms.c.provider_ref.is_not(None)
Index(
    "ix_outbound_sms_report",
    outbound_sms.c.channel,
    outbound_sms.c.provider_ref,
    sqlite_where=_handed_over,
    postgresql_where=_handed_over,
)
_of_one = outbound_sms.c.broadcast_id.is_not(None)
Index(
    "ix_outbound_sms_broadcast",
    outbound_sms.c.broadcast_id,
    outbound_sms.c.status,
    outbound_sms.c.due_at,
    sqlite_where=_of_one,
    postgresql_where=_of_one,
)
Index("ix_outbound_sms_subscriber", outbound_sms.c.msisdn_index, outbound_sms.c.id)

#: Reports that came before the answer to the send they are about. They wait here for their MT.
early_reports = Table(
    "early_reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String, nullable=False),
    Column("provider_ref", String, nullable=False),
    Column("status", String),
    Column("detail", String, nullable=False),
    Column("opted_out", Boolean(create_constraint=False), nullable=False),
    Column("received_at", Instant, nullable=False),
)
Index("ix_early_reports_report", early_reports.c.channel, early_reports.c.provider_ref)
Index("ix_early_reports_received_at", early_reports.c.received_at)

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("call_index", LargeBinary, nullable=False, unique=True),
    Column("service", String, nullable=False),
    Column("category", String, nullable=False),
    Column("status", String, nullable=False),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("details_sealed", LargeBinary, nullable=False),
    Column("personal_sealed", LargeBinary, nullable=True),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    institution(),
    # Who of the staff works on it, by short name; empty while nobody does.
    Column("assigned_to", String, nullable=False, server_default=""),
)
#: What waits for an office. Written with OR, like `_active`: of what is solved there may be years.
cases_waiting = or_(
    *(cases.c.status == literal_column(f"'{each}'") for each in ("received", "in_progress"))
)
Index("ix_cases_waiting_id", cases.c.id, sqlite_where=cases_waiting, postgresql_where=cases_waiting)
Index(
    "ix_cases_waiting",
    cases.c.institution,
    cases.c.id,
    sqlite_where=cases_waiting,
    postgresql_where=cases_waiting,
)
Index("ix_cases_institution", cases.c.institution, cases.c.id)
Index("ix_cases_subscriber", cases.c.msisdn_index, cases.c.opened_at)
Index("ix_cases_service", cases.c.service, cases.c.status, cases.c.opened_at)

#: Statistics of USSD turns: nothing here is about a person.
turns = Table(
    "turns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("channel", String, nullable=False),
    Column("service", String, nullable=False),
    Column("screen", String, nullable=False),
    Column("event", String, nullable=False),
    Column("language", String, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("network_code", String, nullable=False),
    institution(),
    # How many seconds the session had lasted at this turn, and at the one before: null at its first
    # turn, and both where nobody knows.
    Column("lasted", Integer),
    Column("lasted_before", Integer),
)
Index("ix_turns_at", turns.c.at)

#: The index key, sealed with each master key that has sealed something here. A key of which no row
#: is kept is not needed to read the database.
master_keys = Table(
    "master_keys",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("index_key_sealed", LargeBinary, nullable=False),
    Column("since", Instant, nullable=False),
)

leader_locks = Table(
    "leader_locks",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", Instant, nullable=False),
)

#: What is loaded. The rows stand in a table of each dataset's own, made when it is loaded.
datasets = Table(
    "datasets",
    metadata,
    Column("name", String, primary_key=True),
    Column("row_count", Integer, nullable=False),
    Column("loaded_at", Instant, nullable=False),
    Column("loaded_by", String, nullable=False, server_default=""),
)
