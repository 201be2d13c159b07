"""A line in each script that the fonts of the gateway are for."""

from __future__ import annotations

SAMPLES = {
    "Latin": "AVATAR To. fi – Où ça ? 12 ¼ ₦ £ € “x”…",
    "African Latin": "Ẹ̀kọ́ ọ̀fẹ́, ŋɔ̃ɛ̃ ɓaɗa ƙasa ɣe ʋu ǃXóõ Ɔ̀bɔ̀",
    "Ethiopic": "የፈተና ውጤት፣ ወደ 20880 ይላኩ፦ *384*2026*31#",
    "Arabic": "أرسل رسالة إلى 20880 – «نتيجة»",
    "Devanagari": "परीक्षा का प्रश्न, क्षत्रिय ज्ञान १२",
    "Bengali": "পরীক্ষার ফলাফল, ক্ষমতা ১২",
    "arrows": "→ home ← ↑ ↓",
}
