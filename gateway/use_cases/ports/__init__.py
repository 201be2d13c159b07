"""What the services need of the world. Adapters fit these by shape; the fakes do, too."""

from gateway.use_cases.ports.casework import HelpDesk
from gateway.use_cases.ports.common import (
    ARRIVALS_SECONDS,
    Clock,
    Keyring,
    LeaderLock,
    RateCounter,
    Releases,
)
from gateway.use_cases.ports.consents import ConsentChange, Consents
from gateway.use_cases.ports.desk import (
    Help,
    MyData,
    Pins,
    PinVerdict,
    Proof,
    Proofs,
    Records,
    Reminders,
    Subscriptions,
)
from gateway.use_cases.ports.handlers import Case, Cases, Data, Handler, HandlerRunner, Toolkit
from gateway.use_cases.ports.metrics import Count, Counters, KeptCounters
from gateway.use_cases.ports.providers import Provider
from gateway.use_cases.ports.sms.inbound import (
    Conversation,
    InboundBatch,
    Inbox,
    Languages,
    Routed,
    StoredInbound,
    Subscribers,
)
from gateway.use_cases.ports.sms.outbound import Jobs, Outbox, Outcomes, Swept, Throttle
from gateway.use_cases.ports.ussd import (
    DroppedSession,
    DroppedSessions,
    LoadedTurn,
    ResumePlace,
    ResumePoint,
    ResumePoints,
    Sessions,
    TurnLog,
    TurnRecord,
)

__all__ = [
    "ARRIVALS_SECONDS",
    "Case",
    "Cases",
    "Clock",
    "ConsentChange",
    "Consents",
    "Conversation",
    "Count",
    "Counters",
    "Data",
    "DroppedSession",
    "DroppedSessions",
    "Handler",
    "HandlerRunner",
    "Help",
    "HelpDesk",
    "InboundBatch",
    "Inbox",
    "Jobs",
    "KeptCounters",
    "Keyring",
    "Languages",
    "LeaderLock",
    "LoadedTurn",
    "MyData",
    "Outbox",
    "Outcomes",
    "PinVerdict",
    "Pins",
    "Proof",
    "Proofs",
    "Provider",
    "RateCounter",
    "Records",
    "Releases",
    "Reminders",
    "ResumePlace",
    "ResumePoint",
    "ResumePoints",
    "Routed",
    "Sessions",
    "StoredInbound",
    "Subscribers",
    "Subscriptions",
    "Swept",
    "Throttle",
    "Toolkit",
    "TurnLog",
    "TurnRecord",
]
