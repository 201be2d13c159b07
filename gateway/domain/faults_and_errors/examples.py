"""For every fault code a few lines that show it, for `gateway menus explain`."""

from __future__ import annotations

from collections.abc import Mapping

#: The same in menus and settings; the last three digits of the code.
_ANY_FILE: Mapping[str, str] = {
    "001": "nxet: year                      # the key is next",
    "002": "year:\n  choice: {1: {label: Go, next: show}}      # text is missing",
    "003": "sms: perhaps                    # true or false",
    "004": "text: Year?: which one          # quote a text with a colon and a space in it",
    "005": "next: year\nnext: birth_date",
    "006": "text: *greeting                 # write the greeting out",
    "007": "main.yaml saved as Latin-1      # save it as UTF-8",
    "008": "one file with 200 services      # one service, one file",
    "009": "length: 8\nmax: 10                         # either of them",
    "010": "service: Exam results           # exam_results",
    "011": "text: “Which year?”             # straight quotes",
}

_MENU: Mapping[str, str] = {
    "M020": "clinics.yaml:  service: health\nwater.yaml:    service: health",
    "M021": "next: yaer                      # the screen is called year",
    "M022": "1: {open: clinic}               # the service is called find_clinic",
    "M023": "old_list:\n  end: Bye                      # and no screen says next: old_list",
    "M024": "a:\n  text: Sure?\n  choice: {1: {label: Again, next: a}}",
    "M025": "a: {open: other}                # and the first screen of other opens this service",
    "M026": "service: archive                # no shortcut, no keywords, no option opens it",
    "M027": "institution: helth              # health, and main.yaml lists institutions",
    "M030": "text: {en: Which year?}         # and main.yaml lists sw, too",
    "M031": "text: {en: Year?, ws: Mwaka?}   # sw",
    "M032": 'end: "Dear {name"               # {name}',
    "M033": 'end: "Dear {nmae}"              # the value is called name',
    "M034": 'end: "Born {birth_date}"        # birth_date is secret: true',
    "M035": "languages: {rw: Kinyarwanda}    # it does not come with the gateway",
    "M036": "to_slow: Please wait            # too_slow",
    "M037": "fallbacks: {sw: am, am: sw}",
    "M040": "handler: exam_result            # HANDLERS has exam_results",
    "M041": "outcomes: {found: show}         # the handler declares unknown, too",
    "M042": "outcomes: {founded: show}       # the handler declares found",
    "M043": "handler: exam_results           # needs year, and no screen is called year",
    "M044": "with: {anno: year}              # the handler needs no anno",
    "M045": "choice: {each: distircts, label: x, value: id, next: place}",
    "M046": "choice: {each: districts, label: x, value: nmae, next: place}",
    "M047": "secret: true\nnext: menu                      # menu is no handler screen",
    "M050": "clinics.yaml:  shortcut: 21\nwater.yaml:    shortcut: 21",
    "M051": "shortcut: 98                    # 98 means more",
    "M052": "clinics.yaml:  keywords: {en: [HEALTH]}\nwater.yaml:    keywords: {en: [HEALTH]}",
    "M053": "keywords: {en: [STOP]}",
    "M054": "keywords: {en: [EXAM RESULT]}   # one word each",
    "M055": "choice:\n  0: {label: None, next: none}   # 0 means back\n"
    "input: integer                  # and here it means none: min: 1, or a choice before\n"
    "max: 20",
    "M056": "stop: {en: [END]}\nhelp: {en: [END]}",
    "M057": "1: {label: Water, next: a}\n2: {label: water, next: b}",
    "M058": "shortcut: 31                    # published for exam_results, now for water",
    "M059": "input: digits\nlength: 8\nexample: 1234                   # it has 4 digits",
    "M060": "text: a question of 200 letters # a page has 160, or 70 outside GSM-7",
    "M061": "1: {label: a label of 170 letters, next: a}",
    "M062": "choice:                         # 12 lines of 20 letters each",
    "M063": "end: a text of 600 letters\nsms: true",
    "M070": "call: wether                    # calls.yaml declares weather",
    "M071": 'path: "sky..today"              # no JMESPath',
    "M072": "closed: a text of 200 letters   # a page holds 160",
    "M073": "handler: open_case              # storable=True, and writes=False",
    "M074": "proves: {of: name, wrong: unknown}      # name is free text: candidate",
    "M075": "next: notify                    # and nobody has seen what notify_event writes",
    "M076": "next: open_case                 # of a question for a name, which it does not need",
    "M077": "outcomes: {opened: thanks}      # and thanks is an end",
    "M079": "handler: next_vaccination       # it names a child, and `proof` is not written",
    "M080": "messages: {reminder: a text of 400 letters}",
    "M081": "messages: {}                    # and a handler sends vaccination_due",
    "M082": "proof: pin\nnext: erase                     # and nobody has typed the PIN",
    "M083": "key: idd                        # the column is called id",
    "M084": "lookup: clinic                  # datasets/clinics.yaml",
    "M085": 'where: {town: "{town}"}         # and asked_by does not list town',
    "M086": "outcomes: {found: pick, many: sorry, none: sorry}   # sorry is an end",
    "M087": "category: name                  # and name is personal: true",
    "M088": "store: reprots                  # forms/ has reports.yaml",
    "M089": "max: 160                        # and the column has room: 80",
    "M090": "resume: 30m\nsecond_fact: pin                # pin is secret: nothing of it is kept",
    "M091": "sensitive: true                 # and an end screen has sms: true",
    "M092": "title: a title of 60 letters    # no room in: Continue with …?",
    "M093": "tell_me: {days: 60}             # and its call needs a secret date of birth",
    "M094": 'where: {born: "{born}"}         # born is secret: true, and no `proves`',
    "M095": "post_to: wells                  # and calls.yaml has no call wells",
    "M097": "reading: {lines: 7, strict: true}         # and home has nine lines",
    "M098": "open: {mon-fri: [08:00-13:00, 12:00-17:00]}",
    "M099": "many: 5                         # and the look-up behind it proves a date of birth",
    "M100": "when: age less than 18          # age < 18",
    "M101": "when: aeg < 18                  # the screen is called age",
    "M102": "next: [{when: age < 18, goto: child}]     # and where to otherwise?",
    "M103": 'end: "{price|mony}"             # {price|money}',
    "M104": 'end: "{n|plural:one=day}"       # English has other, too',
    "M105": "charsets: {sw: gsm}             # and a Swahili text has the letter ŵ",
    "M106": "a PO file that was exported from another menu",
    "M107": 'end: {en: "Phone {phone}", sw: Simu}     # and {phone} in Swahili',
    "M110": "handlers: {exam_results: {outcome: fuond}}     # found, in a .dialogue.yaml",
    "M121": "clocks: {fr: from_six}          # French counts from midnight",
    "M122": "title: {sw: Hali ya hewa}       # two services are called so, and HALI is a keyword",
    "M123": "end: {sw: 'Kesi 7: imepokelewa'}     # suala, where the glossary refuses kesi",
    "M124": "label: My districts             # See my districts, on a screen that says acts: true",
    "M125": "1: {label: Delete, next: erase}     # next: sure, where it is asked once more",
    "M126": "address: {say: wewe, because: polite}     # in glossary/xx.yaml: no such one",
    "M127": "end: 'Locusts until Friday.'    # Do not spray by yourself, as the glossary asks",
    "M129": "terms: [{not: [object], in: [my_dta]}]     # my_data, in glossary/en.yaml",
    "M130": "name: depth      # new in forms/wells.yaml, which is published, and needed",
    "M133": "district_from: village           # village is an input: anything may be typed",
}

_SETTINGS: Mapping[str, str] = {
    "S020": "api_key: atsk_0123456789        # api_key: $AT_API_KEY",
    "S021": "api_key: $AT_API_KEY            # and AT_API_KEY is not set",
    "S022": "provider: africas_talking       # africastalking",
    "S023": "from . import find_clinics      # the file is find_clinic.py",
    "S024": "api_url: standin                # and gateway serve is started",
    "S025": "routes: [{channels: [phome]}]   # the channel is called phone",
    "S030": "preset: hubtl-ussd              # hubtel-ussd",
    "S031": "session: SessionId, text: {txt} # in a reply: {text}",
    "S032": "secrets: {api_key: $KEY}        # and the preset calls it token",
    "S033": "- {label: a dial, route: ussd}   # and neither `expect` nor `rejected`",
}

_DATA: Mapping[str, str] = {
    "D001": "id,nmae,district",
    "D002": "id,district                     # name is missing",
    "D005": "id,name,name",
    "D007": "a file saved as Latin-1",
    "D020": "7,Mtoni clinic,Mbale,08:00      # four values, three columns",
    "D021": "7,,Mbale                        # name is empty",
    "D022": "7,Mtoni clinic and maternity ward of the northern district,Mbale",
    "D023": '7,"Mtoni\nclinic",Mbale',
    "D024": "7,Mtoni,Mbale\n7,Kilima,Mbale                  # two rows with the id 7",
    "D025": '7,"Mtoni,Mbale                  # the quote is never closed',
    "D026": "an empty file",
    "D027": "a file of another dataset: every row has a fault",
    "D028": "7,Mtoni,Mbale                   # the first line names the columns",
    "D029": "7,04/12/2026                    # the second column holds days: 2026-12-04",
    "D030": "7,#N/A",
    "D031": "7.12E+08,Mtoni                  # a phone number, before the spreadsheet had it",
}


def example_of(code: str) -> str:
    """Returns lines that show a fault; empty for a code that has none.

    >>> example_of("M021")
    'next: yaer                      # the screen is called year'
    """
    own = {**_MENU, **_SETTINGS, **_DATA}
    return own.get(code) or _ANY_FILE.get(code[1:], "")
