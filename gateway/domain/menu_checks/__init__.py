"""The checker: everything that can be wrong with a menu, one small function for each kind of fault.

Pure: it is given a candidate, what the handlers declare, and the channels, and says what it found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu_checks import conditions, districts, look_ups, services, storing, writing
from gateway.domain.menu_checks.candidate import Candidate, Review
from gateway.domain.menu_checks.fitting import pages
from gateway.domain.menu_checks.reading_ease import harder_than_allowed
from gateway.domain.menu_checks.told_later import unanswerable_questions
from gateway.domain.menu_checks.ways import coming_back, many_values, paths, proofs
from gateway.domain.menu_checks.wording import (
    examples,
    glossary_words,
    labels,
    languages,
    messages,
    texts,
    words,
)
from gateway.domain.menu_checks.wording.closed_texts import closed_texts, overlapping_hours
from gateway.domain.telecom.channel import Channel

Check = Callable[[Review], Iterator[Fault]]

CHECKS: tuple[Check, ...] = (
    paths.unknown_screens,
    paths.unknown_services,
    paths.unreachable_screens,
    paths.unreachable_services,
    paths.dead_ends,
    paths.rings_of_calls,
    texts.missing_languages,
    texts.unknown_languages,
    texts.fallback_rings,
    texts.unknown_placeholders,
    texts.secrets_in_texts,
    languages.plural_categories,
    languages.letters_outside_gsm7,
    languages.lost_placeholders,
    languages.clocks_without_words,
    glossary_words.refused_words,
    glossary_words.protections_left_out,
    glossary_words.lines_without_verbs,
    glossary_words.losses_not_told,
    conditions.unknown_names,
    conditions.lines_for_nobody,
    texts.missing_phrases,
    texts.unknown_phrases,
    services.unknown_handlers,
    services.unknown_calls,
    services.unknown_institutions,
    storing.unknown_forms,
    storing.answers_without_room,
    storing.wrong_postings,
    closed_texts,
    overlapping_hours,
    services.outcomes_without_screen,
    services.undeclared_outcomes,
    services.missing_answers,
    services.wrong_arguments,
    services.unknown_lists,
    services.lost_secrets,
    services.unkept_calls,
    services.loose_proofs,
    look_ups.unknown_datasets,
    look_ups.wrong_columns,
    look_ups.nothing_proven,
    look_ups.tried_out,
    look_ups.not_indexed,
    look_ups.cut_lists,
    proofs.proofs_not_declared,
    proofs.ways_around_proofs,
    many_values.unfit_for_many,
    unanswerable_questions,
    writing.records_not_read_back,
    writing.written_late,
    writing.reports_not_shown,
    words.shortcuts_given_twice,
    words.shortcuts_taken,
    words.shortcuts_reused,
    words.keywords_given_twice,
    words.reserved_keywords,
    words.not_one_word,
    words.reserved_twice,
    words.keys_taken,
    words.answers_taken,
    words.labels_given_twice,
    labels.labels_that_open_another,
    examples.refused_examples,
    pages.screens_over_a_page,
    pages.sms_over_three_segments,
    messages.messages_over_two_segments,
    messages.unfilled_reminders,
    messages.missing_messages,
    coming_back.wrong_second_facts,
    districts.wrong_districts,
    coming_back.sensitive_texts_in_sms,
    coming_back.offers_over_a_page,
    harder_than_allowed,
)


def check(
    menu: Candidate,
    contracts: Mapping[str, HandlerContract],
    channels: Sequence[Channel],
    published_shortcuts: Mapping[str, str] | None = None,
) -> list[Fault]:
    """Returns every fault of a candidate, sorted by place; none means that it can be served.

    `published_shortcuts` are those ever given to citizens, with the services they open.
    """
    declared = menu.release.declared_contracts
    review = Review(
        menu=menu,
        contracts={**contracts, **declared},
        channels=channels,
        published_shortcuts=published_shortcuts or {},
    )
    return sorted({fault for one in CHECKS for fault in one(review)})
