"""Every fault code: what it is called, what causes it, and what to do.

Codes are stable: editors, scripts and people refer to them. 001 to 019 mean the same in every kind
of file; `M` stands before those of menus, `S` before those of settings, `D` before those of data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class CodeText(NamedTuple):
    """What people read about a code."""

    title: str
    cause: str
    fix: str


_ANY_FILE: Mapping[str, CodeText] = {
    "001": CodeText(
        "Unknown key",
        "A key that has no meaning here, most often a slip of the pen.",
        "Correct it as proposed, or take it out.",
    ),
    "002": CodeText(
        "Missing key",
        "Something that must be said is not.",
        "Add the key at the place shown.",
    ),
    "003": CodeText(
        "Wrong value",
        "A value of the wrong form: not a number, not one of the allowed words, a list for a text.",
        "Write it as the sentence says.",
    ),
    "004": CodeText(
        "Not YAML",
        "The file cannot be read as YAML; everything after this place is unread.",
        "Look at indentation, at colons without a space behind them, and at open quotes.",
    ),
    "005": CodeText(
        "Key written twice",
        "The same key stands twice in one map; only one of them could count.",
        "Remove or rename one.",
    ),
    "006": CodeText(
        "Anchor, alias or tag",
        "`&name`, `*name` and `!tag` are refused: they make a file mean more than it shows.",
        "Write the value out; put quotes around a text that begins with one of these signs.",
    ),
    "007": CodeText(
        "Unreadable file",
        "The file is missing, is not UTF-8 text, or holds control characters.",
        "Save it as UTF-8 under the name shown.",
    ),
    "008": CodeText(
        "Too large",
        "Over 1 MiB, over 20 levels deep, or over 100 000 values.",
        "Split the file: one service, one file.",
    ),
    "009": CodeText(
        "Keys do not go together",
        "Two keys contradict each other, or one of two is needed.",
        "Keep the one that is meant.",
    ),
    "010": CodeText(
        "Bad name",
        "A name with capitals, spaces or signs.",
        "Use small letters, digits and the joining sign that the sentence names.",
    ),
    "011": CodeText(
        "Look-alike sign",
        "A sign looks like a space, a quote or a dash and is another; or a # cuts a text off.",
        "Write the sign that the sentence names, or put quotes around the text.",
    ),
}

_MENU: Mapping[str, CodeText] = {
    "M020": CodeText(
        "Service named twice",
        "Two files give their service the same id.",
        "Give each service an id of its own.",
    ),
    "M021": CodeText(
        "Unknown screen",
        "`next`, `start` or an outcome names a screen that this service does not have.",
        "Name one of the screens of the same file.",
    ),
    "M022": CodeText(
        "Unknown service",
        "`open` names a service that no file defines.",
        "Name a service id, or `home` or `language`.",
    ),
    "M023": CodeText(
        "Unreachable screen",
        "Nothing leads from the first screen of the service to this one.",
        "Lead to it, or take it out.",
    ),
    "M024": CodeText(
        "Dead end",
        "From here nothing can be typed and no end is ever reached.",
        "Add an option, an input or an end.",
    ),
    "M025": CodeText(
        "Ring of calls",
        "Service and `open` screens lead around to each other without asking the citizen anything.",
        "Put a choice, an input or an end between them.",
    ),
    "M026": CodeText(
        "Unreachable service",
        "The service has no shortcut and no keyword, and nothing opens it.",
        "Give it one of these.",
    ),
    "M027": CodeText(
        "Unknown institution",
        "A service names an institution that main.yaml, which lists them, does not.",
        "Correct it as proposed, or list it under `institutions`.",
    ),
    "M030": CodeText(
        "Missing language",
        "A text is not written in one of the languages of main.yaml.",
        "Write it, or name a language under `fallbacks` that stands in for it.",
    ),
    "M031": CodeText(
        "Unknown language",
        "A language code that main.yaml does not list.",
        "Correct the code, or add the language to main.yaml.",
    ),
    "M032": CodeText(
        "Bad placeholder",
        "A brace without its partner, or a placeholder that is no name.",
        "Write {name}; write {{ and }} for braces that are meant as braces.",
    ),
    "M033": CodeText(
        "Unknown placeholder",
        "No screen of this service and no handler it calls gives a value of this name.",
        "Use the name of a screen or of a handler's value.",
    ),
    "M034": CodeText(
        "Secret in a text",
        "A placeholder would show the answer of a secret input.",
        "Take it out: secrets go to the handler and nowhere else.",
    ),
    "M035": CodeText(
        "Missing phrase",
        "A language does not come with the gateway, and phrases.yaml lacks sentences in it.",
        "Write them with `gateway menus phrases`, or name a language that stands in.",
    ),
    "M036": CodeText(
        "Unknown phrase",
        "phrases.yaml holds a sentence that the gateway never says.",
        "Correct its name, or take it out.",
    ),
    "M037": CodeText(
        "Fallbacks go round",
        "Languages stand in for each other in a circle.",
        "Let the last one be a language in which everything is written.",
    ),
    "M040": CodeText(
        "Unknown handler",
        "The table HANDLERS has no handler of this name.",
        "Enter it in handlers/__init__.py, or correct the name.",
    ),
    "M041": CodeText(
        "Outcome without a screen",
        "The handler declares an outcome and the menu does not say what follows.",
        "Add it under `outcomes`.",
    ),
    "M042": CodeText(
        "Undeclared outcome",
        "`outcomes` names an outcome that the handler never gives.",
        "Correct it, or take it out.",
    ),
    "M043": CodeText(
        "Missing answer",
        "The handler needs an answer, and no screen of this service asks for it.",
        "Name a screen so, or say under `with` which screen gives it.",
    ),
    "M044": CodeText(
        "Wrong argument",
        "`with` names something the handler does not need, or a screen that gives no answer.",
        "Write: what the handler needs, then the screen that asks for it.",
    ),
    "M045": CodeText(
        "Unknown list",
        "`each` names a list that no handler of this service gives.",
        "Use the name of a list among the values a handler declares.",
    ),
    "M046": CodeText(
        "Unknown field",
        "`value` names a field that the rows of the list do not have.",
        "Use a field that the handler declares for the list.",
    ),
    "M047": CodeText(
        "Secret goes nowhere",
        "A secret answer is given to the service screen that follows, and no such screen does.",
        "Let `next` of a secret input name a screen with `handler`.",
    ),
    "M050": CodeText(
        "Shortcut given twice",
        "Two services have the same shortcut.",
        "Give one of them a number that was never used.",
    ),
    "M051": CodeText(
        "Shortcut is taken",
        "The shortcut is a key of the home screen, or one of back, home and more.",
        "Choose another number of two digits or more.",
    ),
    "M052": CodeText(
        "Keyword given twice",
        "Two services, or two languages of one, open with the same word.",
        "Let each word open one service in one language; case and accents make no difference.",
    ),
    "M053": CodeText(
        "Keyword is reserved",
        "A text that begins with this word never reaches a menu: it is under `words`.",
        "Choose another keyword.",
    ),
    "M054": CodeText(
        "Not one word",
        "A keyword or reserved word has a space in it, or no letter or digit.",
        "Use a single word.",
    ),
    "M055": CodeText(
        "Key is taken",
        "An option or a row of a list has a key for back, home or more; or an input takes it as an"
        " answer, as a number from 0 on does.",
        "Give the option another key; let the handler give fewer rows; let the number begin at 1.",
    ),
    "M056": CodeText(
        "Word reserved twice",
        "The same word stands for two of stop, start, help, menu, yes and no; only start and yes"
        " may share one.",
        "Keep it where it is most needed; stop comes first.",
    ),
    "M057": CodeText(
        "Label given twice",
        "Two options of a screen have the same label in a language; a text could mean either.",
        "Word them differently.",
    ),
    "M058": CodeText(
        "Shortcut was published for another service",
        "Citizens may still dial it for the service that had it, if only from an old poster.",
        "Choose a number that was never used.",
    ),
    "M059": CodeText(
        "Example is refused",
        "`example` is an answer that its own screen would not take, or longer than 40 characters.",
        "Write an answer that is taken.",
    ),
    "M060": CodeText(
        "Question is too long",
        "The text of a screen leaves no room on a page, in some language, with the longest values.",
        "Shorten it; letters outside GSM-7 (ê, ç, Ethiopic, Arabic) cut a page from 160 to 70.",
    ),
    "M061": CodeText(
        "Option is too long",
        "One line of a choice is longer than a page.",
        "Shorten the label.",
    ),
    "M062": CodeText(
        "Choice is too long",
        "Text, options and foot together need more than one page.",
        "Shorten labels, or split the choice into two screens.",
    ),
    "M063": CodeText(
        "SMS is too long",
        "An end with `sms: true` needs more than three segments.",
        "Shorten it.",
    ),
    "M070": CodeText(
        "Unknown call",
        "`call` names a call that calls.yaml does not declare.",
        "Declare it there, or correct the name.",
    ),
    "M071": CodeText(
        "Wrong call",
        "A call cannot work: no JMESPath, a name that is no value, or a secret not for calls.",
        "Write it as the sentence says; `gateway calls try` shows what a reply is made of.",
    ),
    "M072": CodeText(
        "Closed text is too long",
        "What a service says while the system behind it is down needs more than a page.",
        "Shorten it: what has happened, and what the citizen can do instead.",
    ),
    "M073": CodeText(
        "Storable call cannot be kept",
        "A call is declared storable, so it may wait on a disk until the database is back; but it "
        "only reads, or it would wait there with a secret answer.",
        "Declare `writes`, too, or take `storable` away.",
    ),
    "M074": CodeText(
        "Second fact counted by what is not firm",
        "Wrong second facts are counted by an answer. One that is free text can be written in many "
        "ways, each with tries of its own, and a secret says of nobody whose data are asked for.",
        "Let `of` under `proves` name an answer of one form, such as digits or a national ID.",
    ),
    "M075": CodeText(
        "Record not read back",
        "A call that writes a record is reached without its citizen having seen what it writes.",
        "Put a choice before it whose text shows each answer, with a line for Yes and one for "
        "Change.",
    ),
    "M076": CodeText(
        "Stored too late",
        "A report or a preference is stored behind a question that it does not need: without that "
        "answer it would be lost.",
        "Let the last needed answer lead to the call, and ask the rest behind it.",
    ),
    "M077": CodeText(
        "Report not shown",
        "A report is stored, and no screen shows it where it can be corrected.",
        "Let an outcome lead to a choice whose text shows each answer, and which has a line that "
        "leads to the first question.",
    ),
    "M079": CodeText(
        "Personal things for any phone",
        "A call shows or erases what is personal, and its service asks for the phone alone: others "
        "of a household hold it, and a network gives the number to somebody else one day.",
        "Write `proof: fact` or `proof: pin` in the service, and ask for it before the call.",
    ),
    "M080": CodeText(
        "Message is too long",
        "A text of messages.yaml needs more than two segments with the longest values.",
        "Shorten it, or give its values smaller maxima under `values`.",
    ),
    "M081": CodeText(
        "Missing message",
        "A handler, or a form that `reminds`, sends a message later that messages.yaml lacks, or "
        "that shows what no row of the form has.",
        "Write it under `messages` in every language, with values that the form can fill.",
    ),
    "M082": CodeText(
        "Way around a proof",
        "A way leads to what is personal past the proof that the service declares, be it by "
        "dialling again after a drop.",
        "Let each way go through an outcome that proves it; with `resume`, say `sensitive: true`.",
    ),
    "M083": CodeText(
        "Dataset that no file could fill",
        "A file in datasets/ contradicts itself: it names a column that it does not declare, a "
        "column has no room for its kind, or two columns would be called the same.",
        "Correct it as the sentence says.",
    ),
    "M084": CodeText(
        "Look-up of what is not there",
        "A look-up names a dataset or a column that is not declared, or asks of a column what its "
        "kind does not have: the sum of names, words in a dataset without `search`.",
        "Correct it as proposed, or declare it in the dataset's file.",
    ),
    "M085": CodeText(
        "Look-up without an index",
        "The rows could be found only by looking through all of them: with a thousand it is fast, "
        "with a million it is not.",
        "Write the columns under `asked_by` of the dataset, and import its file again.",
    ),
    "M086": CodeText(
        "List that is cut",
        "There may be more rows than a list shows, and who has more gets no further.",
        "Let `many` lead to a question that narrows them: words to search for, or another column.",
    ),
    "M087": CodeText(
        "Wrong form",
        "A file in forms/ declares what cannot be kept: a category that is personal, columns that "
        "contradict each other, or a name that a table of handlers/ has already.",
        "Write it as the sentence says; docs/forms.md has the keys.",
    ),
    "M088": CodeText(
        "Unknown form",
        "`store` names a form that forms/ does not have, `adds` a column that completes none, or "
        "takes back or `reads` what the form does not keep for a subscriber.",
        "Write forms/NAME.yaml, or correct the name. A column to add says `empty: allowed`, and "
        "another screen of the service stores the row before.",
    ),
    "M089": CodeText(
        "Answer without room",
        "An answer can be longer than what keeps it has room for, or of another kind.",
        "Ask for less with `max` or `length`, ask by another kind of input, or change the column.",
    ),
    "M090": CodeText(
        "Wrong second fact",
        "`second_fact` is no input of the service, or a secret one, of which nothing is kept.",
        "Name an input whose answer is not secret.",
    ),
    "M091": CodeText(
        "Sensitive text in an SMS",
        "An SMS stays on the phone, where others may read it.",
        "Take out `sms: true`, or let the service not be sensitive.",
    ),
    "M092": CodeText(
        "Offer is too long",
        "The page that offers to continue, or the SMS after a drop, has no room for the title.",
        "Shorten the title of the service, or the phrases that begin with `resume` and `nudge`.",
    ),
    "M093": CodeText(
        "Answer that cannot be told later",
        "An end has `tell_me`, and its question cannot be asked again, or its answer not be told: "
        "no single call leads to it, the call writes or rests on a secret answer, or it comes to a "
        "screen that asks something.",
        "Do as the sentence says. With `ask` another call of the service is asked instead: one "
        "that needs no secret, whose outcomes lead to ends, and one of them back to this end.",
    ),
    "M094": CodeText(
        "Second fact that can be tried out",
        "A look-up asks for a secret, such as a date of birth, and nobody counts the wrong ones: "
        "there are a few thousand days, and a phone tries them in an evening.",
        "Write `proves: {of: …}` with the answer that says whose row is asked for.",
    ),
    "M095": CodeText(
        "Row that no call takes",
        "`post_to` of a form names a call that is not declared, that only reads, or that sends "
        "what no row of the form has.",
        "Declare the call in calls.yaml with a method such as POST; its braces name columns of the "
        "form, {row}, {number} or {stored_at}.",
    ),
    "M097": CodeText(
        "Hard to read",
        "A page asks more of who reads little than `reading` in main.yaml allows, and is strict.",
        "Say it shorter, regroup the lines, or raise the limit.",
    ),
    "M098": CodeText(
        "Overlapping hours",
        "Two spans in which a service is open overlap, on one day or over midnight.",
        "Write them as one span, or correct a time.",
    ),
    "M099": CodeText(
        "Not for several at once",
        "`many` lets one SMS ask about several values. Behind it something is written, proven, "
        "typed or answered by another SMS, which is one value's alone; or the answers to so many "
        "may need more segments than a phone joins.",
        "Take out or lower `many`, or let the question lead over choices to a short answer that is "
        "only read.",
    ),
    "M100": CodeText(
        "Bad condition",
        "`when` cannot be read, or uses what the language of conditions does not have.",
        "Compare answers and values, as in `age < 18 and region in ('Kilima', 'Mtoni')`.",
    ),
    "M101": CodeText(
        "Unknown name in a condition",
        "No screen of the service and no handler it calls gives such a value, or it is secret.",
        "Use the name of a screen or of a handler's value.",
    ),
    "M102": CodeText(
        "Nothing without a condition",
        "Where no condition holds there would be no way on, or no line to choose.",
        "Let the last way, or one line, have no `when`; or let there be a line for each answer to "
        "a choice that is asked before.",
    ),
    "M103": CodeText(
        "Bad filter",
        "What stands behind the bar of a placeholder is no filter, or lacks what it needs.",
        "Write {amount|money}, {day|date}, {count|number} or the like.",
    ),
    "M104": CodeText(
        "Wrong plural categories",
        "A plural has other categories than its language: one too few, or one that is never used.",
        "Write exactly the categories that the sentence names.",
    ),
    "M105": CodeText(
        "Letter outside GSM-7",
        "The language is to be shown in GSM-7, and this text has a letter that GSM-7 lacks.",
        "Write it otherwise, or say `unicode` under `charsets`.",
    ),
    "M106": CodeText(
        "Translation refused",
        "A PO file cannot be read, does not belong to the menu as it is, or loses a placeholder.",
        "Do as the sentence says; export anew and merge where the menu has changed.",
    ),
    "M107": CodeText(
        "Placeholder lost in a language",
        "A language leaves out a value that the default language shows, or shows it otherwise.",
        "Write it there, too; a plural may be the bare {n}, a date of another length, and a line "
        "of a list another column: {name_sw} in the place of {name_en}.",
    ),
    "M110": CodeText(
        "Unknown name in a dialogue",
        "A dialogue names a language, dataset, handler, outcome or case that is not.",
        "Correct it as proposed, or take it out.",
    ),
    "M121": CodeText(
        "Clock without words",
        "A language counts its hours from six, and its parts of the day are not known here.",
        "Let it count from midnight, or send us the words of its day.",
    ),
    "M122": CodeText(
        "Label that opens something else",
        "Who sends a label of one service opens another, whose keyword the label begins with; or a "
        "line of home is not understood.",
        "Word the label otherwise, give the line `also`, or the service a keyword.",
    ),
    "M123": CodeText(
        "Word that the glossary refuses",
        "The glossary of the language says that this word means something else to who reads it, or "
        "that the thing has another name.",
        "Use the word that the sentence names; where the glossary is wrong, mend it.",
    ),
    "M124": CodeText(
        "Line that does not say what it does",
        "The screen says `acts: true`, and the line has no verb of the glossary where it should.",
        "Write what happens: See my districts, and not My districts.",
    ),
    "M125": CodeText(
        "Lost without being asked twice",
        "A call erases what a citizen has with us, and one key is enough, or no text says so.",
        "Ask first, in a choice with a line to keep it, behind another question; say that it "
        "is deleted, in a word that the glossary lists under `losing`.",
    ),
    "M126": CodeText(
        "Glossary of no language",
        "A file in glossary/ is called as no language of main.yaml.",
        "Name it after a language, such as glossary/sw.yaml.",
    ),
    "M127": CodeText(
        "What protects is left out",
        "The glossary says that this screen warns of a danger, names a right or says where to go, "
        "and the text in this language does not.",
        "Write it, if on a second page: nothing is shortened at the cost of who reads it.",
    ),
    "M129": CodeText(
        "Service that the glossary misspells",
        "`in` or `protects` of a glossary names a service that the menu has not, under a name that "
        "is nearly one of its own: the words would be looked for nowhere.",
        "Write the name as the sentence proposes; one that the menu has left out is no fault.",
    ),
    "M130": CodeText(
        "Form that leaves its rows",
        "A form was published before, and its rows and the sessions that have begun are as it was "
        "then: this file says otherwise.",
        "Add columns with `empty: allowed`, codes and room; leave the rest as it was published, or "
        "give the form another name.",
    ),
    "M133": CodeText(
        "Wrong district",
        "`district_from` names no choice of the service, or one of what is personal. Figures are "
        "kept by what is answered there, so nobody may be told by it.",
        "Name the choice of one in which callers say their district, or take the line out.",
    ),
}

_SETTINGS: Mapping[str, CodeText] = {
    "S020": CodeText(
        "Secret in the file",
        "A password or key is written in a file that is copied, shown and kept.",
        "Put it in the environment, and write $NAME here.",
    ),
    "S021": CodeText(
        "Variable is not set",
        "A value is to come from the environment or from /run/secrets, and stands in neither.",
        "Set the variable that the sentence names.",
    ),
    "S022": CodeText(
        "Unknown provider",
        "`provider` of a channel names none that the gateway knows.",
        "Use one of the names in the sentence.",
    ),
    "S023": CodeText(
        "Handlers cannot be loaded",
        "handlers/__init__.py raises while it is imported, or has no tables HANDLERS and DATASETS.",
        "Mend it at the line shown.",
    ),
    "S024": CodeText(
        "Stand-in in production",
        "A channel's `api_url` is the stand-in, which reaches nobody, outside of `gateway run`.",
        "Leave `api_url` out, or write the provider's address.",
    ),
    "S025": CodeText(
        "Route to nowhere",
        "A route of `routing` names a channel or a network that is not configured; or `flows` of a "
        "channel names one that is not, or that has none.",
        "Write one of those that are, or add it.",
    ),
    "S030": CodeText(
        "Unknown preset",
        "`preset` of a channel names neither a file in config/providers/ nor one of the gateway's.",
        "Use one of the names in the sentence; `gateway channels presets` tells of them.",
    ),
    "S031": CodeText(
        "Fault in a preset",
        "A preset names what there is not, or one part of it contradicts another.",
        "Mend the file at the line shown.",
    ),
    "S032": CodeText(
        "Channel does not fit its preset",
        "A secret or an option that the preset asks for is missing, or it knows none of that name.",
        "Write what the sentence names, or leave it out.",
    ),
    "S033": CodeText(
        "Fault in a case file",
        "A case of a preset does not say what its request becomes, or the channel does not fit.",
        "Mend the file at the line shown; `gateway channels cases` runs it.",
    ),
}

_DATA: Mapping[str, CodeText] = {
    "D001": CodeText(
        "Unknown column",
        "The first line names a column that the dataset does not declare.",
        "Correct it as proposed, or take the column out.",
    ),
    "D002": CodeText(
        "Missing column",
        "The first line lacks a column that the dataset declares.",
        "Add it; leave its values empty where they are optional. An export lacks secret columns.",
    ),
    "D005": CodeText(
        "Column written twice",
        "The first line names the same column twice.",
        "Remove or rename one.",
    ),
    "D007": CodeText(
        "Unreadable file",
        "The file is missing, or is not UTF-8 text from this place on.",
        "In a spreadsheet, save it as 'CSV UTF-8'.",
    ),
    "D020": CodeText(
        "Wrong number of values",
        "The row has more or fewer values than there are columns.",
        "Look for a missing comma; put a value that has a comma in it into double quotes.",
    ),
    "D021": CodeText(
        "Empty value",
        "A value that every row must have is empty.",
        "Fill it in, or take the row out.",
    ),
    "D022": CodeText(
        "Value is too long",
        "The value is longer than its column allows, and would not fit on a phone's screen.",
        "Shorten it.",
    ),
    "D023": CodeText(
        "Control character",
        "A line break or another invisible sign stands in a value.",
        "Remove it.",
    ),
    "D024": CodeText(
        "Row written twice",
        "Two rows have the same values in the columns of the key.",
        "Remove one.",
    ),
    "D025": CodeText(
        "Open quote",
        "A double quote is opened and not closed, or closed in the middle of a value.",
        "Close it; write a double quote within a value twice.",
    ),
    "D026": CodeText(
        "Empty file",
        "Not even the names of the columns stand in the file.",
        "Begin with a line that names the columns.",
    ),
    "D027": CodeText(
        "Too many faults",
        "After a thousand faults the rest of the file is not looked at.",
        "Most often all rows have the same fault; mend it and check again.",
    ),
    "D028": CodeText(
        "No names of columns",
        "The first line holds none of the declared columns; most likely it is a row of values.",
        "Begin with a line that names the columns.",
    ),
    "D029": CodeText(
        "Value of the wrong kind",
        "The column holds days, numbers, amounts, phones, or one of a few codes, and this is none.",
        "Write it as the sentence says; citizens would read it, or be compared with it, as it is.",
    ),
    "D030": CodeText(
        "Formula without a value",
        "A formula of the spreadsheet failed, or was never computed.",
        "Mend it and save the file in the spreadsheet program, or write the value instead.",
    ),
    "D031": CodeText(
        "Changed by the spreadsheet",
        "A spreadsheet took a code or a long number for a number, a date or a percentage, and what "
        "it changed cannot be known from the file.",
        "Format the column as text and write the values again, or give numbers the format 0000.",
    ),
}

#: The one table: `M041` to its texts.
CODES: Mapping[str, CodeText] = {
    **{prefix + number: text for prefix in "MS" for number, text in _ANY_FILE.items()},
    **_MENU,
    **_SETTINGS,
    **_DATA,
}
