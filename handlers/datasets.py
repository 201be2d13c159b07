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
    OneOf,
    PhoneNumber,
    TextField,
    WholeNumber,
)

#: Codes that handlers make outcomes of, so that the menu can word each in every language.
FACILITY_KINDS = ("hospital", "health_centre", "dispensary")
CARD_STATES = ("in_production", "ready", "collected")
ADVICE = ("dry", "rain", "heavy_rain", "storm", "armyworm", "locusts", "rust")
#: Codes that the options of menus stand for.
COMMODITIES = ("maize", "beans", "rice", "potato", "milk", "coffee")
ADVISORY_KINDS = ("weather", "pest")

GRADES = ("A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "E")
#: Numbers of eight digits, as citizens type them.
_EIGHT_DIGITS = Form("########")

FACILITIES = Dataset(
    name="facilities",
    columns=(
        Column(name="id", max=8, kind=Form("####")),
        Column(name="name", max=18),
        Column(name="kind", max=16, kind=OneOf(*FACILITY_KINDS)),
        Column(name="region", max=16),
        Column(name="district", max=16),
        Column(name="hours", max=11, kind=Form("##:##-##:##")),
        Column(name="phone", max=16, kind=PhoneNumber()),
        Column(name="place", max=16),
    ),
    key=("id",),
)

#: A candidate who sits the exam again keeps the number, so the year belongs to the key.
EXAM_RESULTS = Dataset(
    name="exam_results",
    columns=(
        Column(name="candidate", max=8, kind=_EIGHT_DIGITS),
        Column(name="year", max=4, kind=Form("####")),
        Column(name="birth_date", max=10, kind=Day(), secret=True),
        Column(name="name", max=8),
        Column(name="grade", max=2, kind=OneOf(*GRADES)),
        Column(name="subjects", max=34),
    ),
    key=("candidate", "year"),
)

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

SCHOOLS = Dataset(
    name="schools",
    columns=(
        Column(name="id", max=4, kind=Form("####")),
        Column(name="name", max=14),
        Column(name="district", max=16),
        Column(name="places", max=3, kind=WholeNumber()),
        Column(name="until", max=10, kind=Day()),
        Column(name="phone", max=16, kind=PhoneNumber()),
    ),
    key=("id",),
)

#: The number stands on the receipt that an applicant got; the date of birth proves who asks.
ID_CARDS = Dataset(
    name="id_cards",
    columns=(
        Column(name="application", max=8, kind=_EIGHT_DIGITS),
        Column(name="birth_date", max=10, kind=Day(), secret=True),
        Column(name="status", max=13, kind=OneOf(*CARD_STATES)),
        Column(name="place", max=16),
    ),
    key=("application",),
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

#: One price a week; `week` is the Monday.
MARKET_PRICES = Dataset(
    name="market_prices",
    columns=(
        Column(name="commodity", max=8, kind=OneOf(*COMMODITIES)),
        Column(name="market", max=16),
        Column(name="week", max=10, kind=Day()),
        Column(name="price", max=8, kind=Amount()),
        Column(name="unit", max=2, kind=OneOf("kg", "l")),
    ),
    key=("commodity", "market", "week"),
)

#: `advice` is a code that the menu has the words for; it holds until the day in `until`.
ADVISORIES = Dataset(
    name="advisories",
    columns=(
        Column(name="kind", max=7, kind=OneOf(*ADVISORY_KINDS)),
        Column(name="district", max=16),
        Column(name="advice", max=10, kind=OneOf(*ADVICE)),
        Column(name="until", max=10, kind=Day()),
    ),
    key=("kind", "district"),
)


def text_field(dataset: Dataset, column: str) -> TextField:
    """Returns the field of an outcome that carries a column: as long as that, and of its kind.

    Raises KeyError when the dataset declares no such column.
    """
    declared = {each.name: each for each in dataset.columns}[column]
    return TextField(declared.max, declared.kind)
