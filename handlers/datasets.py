"""The reference data of this deployment: the columns of its files, and how long values may be.

The maxima are chosen so that the end screens fit one page of 70 characters in Amharic. The kinds
are what a file is held to when it is loaded: citizens read what stands in it as a fact.
"""

from gateway.handler_api import (
    Amount,
    Column,
    Dataset,
    Day,
    Form,
    TextField,
    WholeNumber,
)

#: Numbers of eight digits, as citizens type them.
_EIGHT_DIGITS = Form("########")

#: When a child is due, in days after birth; the vaccines are coded as on the child's card.
IMMUNISATION_SCHEDULE = Dataset(
    name="immunisation_schedule",
    columns=(
        Column(name="visit", max=2, kind=WholeNumber()),
        Column(name="age_days", max=4, kind=WholeNumber()),
        Column(name="vaccines", max=20),
    ),
    key=("visit",),
)

#: Who gets a benefit is nobody's business: the national identity number can be asked for alone.
BENEFITS = Dataset(
    name="benefits",
    columns=(
        Column(name="id_number", max=8, kind=_EIGHT_DIGITS, secret=True),
        Column(name="birth_date", max=10, kind=Day(), secret=True),
        Column(name="pay_date", max=10, kind=Day()),
        Column(name="amount", max=8, kind=Amount()),
        Column(name="place", max=14),
    ),
    key=("id_number",),
)


def text_field(dataset: Dataset, column: str) -> TextField:
    """Returns the field of an outcome that carries a column: as long as that, and of its kind.

    Raises KeyError when the dataset declares no such column.
    """
    declared = {each.name: each for each in dataset.columns}[column]
    return TextField(declared.max, declared.kind)
