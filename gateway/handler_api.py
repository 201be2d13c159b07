"""The one door through which `handlers/` imports anything of ours.

A handler is a function of a `ServiceCall` and a `Desk` that returns an `Outcome`. It is entered,
with what it declares, in the table `HANDLERS` of `handlers/__init__.py`; datasets stand in
`DATASETS` beside it, and the tables that handlers write in `TABLES`. Nothing here imports Flask,
SQLAlchemy or Redis, since menus are checked against this table.
"""

from gateway.domain.datasets.column_kinds import (
    TEXT,
    Amount,
    Day,
    Form,
    Moment,
    OneOf,
    PhoneNumber,
    Prose,
    Text,
    WholeNumber,
)
from gateway.domain.datasets.dataset import Column, Dataset, Table
from gateway.domain.faults_and_errors.errors import ServiceFailed
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.handler_contract.service_call import (
    Breaker,
    HandlerContract,
    ListField,
    Outcome,
    Row,
    ServiceCall,
    TextField,
    Writes,
)
from gateway.domain.input_kinds.case_number import grouped, ungrouped
from gateway.use_cases.ports import Case, Handler
from gateway.use_cases.ports import Toolkit as Desk

__all__ = [
    "TEXT",
    "Amount",
    "Breaker",
    "Case",
    "Column",
    "Dataset",
    "Day",
    "Desk",
    "Form",
    "Handler",
    "HandlerContract",
    "ListField",
    "Moment",
    "OneOf",
    "Outcome",
    "PhoneNumber",
    "Prose",
    "Row",
    "Rung",
    "ServiceCall",
    "ServiceFailed",
    "Table",
    "Text",
    "TextField",
    "WholeNumber",
    "Writes",
    "grouped",
    "ungrouped",
]
