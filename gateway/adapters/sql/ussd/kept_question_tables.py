"""The table of kept questions: look-ups that are asked again until they have an answer."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from gateway.adapters.sql.tables import Id, Instant, institution, metadata

#: A row stands until it is told, ended or erased. `question_index` is the keyed hash of who asks,
#: at which screen, and of the answers given: the same question is one. `dialogue_sealed` holds
#: those answers, and what the screen said.
kept_questions = Table(
    "kept_questions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("question_index", LargeBinary, nullable=False, unique=True),
    Column("msisdn_index", LargeBinary, nullable=False),
    Column("msisdn_sealed", LargeBinary, nullable=False),
    Column("channel", String, nullable=False),
    Column("service", String, nullable=False),
    Column("screen", String, nullable=False),
    Column("dialogue_sealed", LargeBinary, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    # When it is asked again, or when the lease of who asks it ends; and when it was asked last.
    Column("ask_at", Instant, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asks", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    institution(),
    sqlite_autoincrement=True,
)
_row = kept_questions.c
Index("ix_kept_questions_msisdn_index", _row.msisdn_index)
Index("ix_kept_questions_ask_at", _row.ask_at, _row.service)
Index("ix_kept_questions_service", _row.service, _row.ask_at)
Index("ix_kept_questions_screen", _row.screen, _row.asked_at)
Index("ix_kept_questions_expires_at", _row.expires_at)
