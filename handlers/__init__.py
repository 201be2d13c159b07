"""The government services of this deployment that need Python, and what they read and write.

What a look-up or a form can express stands in `menus/`, `datasets/` and `forms/` alone; each module
here says why its service does not.

A handler, a dataset or a table exists when it stands in one of these three tables, under the name
that menu files and `gateway data` use.
"""

from collections.abc import Mapping

from gateway.handler_api import Dataset, Handler, Table

from . import (
    benefit_payment,
    case_status,
    datasets,
    district_warnings,
    help_desk,
    my_data,
    own_pin,
    participation,
    tables,
    vaccination,
)

HANDLERS: Mapping[str, Handler] = {
    "register_child": vaccination.REGISTER_CHILD,
    "children_born": vaccination.CHILDREN_BORN,
    "next_vaccination": vaccination.NEXT_VACCINATION,
    "forget_children": vaccination.FORGET_CHILDREN,
    "benefit_pin_state": benefit_payment.BENEFIT_PIN_STATE,
    "prove_benefit_owner": benefit_payment.PROVE_BENEFIT_OWNER,
    "set_benefit_pin": benefit_payment.SET_BENEFIT_PIN,
    "benefit_payment": benefit_payment.BENEFIT_PAYMENT,
    "case_status": case_status.CASE_STATUS,
    "confirm_mended": case_status.CONFIRM_MENDED,
    "subscribe_warnings": district_warnings.SUBSCRIBE_WARNINGS,
    "my_warnings": district_warnings.MY_WARNINGS,
    "stop_warnings": district_warnings.STOP_WARNINGS,
    "rate_case": participation.RATE_CASE,
    "own_pin_state": own_pin.OWN_PIN_STATE,
    "prove_own_pin": own_pin.PROVE_OWN_PIN,
    "choose_own_pin": own_pin.CHOOSE_OWN_PIN,
    "take_back_own_pin": own_pin.TAKE_BACK_OWN_PIN,
    "my_held_data": my_data.MY_HELD_DATA,
    "who_looked": my_data.WHO_LOOKED,
    "what_i_told": my_data.WHAT_I_TOLD,
    "read_what_i_told": my_data.READ_WHAT_I_TOLD,
    "erase_my_data": my_data.ERASE_MY_DATA,
    "set_topic": my_data.SET_TOPIC,
    "leave_message": help_desk.LEAVE_MESSAGE,
}

#: What `gateway data import` loads and handlers read; more are declared in `datasets/`.
DATASETS: Mapping[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        datasets.IMMUNISATION_SCHEDULE,
        datasets.BENEFITS,
    )
}

#: What handlers write, for one subscriber at a time.
TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        tables.CHILDREN,
        tables.BENEFIT_OWNERS,
        tables.OWN_PINS,
    )
}
