"""The tables that the services of this deployment write, a row at a time and for one subscriber."""

from gateway.handler_api import Column, Table

CHILDREN = Table(
    name="children",
    columns=(
        Column(name="id"),
        Column(name="name", max=30, personal=True),
        Column(name="birth_date", max=10, personal=True),
    ),
    key=("id",),
)

#: Whose benefit a phone may ask for: each was proven with a second fact.
BENEFIT_OWNERS = Table(
    name="benefit_owners",
    columns=(Column(name="id_number", max=8, personal=True),),
    key=("id_number",),
)

#: From when a PIN of one's own counts; the PIN itself is kept with all others.
OWN_PINS = Table(
    name="own_pins",
    columns=(Column(name="counts_from", max=10),),
    key=("counts_from",),
)
