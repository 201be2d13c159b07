"""Days as handlers hand them to the menu, which writes them as each language does."""

from gateway.handler_api import Day, Moment, TextField

#: An ISO date, such as 2026-12-05: the form that the filter `date` of a text takes.
DAY = TextField(len("2026-12-05"), Day())
#: A moment of the citizen's clock, for the filters `date` and `time`.
MOMENT = TextField(len("2026-12-05T14:30"), Moment())
