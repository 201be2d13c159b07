"""Where log lines go: to stderr, one line of JSON each, with nothing private in them."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from gateway.adapters.system.request_id import current_request

#: What could be a full number. Ours print masked; this is for libraries that quote a form.
_NUMBER = re.compile(r"(?<![\w.])(?:\+|%2B)?\d{9,15}(?![\w.])", re.IGNORECASE)
_SECRET = re.compile(r"(?i)\b(key|token|auth_token|apikey|password)=[^&\s\"']+")


class JsonLines(logging.Formatter):
    """Formats a record as JSON, with numbers and secrets masked as a last line of defence."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line."""
        message = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            message += f" ({record.exc_info[0].__name__})"
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(message),
            **getattr(record, "fields", {}),
        }
        if request := current_request():
            line["request"] = request
        return json.dumps(line, ensure_ascii=False)


def masked(text: str) -> str:
    """Returns the text without what looks like a full number or a secret in an URL.

    >>> masked("POST /sms/at-ke?key=abc from +254712345678")
    'POST /sms/at-ke?key=••• from •••••678'
    """
    text = _SECRET.sub(r"\1=•••", text)
    return _NUMBER.sub(lambda match: f"•••••{match.group()[-3:]}", text)


def log_to_stderr(level: str) -> None:
    """Sends every logger to one handler on stderr; libraries speak from WARNING up."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for library in ("urllib3", "twilio", "africastalking", "rq", "alembic", "sqlalchemy"):
        logging.getLogger(library).setLevel(logging.WARNING)
