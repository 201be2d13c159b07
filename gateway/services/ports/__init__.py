"""What the services need of the world. Adapters fit these by shape; the fakes do, too."""

from gateway.services.ports.common import Clock, Count, Counters, Keyring, LeaderLock, Releases
from gateway.services.ports.desk import (
    Help,
    MyData,
    Pins,
    PinVerdict,
    Records,
    Reminders,
    Subscriptions,
)
from gateway.services.ports.handlers import Case, Cases, Data, Desk, Handler, HandlerRunner
from gateway.services.ports.providers import Provider
from gateway.services.ports.sms import (
    ConsentChange,
    Conversation,
    Inbox,
    Jobs,
    Outbox,
    Outcomes,
    Routed,
    StoredInbound,
    Subscribers,
    Swept,
    Throttle,
)
from gateway.services.ports.ussd import LoadedTurn, Sessions, TurnLog, TurnRecord

__all__ = [
    "Case",
    "Cases",
    "Clock",
    "ConsentChange",
    "Conversation",
    "Count",
    "Counters",
    "Data",
    "Desk",
    "Handler",
    "HandlerRunner",
    "Help",
    "Inbox",
    "Jobs",
    "Keyring",
    "LeaderLock",
    "LoadedTurn",
    "MyData",
    "Outbox",
    "Outcomes",
    "PinVerdict",
    "Pins",
    "Provider",
    "Records",
    "Releases",
    "Reminders",
    "Routed",
    "Sessions",
    "StoredInbound",
    "Subscribers",
    "Subscriptions",
    "Swept",
    "Throttle",
    "TurnLog",
    "TurnRecord",
]
