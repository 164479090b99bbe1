"""The page's encoding is found the way browsers find it."""

# ruff: noqa: E501 a case in one line is read at a glance
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import RejectedPage
from indexer.parsing.decode import codec_of, decode

WORDS = "Zoë naïvely paid 5 € for “crème brûlée” and a façade, déjà vu."
PERSIAN = "پیمان‌نامهٔ جهانی حقوق بشر در پاریس پذیرفته شد."
RUSSIAN = (
    "Мораторий на казни обсуждали в парламенте, и решение отложили до весны, хотя многие ждали его раньше."
)
WESTERN = {
    "en": "The naïve café owner said “jalapeños” are in the façade’s window, and that it was déjà vu for the Zoë of old.",
    "fr": "Les élèves ont reçu un garçon à l’école, où la fête a été très réussie pour les parents et les maîtres.",
    "es": "Mañana el niño irá a la montaña con su abuelo; ¿quién sabe si lloverá en la región por la noche?",
    "de": "Die Bürger müssen für die Straße bezahlen, und das größte Gebäude der Stadt wird schöner als je zuvor.",
    "pt": "A população não quer que a eleição seja em março; as opiniões são muitas e a decisão é difícil.",
    "it": "La città è più bella di quanto si possa pensare, perché c’è il mare e non ci sarà più la nebbia.",
    "nl": "De coëfficiënt van België is geïnd, en één reünie met de financiële commissie is niet genoeg.",
    "sv": "Även om vädret är dåligt går många på promenad i skogen, där björnen och älgen också är ute.",
    "da": "Børnene får æbler og rødgrød med fløde på øen, og så går de hjem til byen når det bliver mørkt.",
    "no": "Været er dårlig på øya, men båten går likevel, og alle får være med så lenge det ikke blåser.",
    "fi": "Tänään on hyvä päivä, ja minä menen myöhemmin ystävän kanssa järvelle, vaikka sää ei ole lämmin.",
}
OTHER_SCRIPTS = [
    (
        "ru",
        "cp1251",
        "Мораторий на казни обсуждали в парламенте, и решение отложили до весны, хотя многие ждали его раньше.",
    ),
    (
        "ru",
        "koi8-r",
        "Учёные рассказали о том, как изменился климат за последние сто лет, и что будет дальше с лесами.",
    ),
    (
        "ru",
        "iso8859-5",
        "Новая выставка открылась в музее вчера вечером, и на неё пришли сотни жителей города.",
    ),
    ("ru", "cp866", "Новая выставка открылась в музее вчера вечером, и на нее пришли сотни жителей города."),
    (
        "uk",
        "cp1251",
        "Уряд ухвалив рішення про підтримку шкіл, і його буде виконано до кінця року в усіх містах країни.",
    ),
    (
        "bg",
        "cp1251",
        "Правителството прие решение за училищата, което ще бъде изпълнено до края на годината във всички градове.",
    ),
    (
        "el",
        "iso8859-7",
        "Η κυβέρνηση ανακοίνωσε χθες ότι τα σχολεία θα ανοίξουν την επόμενη εβδομάδα σε όλη τη χώρα.",
    ),
    (
        "el",
        "cp1253",
        "Ο Άρης και η Άννα είπαν ότι το μουσείο της Αθήνας είναι κλειστό σήμερα για τους επισκέπτες.",
    ),
    ("he", "cp1255", "הממשלה החליטה אתמול לפתוח את בתי הספר בכל הארץ, אך ההורים עדיין חוששים מן המצב."),
    (
        "ar",
        "cp1256",
        "قررت الحكومة أمس فتح المدارس في جميع أنحاء البلاد، لكن الأهالي ما زالوا قلقين من الوضع.",
    ),
    (
        "ar",
        "iso8859-6",
        "قررت الحكومة أمس فتح المدارس في جميع أنحاء البلاد لكن الأهالي ما زالوا قلقين من الوضع.",
    ),
    (
        "fa",
        "cp1256",
        "دولت ديروز تصميم گرفت که مدارس را در سراسر کشور باز کند، اما خانواده‌ها هنوز نگران هستند.",
    ),
    ("ja", "cp932", "政府は昨日、全国の学校を再開することを決めたが、保護者はまだ心配している。"),
    ("ja", "euc_jp", "日本の新聞は朝早く届くので、多くの人が通勤の前に読んでいる。"),
    ("zh", "gb18030", "政府昨天决定重新开放全国的学校，但是家长们仍然对这种情况感到担心。"),
    ("zh-TW", "big5", "政府昨天決定重新開放全國的學校，但是家長們仍然對這種情況感到擔心。"),
    ("ko", "cp949", "정부는 어제 전국의 학교를 다시 열기로 결정했지만 학부모들은 여전히 걱정하고 있다."),
    ("th", "cp874", "รัฐบาลตัดสินใจเมื่อวานนี้ว่าจะเปิดโรงเรียนทั่วประเทศ แต่ผู้ปกครองยังคงเป็นห่วงเรื่องนี้อยู่มาก"),
]
OTHER_LATIN = [
    (
        "pl",
        "cp1250",
        "Rząd zdecydował wczoraj, że szkoły zostaną otwarte, ale rodzice się boją, iż nie będzie to łatwe.",
    ),
    (
        "pl",
        "iso8859-2",
        "Święta spędzimy w górach, gdzie jest dużo śniegu, a później wrócimy do pracy przez Łódź.",
    ),
    (
        "cs",
        "cp1250",
        "Vláda včera rozhodla, že se školy otevřou, ale rodiče jsou stále znepokojeni, protože je to těžké.",
    ),
    ("cs", "iso8859-2", "Žáci šli přes řeku k lesu, kde už na ně čekal starý učitel, a bylo to jako v létě."),
    (
        "hu",
        "cp1250",
        "A kormány tegnap úgy döntött, hogy az iskolák újra kinyitnak, de a szülők még nem örülnek, mert félnek az őszi időtől.",
    ),
    (
        "tr",
        "cp1254",
        "Hükümet dün okulların yeniden açılmasına karar verdi, ancak aileler hâlâ bu durum için endişeli ve çok şaşkın.",
    ),
    (
        "ro",
        "cp1250",
        "Guvernul a hotărât ieri ca şcolile să fie deschise, dar părinţii nu sunt liniştiţi şi se tem pentru copii.",
    ),
    (
        "lt",
        "cp1257",
        "Vyriausybė vakar nusprendė, kad mokyklos bus atidarytos, bet tėvai vis dar yra susirūpinę dėl to, kas įvyko.",
    ),
    (
        "hr",
        "cp1250",
        "Vlada je jučer odlučila da će se škole otvoriti, ali roditelji su još zabrinuti što će biti s djecom.",
    ),
]


def page(text: str, declaration: str = "") -> str:
    return f"<html><head>{declaration}<title>t</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (page(WORDS).encode("utf-8-sig"), ""),
        (page(WORDS).encode("utf-16"), ""),
        (page(WORDS).encode("utf-16-le"), ""),
        (page(WORDS).encode("utf-16-be"), ""),
        (page(WORDS).encode(), ""),
        (page(WORDS, '<meta charset="iso-8859-1">').encode("cp1252"), ""),
        (page(WORDS, "<meta charset=windows-1252>").encode("cp1252"), ""),
        (page(WORDS, '<meta http-equiv="Content-Type" content="text/html; charset=latin1">').encode("cp1252"), ""),
        (page(WORDS).encode("cp1252"), "ISO-8859-1"),
        (b'<?xml version="1.0" encoding="iso-8859-15"?>' + page(WORDS).replace("“", '"').replace("”", '"').encode("iso-8859-15"), ""),
    ],
    ids=["mark", "utf-16", "utf-16-le bare", "utf-16-be bare", "bare", "latin1", "cp1252", "http-equiv", "hint", "xml"],
)  # fmt: skip
def test_the_right_evidence_wins(data: bytes, hint: str) -> None:
    assert WORDS.replace("“", '"').replace("”", '"') in decode(data, hint).replace("“", '"').replace("”", '"')


@pytest.mark.parametrize("wrong", ["iso-8859-1", "windows-1256", "gb2312", "shift_jis"])
def test_text_that_is_strictly_utf_8_is_read_as_utf_8_whatever_is_declared(wrong: str) -> None:
    assert PERSIAN in decode(page(PERSIAN, f'<meta charset="{wrong}">').encode(), wrong)


@pytest.mark.parametrize(
    ("text", "codec"),
    [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), ("日本の新聞は朝早く届く。" * 8, "shift_jis"), ("联合国大会通过了这项决议。" * 8, "gb18030")],
)  # fmt: skip
def test_an_undeclared_encoding_is_detected(text: str, codec: str) -> None:
    assert text in decode(page(text).encode(codec))


@given(st.sampled_from(sorted(WESTERN)), st.integers(0, 90), st.integers(1, 200), st.booleans())
def test_western_text_without_a_declaration_is_windows_1252(
    lang: str, start: int, length: int, named: bool
) -> None:
    text = (WESTERN[lang] * 3)[start : start + length]
    html = page(text).replace("<html", f'<html lang="{lang}"' if named else "<html", 1)
    assert text in decode(html.encode("cp1252"))


@pytest.mark.parametrize(
    "word", ["naïve", "jalapeños", "mañana", "élèves", "garçon", "———", "“…”", "à", "£5", "1 °C"]
)
def test_one_western_word_is_windows_1252(word: str) -> None:
    assert f"<p>{word}</p>" in decode(page(word).encode("cp1252"))


@pytest.mark.parametrize(("lang", "codec", "text"), OTHER_SCRIPTS, ids=lambda value: value[:9])
@pytest.mark.parametrize(
    "template", ["<html", '<html lang="en"', "<html lang={}"], ids=["none", "wrong", "right"]
)
@pytest.mark.parametrize("times", [1, 20])
def test_a_script_that_is_not_latin_is_found_whatever_the_template_says(
    lang: str, codec: str, text: str, template: str, times: int
) -> None:
    html = page(text * times).replace("<html", template.format(lang), 1)
    assert text in decode(html.encode(codec))


@pytest.mark.parametrize(
    ("lang", "codec", "text"),
    [("ru", "cp1251", "Мир"), ("ru", "cp1251", "и я"), ("he", "cp1255", "שלום"), ("el", "iso8859-7", "Νέα"), ("th", "cp874", "ดี"),
     ("ja", "shift_jis", "東京都"), ("zh-CN", "gb18030", "北京首都国际机场"), ("zh-Hant-TW", "big5", "臺北"), ("ko", "cp949", "한국"), ("fa", "cp1256", "سلام")],
)  # fmt: skip
def test_a_few_letters_are_read_as_the_language_of_the_page_has_them(
    lang: str, codec: str, text: str
) -> None:
    html = page(text).replace("<html", f'<html dir="auto" lang="{lang}"', 1)
    assert text in decode(html.encode(codec))


@pytest.mark.parametrize(("lang", "codec", "text"), OTHER_LATIN, ids=lambda value: value[:9])
@pytest.mark.parametrize("times", [1, 20])
def test_other_latin_text_is_known_by_its_small_words_or_by_the_language_of_the_page(
    lang: str, codec: str, text: str, times: int
) -> None:
    assert text in decode(page(text * times).encode(codec))
    some = next(word for word in text.split() if not word.isascii() and len(word.encode(codec)) > 3)
    html = page(some).replace("<html", f"<html xml:lang='{lang}'", 1)
    assert some in decode(html.encode(codec))


def test_a_wrong_hint_yields_to_the_declaration_that_fits() -> None:
    data = page(RUSSIAN, '<meta charset="windows-1251">').encode("cp1251")
    assert RUSSIAN in decode(data, "utf-8")


def test_a_few_broken_bytes_spoil_nothing_else() -> None:
    data = page(PERSIAN * 5, '<meta charset="utf-8">').encode() + b"<p>\xff\xfe broken</p>"
    text = decode(data)
    assert PERSIAN in text
    assert "�" in text


def test_nuls_are_dropped() -> None:
    assert "\x00" not in decode(page("a\x00b").encode())


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("gb2312", "gb18030"),
        ("x-sjis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("utf-16", "utf-8"),
        ("no-such-thing", ""),
        ("rot13", ""),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, codec: str) -> None:
    assert codec_of(label).replace("utf_8", "utf-8") == codec


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\x00", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"%PDF-1.7 <html>", "not_html"),
        (b"PK\x03\x04rest", "not_html"),
        (b"\x89PNG\r\n\x1a\n<p>", "not_html"),
        (b"GIF89a<p>", "not_html"),
        (b"\xff\xd8\xff\xe0<p>", "not_html"),
        (b"\x1f\x8b\x08<p>", "not_html"),
        (b"\x00\x00\x00\x18ftypmp42", "not_html"),
        (bytes(range(32)) * 40 + b"<p>", "not_html"),
        (b"just words, no tag", "not_html"),
        (b'{"json": true}', "not_html"),
        (b'<?xml version="1.0"?>\n<!-- feed --><rss version="2.0"><channel/></rss>', "not_html"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "not_html"),
        (b"<urlset><url/></urlset>", "not_html"),
    ],
)
def test_what_is_no_page_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(RejectedPage) as refused:
        decode(data)
    assert refused.value.reason == reason
