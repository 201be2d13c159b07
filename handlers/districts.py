"""Where districts are named: by their facilities, which datasets/facilities.yaml declares."""

from gateway.handler_api import TEXT, TextField

FACILITIES = "facilities"
#: As long as the column `district` there.
DISTRICT = TextField(16, TEXT)
