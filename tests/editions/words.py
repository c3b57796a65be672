"""A translator with the words of an edition, so that a layout is tested without catalogues."""

from babel import Locale

_SINGULAR = {
    "No. %(number)s": ("N° %(number)s", "العدد %(number)s"),
    "From the newsroom": ("Le mot de la rédaction", "كلمة التحرير"),
    "In this issue": ("Sommaire", "الفهرس"),
    "Newsroom’s note": ("Note de la rédaction", "ملاحظة التحرير"),
    "Period covered: %(days)s": ("Période couverte : %(days)s", "الفترة المشمولة: %(days)s"),
    "View online": ("Lire en ligne", "القراءة على الموقع"),
    "Read the article (%(host)s)": ("Lire l’article (%(host)s)", "قراءة المقال (%(host)s)"),
    "Also in: %(outlets)s": ("Aussi dans : %(outlets)s", "نُشر أيضا في: %(outlets)s"),
    "Picture: %(outlet)s": ("Photo : %(outlet)s", "الصورة: %(outlet)s"),
    "(in French)": ("(en français)", "(بالفرنسية)"),
    "(in Arabic)": ("(en arabe)", "(بالعربية)"),
    "(in English)": ("(en anglais)", "(بالإنجليزية)"),
    "MAP": ("MAP", "وكالة المغرب العربي للأنباء"),
    "AFP": ("AFP", "وكالة فرانس برس"),
    "Headlines and extracts belong to their publishers; every entry leads to the full article.": (
        "Les titres et extraits appartiennent à leurs éditeurs ; chaque entrée mène à l’article.",
        "العناوين والمقتطفات ملك لناشريها، وكل مادة تحيل على المقال الكامل.",
    ),
    "Sources of this issue": ("Sources de ce numéro", "مصادر هذا العدد"),
    "You receive this mail because you subscribed to “%(name)s”.": (
        "Vous recevez ce courriel parce que vous êtes abonné à « %(name)s ».",
        "تتوصلون بهذه الرسالة لأنكم مشتركون في «%(name)s».",
    ),
    "Past issues": ("Numéros précédents", "الأعداد السابقة"),
    "Preferences and language": ("Préférences et langue", "التفضيلات واللغة"),
    "Unsubscribe": ("Se désabonner", "إلغاء الاشتراك"),
}
_PLURAL = {
    "%(count)s article": (
        {"one": "%(count)s article", "other": "%(count)s articles"},
        {
            "one": "مقال واحد",
            "two": "مقالان",
            "few": "%(count)s مقالات",
            "many": "%(count)s مقالا",
            "other": "%(count)s مقال",
        },
    ),
    "%(agency)s dispatch carried by %(count)s outlet": (
        {"other": "Dépêche %(agency)s reprise par %(count)s titres"},
        {
            "two": "قصاصة %(agency)s نشرها منبران",
            "few": "قصاصة %(agency)s نشرتها %(count)s منابر",
            "other": "قصاصة %(agency)s نشرها %(count)s منبرا",
        },
    ),
}


class TableWords:
    """The words of one language out of the tables above; English answers itself."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._at = {"fr": 0, "ar": 1}.get(code)

    def gettext(self, message: str) -> str:
        """The translation; a KeyError tells of a message the tables lack."""
        if self._at is None or message in {"EFE", "Reuters"}:
            return message
        return _SINGULAR[message][self._at]

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The form for `number` by the language's own plural rule."""
        if self._at is None:
            return singular if number == 1 else plural
        forms = _PLURAL[singular][self._at]
        return forms.get(Locale(self.code).plural_form(number), forms["other"])
