"""Words that people put around what they mean: greetings, courtesy, articles, "send", "number".

They are written as they are compared (see folding.py). A word that a menu uses, as a keyword or as
a line, is that and not one of these: who reads looks there first. Words that deny are no small
words: "no water" is not "water".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.domain.reading.folding import fold

_GREETINGS = """
    hello hallo helo hi hey dear sir madam mr mrs ms good morning afternoon evening greetings
    please pls plz plse kindly thanks thank thx tnx ok okay
    jambo hujambo habari salaam salamu salaamu shikamoo mambo asubuhi mchana jioni njema ndugu bwana
    bibi mheshimiwa tafadhali tafadhalini naomba ninaomba asante asanteni sana
    bonjour bonsoir salut monsieur madame mesdames messieurs svp merci stp cordialement
    ሰላም ጤናይስጥልኝ እንደምን እባክዎ እባክዎን እባክህ እባክሽ እባካችሁ አመሰግናለሁ አመሰግናለው
"""
_ASKING = """
    i we me us you my our your mine it its this that these those he she his her him they them their
    want wants wanted need needs would could can may like wish give get show tell send sent text sms
    message msg fwd fw re forwarded forward see know check find look looking help to for of in at on
    the a an and is are am be about from by with where what which when how who much many do does did
    now today again also here there some any one's near nearest latest new next free
    latest new next free
    list ready current due son daughter
    prochain prochaine avezvous coute fils fille ልጄ ለልጄ የልጄ የእናቴ
    mimi sisi wewe yangu yetu yako wangu langu changu zangu nataka ninataka tunataka nahitaji
    ninahitaji nipe nipeni tupe nitumie tuma natuma nimetuma ujumbe nijulishe niambie nionyeshe
    onyesha kujua kupata kuona kuangalia angalia ya wa la cha vya za kwa katika kwenye na ni je gani
    wapi nini lini ipi kuhusu iko yuko uko leo sasa karibu hapa huko hiyo hii huyu tena pia ile
    natafuta tunatafuta kutafuta kutoa jinsi namna kama nisaidie nisaidieni
    je j moi nous vous mon ma mes notre nos votre vos veux voudrais voudrions donnez donner moi
    envoyer envoyez envoie montrez montrer dites dire cherche trouver voir savoir consulter le la
    les l un une des du de d au aux a pour dans en sur et est sont c ce cette ces cet que quel
    quelle quels quelles quand comment ou qui il elle se trouve besoin j'ai jai ai aujourdhui
    maintenant avoir connaitre suivre y atil plus aidez aidez-moi
    proche svp s'il plait sil s il
    እኔ የእኔ የኔ እኛ የእኛ የኛ እፈልጋለሁ እፈልጋለው እንፈልጋለን ፈልጌ ነበር ላኩ ላኩልኝ ላክልኝ ስጡኝ ስጠኝ አሳዩኝ ንገሩኝ
    ማወቅ ማየት ለማወቅ ለማየት መጠየቅ ነው ናቸው ነውን የት የትነው የትኛው ምን ምንድን ምንያህል መቼ ስንት ስለ እና
    ለ በ ከ ወደ ውስጥ ላይ ዛሬ አሁን እዚህ ይህ ይህን ያ አቅራቢያ እርዱኝ
"""
#: What is written before a number or a line, and chooses nothing by itself.
_NUMBERING = """
    option opt number numbers num nr no nbr choice choose chosen select selected answer ans line
    item press pick id index space is
    chaguo chagua nachagua nimechagua namba nambari jibu mstari bonyeza ni
    choix choisis option numero num n reponse ligne tapez espace
    ቁጥር ምርጫ መልስ መልሴ ምርጫዬ ተራ
"""
#: Number words to twelve, of every shipped language, in their cardinal and ordinal forms.
_NUMBERS = """
    one first 1st moja mosi kwanza un une premier premiere 1er 1ere አንድ አንደኛ አንደኛው አንደኛውን
    two second 2nd mbili pili deux deuxieme 2e 2eme ሁለት ሁለተኛ ሁለተኛው ሁለተኛውን
    three third 3rd tatu trois troisieme 3e 3eme ሶስት ሦስት ሶስተኛ ሦስተኛ ሶስተኛው ሦስተኛው
    four fourth 4th nne quatre quatrieme 4e 4eme አራት አራተኛ አራተኛው
    five fifth 5th tano cinq cinquieme 5e 5eme አምስት አምስተኛ አምስተኛው
    six sixth 6th sita six sixieme 6e 6eme ስድስት ስድስተኛ ስድስተኛው
    seven seventh 7th saba sept septieme 7e 7eme ሰባት ሰባተኛ ሰባተኛው
    eight eighth 8th nane huit huitieme 8e 8eme ስምንት ስምንተኛ ስምንተኛው
    nine ninth 9th tisa neuf neuvieme 9e 9eme ዘጠኝ ዘጠነኛ ዘጠነኛው
    ten tenth 10th kumi dix dixieme 10e 10eme አስር አሥር አስረኛ አስረኛው
    eleven eleventh 11th onze onzieme 11e 11eme አስራአንድ
    twelve twelfth 12th douze douzieme 12e 12eme አስራሁለት
"""
#: They make a sentence of the words around them: something is told, and nothing is asked for.
_PROSE = """
    is are was were has have had does do did will would cannot cant can not dont doesnt didnt isnt
    arent wasnt havent hasnt wont been because but although since if then than went goes came comes
    said says never always very too so
    ina haina ana hana wana hawana imekuwa yamekuwa amekuwa hakuna kuna hayana yana sina tuna
    hatuna nina haya imeharibika lakini kwamba sana hajaja alikuwa ilikuwa walikuwa
    haikuwa hakuwa hawakuwa yuko wako mko niko si
    est sont etait ont avait pas ne fait mais parce tres trop sans depuis nest nont jai
    የለም የለንም አለ ናቸው አይደለም ነበር አልቻልንም አልቻልኩም ግን ምክንያቱም በጣም የለኝም ሆኗል ነው ነን ይስጥልኝ
"""
#: They tie a word to the keyword before it, as in "the report on the radio".
_TYING = "to of on in at by from about ya la wa za cha vya kwa katika du de des d sur dans au aux"
#: With one of these a sentence asks, and "is" tells nothing.
_QUESTIONS = """
    where what which when how who wapi lini gani nini je ou quand comment quel quelle combien
    የት የትነው መቼ ስንት ምን የትኛው ምንድን
"""
#: An Amharic verb: it ends a sentence, or denies; names end otherwise.
_AMHARIC_VERB = re.compile("[\u1200-\u135a]{2,}(?:(?<!ኤ)ል|ላሉ|ለች)|(?:አል|አይ|አያ|የለ)[\u1200-\u135a]+ም")
#: A Swahili verb: subject and tense before a stem. Names have a capital.
_VERB = re.compile(
    r"(?:ha|si)?(?:ni|u|a|tu|m|wa|i|li|ya|zi|ki|vi|ku|pa)(?:li|na|me|ta|ja|ku|ki|nge)[a-z]{3,}"
)
#: In Amharic what a word is of, for, in or from is written as one with it: የበቆሎ.
CASES = frozenset("የለበከ")


def _folded(words: str) -> frozenset[str]:
    return frozenset(filter(None, map(fold, words.split())))


NUMBERING = _folded(_NUMBERING)
SMALL_WORDS = _folded(_GREETINGS) | _folded(_ASKING) | NUMBERING
GREETINGS = _folded(_GREETINGS)
PROSE_WORDS = _folded(_PROSE)
TYING_WORDS = _folded(_TYING)
QUESTION_WORDS = _folded(_QUESTIONS)

#: A number word, folded, to the number it says.
NUMBER_WORDS: Mapping[str, int] = {
    word: number
    for number, line in enumerate(_NUMBERS.strip().splitlines(), start=1)
    for word in _folded(line)
}


def without_small_words(words: list[str]) -> list[str]:
    """Returns the words that say something by themselves; all of them stay as they are written.

    >>> without_small_words("please send my RESULT".split())
    ['RESULT']
    """
    return [word for word in words if fold(word) and fold(word) not in SMALL_WORDS]


def tells(word: str) -> bool:
    """Returns whether a word makes a sentence of those around it: "is", "hakuna", "ilifutwa".

    >>> tells("was"), tells("ilifutwa"), tells("Wanjiku")
    (True, True, False)
    """
    folded = fold(word)
    if folded in SMALL_WORDS and folded not in PROSE_WORDS:
        return False
    verb = _VERB.fullmatch(word) or _AMHARIC_VERB.fullmatch(word)
    return folded in PROSE_WORDS or verb is not None
