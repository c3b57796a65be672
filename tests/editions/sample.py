"""A realistic issue on migration in three languages, written for the tests; no outlet wrote it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailer.editions.draft import Draft, DraftItem, DraftSection, Urls
from mailer.languages import LANGUAGES

CASABLANCA = ZoneInfo("Africa/Casablanca")
NAMES = {"fr": "Revue de presse", "ar": "النشرة الإخبارية", "en": "Press review"}
TAGLINES = {
    "fr": "Ce que la presse écrit des Marocains du monde",
    "ar": "ما تكتبه الصحافة عن مغاربة العالم",
    "en": "What the press writes about Moroccans abroad",
}
SECTIONS = (
    DraftSection("council", {"fr": "Actualité du CCME", "ar": "أخبار المجلس", "en": "CCME news"}),
    DraftSection(
        "morocco",
        {
            "fr": "Actualité de l'immigration marocaine",
            "ar": "أخبار الهجرة المغربية",
            "en": "Moroccan migration",
        },
    ),
    DraftSection("empty", {"fr": "Agenda", "ar": "المفكرة", "en": "Diary"}),
    DraftSection(
        "world",
        {
            "fr": "Actualité de l'immigration dans le monde",
            "ar": "أخبار الهجرة في العالم",
            "en": "Migration worldwide",
        },
    ),
)
# Per language: a headline on its line, the lead below, an empty line between two stories.
_TEXTS = {
    "fr": """\
Le Conseil ouvre à Bruxelles une exposition sur soixante ans d'immigration marocaine
Photographies de famille, carnets d'ouvriers et enregistrements radiophoniques : plus de
trois cents pièces, prêtées par des particuliers, racontent les départs de 1964 et
l'installation des premières familles dans les quartiers du canal.

Transferts : les Marocains du monde ont envoyé 9,8 milliards de dirhams en avril
Les envois de fonds progressent de 4,2% sur un an, portés par la France, l'Espagne et
l'Italie, selon les indicateurs mensuels publiés lundi. La saison estivale devrait
prolonger la hausse jusqu'en septembre.

Marhaba 2025 : quatre nouvelles aires d'accueil entre Nador et Tanger Med
« Nous attendons un million de passagers en juillet », indique le directeur du port, qui
annonce des guichets ouverts jour et nuit; la traversée coûtera moins cher.

À Lyon, des bénévoles aident les retraités à faire valoir leurs droits
Chaque mardi, une dizaine de juristes reçoivent d'anciens mineurs et ouvriers du bâtiment
: comment prouver trente ans de carrière quand l'employeur a disparu ?
""",
    "ar": """\
المجلس يفتتح في بروكسيل معرضا عن ستين سنة من الهجرة المغربية إلى بلجيكا
صور عائلية ودفاتر عمال وتسجيلات إذاعية: أكثر من ثلاثمائة قطعة أعارها مواطنون تحكي عن رحلات
سنة 1964 واستقرار الأسر الأولى في أحياء المدينة، وتستمر الزيارة عاما.

تحويلات مغاربة العالم تبلغ 9,8 مليارات درهم خلال شهر أبريل
ارتفعت التحويلات بنسبة 4,2% على أساس سنوي، بدعم من فرنسا وإسبانيا وإيطاليا، وفق المؤشرات
الشهرية المنشورة يوم الاثنين، وينتظر أن يتواصل الارتفاع إلى غاية شتنبر.

عملية مرحبا: أربع باحات استقبال جديدة بين الناظور وميناء طنجة المتوسط
قال مدير الميناء إن المصالح المعنية تنتظر مليون مسافر خلال شهر يوليوز، معلنا عن فتح
الشبابيك ليل نهار، وعن تخفيض ثمن العبور لفائدة الأسر التي تسافر مجتمعة.

وكالة Frontex تنشر تقريرها عن عبور غرب المتوسط
سجل التقرير تراجعا في عدد محاولات العبور خلال الفصل الأول من السنة، وعزاه إلى التعاون بين
ضفتي المتوسط وإلى سوء الأحوال الجوية في مضيق جبل طارق.
""",
    "en": """\
Council opens Brussels exhibition on sixty years of Moroccan immigration
Family photographs, workers' notebooks and radio recordings: more than three hundred
objects lent by residents tell of the departures of 1964 and of the first families to
settle in the districts along the canal.

Remittances: Moroccans abroad sent home 9.8 billion dirhams in April
Transfers rose by 4.2% over a year, driven by France, Spain and Italy, according to
monthly figures published on Monday. The summer season should prolong the rise.

Four new rest areas between Nador and Tanger Med for the summer crossing
“We expect a million passengers in July,” said the director of the port, announcing ticket
offices open day and night and cheaper crossings for families.

In Leicester, volunteers teach evening Arabic to the third generation
Every Tuesday two retired teachers welcome a dozen teenagers who wish to read their
grandparents' letters; the waiting list is now a year long.
""",
}
_STORIES = {
    code: [
        (lines[0], " ".join(lines[1:]))
        for lines in (block.splitlines() for block in text.strip().split("\n\n"))
    ]
    for code, text in _TEXTS.items()
}
_OUTLETS = {
    "fr": ["Le Quotidien de l'Atlas", "Yabiladi", "La Dépêche du Détroit", "Médias 24"],
    "ar": ["جريدة الضفتين", "Hespress", "صوت المهجر", "Le360"],
    "en": ["The Strait Courier", "Atlas Daily", "Diaspora Weekly", "Radio Canal 4"],
}
_AUTHORS = {
    "fr": ["Amina Berrada", "", "Youssef El Idrissi", ""],
    "ar": ["أمينة برادة", "", "يوسف الإدريسي", ""],
    "en": ["Amina Berrada", "", "Youssef El Idrissi", ""],
}
_NOTES = {
    "fr": "Le catalogue de l'exposition paraît en juin, en trois langues.",
    "ar": "يصدر دليل المعرض في شهر يونيو بثلاث لغات.",
    "en": "The catalogue of the exhibition appears in June, in three languages.",
}
_WORDS = {
    "fr": "Cette semaine, la mémoire et les chiffres se répondent : une exposition à Bruxelles, "
    "des transferts records, et la saison des retours qui se prépare.",
    "ar": "تلتقي الذاكرة والأرقام هذا الأسبوع: معرض في بروكسيل، وتحويلات قياسية، واستعداد لموسم "
    "العودة.",
    "en": "Memory and figures answer each other this week: an exhibition in Brussels, record "
    "remittances, and the season of return in sight.",
}
_ADDRESSES = {
    "fr": "Conseil d'essai, 10 avenue des Orangers, 10100 Rabat, Maroc",
    "ar": "مجلس التجربة، 10 شارع البرتقال، 10100 الرباط، المغرب",
    "en": "Sample Council, 10 avenue des Orangers, 10100 Rabat, Morocco",
}
_START = datetime(2025, 5, 20, 21, 30, tzinfo=UTC)
URLS = Urls(
    online="https://mailer.example/archive/revue-de-presse/214/",
    archive="https://mailer.example/archive/revue-de-presse/",
    editions=(
        ("ar", "https://mailer.example/archive/revue-de-presse/214/ar/"),
        ("en", "https://mailer.example/archive/revue-de-presse/214/en/"),
    ),
)


def hole(name: str) -> str:
    """A marker such as the wire's: letters and digits."""
    return f"hole5f3a9c{name.replace('_', '')}x"


def story(code: str, number: int) -> DraftItem:
    """Entry `number` of an edition in `code`; the eighth of each ten is in another language."""
    foreign = {"fr": "ar", "ar": "fr", "en": "ar"}[code]
    own = foreign if number % 10 == 7 else code
    at = number % 4
    headline, lead = _STORIES[own][at]
    return DraftItem(
        section=("council", "morocco", "world")[
            min(number // 3, 2) if number < 9 else 1 + number % 2
        ],
        position=number,
        headline=headline,
        language=own,
        url=f"https://www.exemple-{at}.ma/actualites/2025/05/20/article-{number}-marocains-du-monde",
        outlet=_OUTLETS[own][at],
        author=_AUTHORS[own][at],
        agency="MAP",
        published_at=_START - timedelta(hours=7 * number),
        lead=lead,
        note=_NOTES[code] if number in (0, 20) else "",
        also_in=tuple(_OUTLETS[own][1:3])
        if number % 5 == 1
        else tuple(_OUTLETS[own]) * (number % 5 == 2),
        same_dispatch=number % 5 == 1,
    )


def draft(code: str, count: int = 12) -> Draft:
    """Number 214 of the sample publication in language `code`, with `count` entries."""
    return Draft(
        language=LANGUAGES[code],
        names=NAMES,
        taglines=TAGLINES,
        number=214,
        day=date(2025, 5, 21),
        period=(date(2025, 5, 14), date(2025, 5, 20)),
        zone=CASABLANCA,
        sections=SECTIONS,
        items=tuple(story(code, number) for number in range(count)),
        editors_word=_WORDS[code],
        postal_address=_ADDRESSES[code],
    )
