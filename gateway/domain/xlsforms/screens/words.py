"""Words that a menu needs beside those of a form, in the languages that come with the gateway.

They are written into the service, where its people change them. In any other language they are
English, and told to be translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: By language: an answer that is not listed; which it is; go on; is it right; send; change; once
#: more; yes; no; thanks for what is stored; skip; and that an answer cannot be right.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Other", "Which?", "Continue", "Is this right?", "Send", "Change", "Another one?", "Yes",
        "No", "Thank you. Your answers are stored.", "Skip",
        "Please check this answer.",
    ),
    "sw": (
        "Nyingine", "Ipi?", "Endelea", "Je, ni sahihi?", "Tuma", "Badilisha", "Mwingine?", "Ndiyo",
        "Hapana", "Asante. Majibu yako yamehifadhiwa.", "Ruka",
        "Tafadhali hakiki jibu hili.",
    ),
    "fr": (
        "Autre", "Lequel ?", "Continuer", "Est-ce exact ?", "Envoyer", "Modifier", "Encore un ?",
        "Oui", "Non", "Merci. Vos réponses sont enregistrées.", "Passer",
        "Vérifiez cette réponse.",
    ),
    "am": (
        "ሌላ", "የትኛው?", "ቀጥል", "ትክክል ነው?", "ላክ", "ቀይር", "ሌላ አለ?", "አዎ", "አይ",
        "እናመሰግናለን። መልሶችዎ ተቀምጠዋል።",
        "ይለፉ",
        "እባክዎ ይህን መልስ ያረጋግጡ።",
    ),
    "ar": (
        "أخرى", "ما هي؟", "متابعة", "هل هذا صحيح؟", "إرسال", "تغيير", "واحد آخر؟", "نعم", "لا",
        "شكرًا. تم حفظ إجاباتك.", "تخطّ",
        "يرجى التحقق من هذه الإجابة.",
    ),
    "bn": (
        "অন্যান্য", "কোনটি?", "চালিয়ে যান", "এটি কি ঠিক?", "পাঠান", "বদলান", "আরেকটি?", "হ্যাঁ", "না",
        "ধন্যবাদ। আপনার উত্তর সংরক্ষিত হয়েছে।", "বাদ দিন",
        "উত্তরটি যাচাই করুন।",
    ),
    "ha": (
        "Wani", "Wanne?", "Ci gaba", "Daidai ne?", "Aika", "Canja", "Wani kuma?", "I", "A'a",
        "Na gode. An adana amsoshinka.", "Tsallake",
        "Da fatan a duba wannan amsa.",
    ),
    "hi": (
        "अन्य", "कौन सा?", "आगे", "क्या यह सही है?", "भेजें", "बदलें", "एक और?", "हाँ", "नहीं",
        "धन्यवाद। आपके उत्तर सुरक्षित हैं।", "छोड़ें",
        "कृपया यह उत्तर जाँचें।",
    ),
    "pt": (
        "Outro", "Qual?", "Continuar", "Está certo?", "Enviar", "Mudar", "Mais um?", "Sim", "Não",
        "Obrigado. As suas respostas estão guardadas.", "Saltar",
        "Verifique esta resposta.",
    ),
    "so": (
        "Kale", "Midkee?", "Sii wad", "Ma saxbaa?", "Dir", "Beddel", "Mid kale?", "Haa", "Maya",
        "Mahadsanid. Jawaabahaaga waa la kaydiyay.", "Ka bood",
        "Fadlan hubi jawaabtan.",
    ),
    "yo": (
        "Òmíràn", "Èwo ni?", "Tẹ̀síwájú", "Ṣé ó tọ̀nà?", "Fi ránṣẹ́", "Yí padà", "Òmíràn?", "Bẹ́ẹ̀ni",
        "Bẹ́ẹ̀kọ́", "A dúpẹ́. A ti tọ́jú àwọn ìdáhùn yín.", "Fò ó",
        "Jọ̀ọ́ yẹ ìdáhùn yìí wò.",
    ),
}  # fmt: skip
_NAMES = (
    "other", "which", "go_on", "is_right", "send", "change", "another", "yes", "no", "thanks",
    "skip", "wrong",
)  # fmt: skip


def said_in(name: str, languages: Iterable[str]) -> dict[str, str]:
    """Returns a word in these languages, in English where nobody has said it."""
    place = _NAMES.index(name)
    english = _WORDS["en"]
    return {
        code: _WORDS.get(code, _WORDS.get(code.partition("-")[0], english))[place]
        for code in languages
    }


def unsaid_in(languages: Iterable[str]) -> list[str]:
    """Returns the languages in which these words are English."""
    return [code for code in languages if code.partition("-")[0] not in _WORDS]
