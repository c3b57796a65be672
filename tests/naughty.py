"""Strings that break programs, by the class of what breaks: specimens of our own of each.

The classes are those of the public lists of such strings: reserved words, numbers, quotes, scripts
of every direction, what is invisible, what some interpreter would run.
"""

NAUGHTY: dict[str, tuple[str, ...]] = {
    "nothing": ("", " ", "\t", "\u00a0", "\u3000\u2003"),
    "reserved words": ("undefined", "null", "NULL", "None", "nil", "NaN", "true", "\\N", "hasOwn"),
    "numbers": (
        *(
            "0",
            "-1",
            "1/0",
            "1e999",
            "0x7f",
            "1_000",
            "٣٫١٤",
            "¹²³",
            "9" * 120,
            "-0.0",
            "1,5",
            "१२",
        ),
        *("Infinity", "0/0", "-9223372036854775809"),
    ),
    "punctuation": (",./;'[]\\-=", '<>?:"{}|_+', "!@#$%^&*()`~", "…“”‘’«»„", "@", "@@", "a@b@c"),
    "quotes": ("'", '"', "''", '""', "'\"'", "\"'\"'''\"", "`", "a'b''c", "‟”′″"),
    "controls": (
        "".join(map(chr, range(1, 32))) + "\x7f",
        *("a\x00b", "a\x0bb\x0cc", "a\x85b", "a\r\nBcc: b@example.org", "\x1b[31mred\x1b[0m"),
    ),
    "spaces": (
        "\u1680word",
        "\u2028line",
        "\u2029paragraph",
        "\u200bzero",
        "\ufeffmark",
        "a\u180eb",
    ),
    "private and broken": (
        "\ue000",
        "\ufdd0",
        "\uffff",
        "\U0010ffff",
        "\ud800",
        "\udfffx",
        "\ufffe",
    ),
    "two bytes": ("田中さん", "和製漢語", "사회과학원", "ÅÍÎÏ˝ÓÔÒÚÆ", "Ω≈ç√∫", "œ∑´®†¥¨ˆøπ"),
    "longer in the other case": ("Ⱥ", "ȺȾ", "ß", "İ", "ŉ", "ﬀ", "ΐ"),
    "emoji": ("😍", "👩🏽", "👨‍👩‍👧‍👦", "🇲🇦🇫🇷", "❤️ 💔", "0️⃣ 1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
    "right to left": ("مرحبا", "بِسْمِ ٱللَّٰهِ", "הָיְתָה", "ﷺ", "نص abc 12 نص"),
    "direction changed": ("\u202etxt.exe", "a\u202db", "\u2066a\u2069", "\u200fa\u200e", "\u061c"),
    "piled up": ("a" + "\u0316\u0347\u0353" * 40, "e\u0301\u0301\u0301", "\u0e49" * 60),
    "dressed up": ("ʇxəʇ uʍop əpᴉsdn", "Ｗｉｄｅ", "𝐛𝐨𝐥𝐝", "𝓈𝒸𝓇𝒾𝓅𝓉", "🄱🄾🅇", "⒫⒜⒭"),
    "scripts": (
        *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>"),
        *('"><script>alert(1)</script>', "' onmouseover='alert(1)", "javascript:alert(1)"),
        *("</textarea><script>alert(1)</script>", "<!--", "]]>", "<a href='jav\taascript:x'>"),
        "&lt;script&gt;&#x3c;script&#62;",
    ),
    "statements": ("1;DROP TABLE x", "' OR 1=1 --", "%", "_%_", "a' ESCAPE '\\", "\\", "\\'; --"),
    "commands": ("$(true)", "`true`", "; true", "| true", "--help", "-rf", "$HOME", "%TEMP%"),
    "entities": ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',),
    "holes": (
        "{{ 7*7 }}",
        "{% raw %}",
        "{0}",
        "%s%n%d",
        "%(email)s",
        "${7*7}",
        "#{7*7}",
        "<%= 7 %>",
    ),
    "paths": ("../../../etc/passwd", "..\\..\\boot.ini", "/dev/null", "%2e%2e%2f", "file:///etc"),
    "names of devices": ("CON", "AUX", "COM1", "nul", "A:", "ZZ:"),
    "formulas": ("=1+1", '=HYPERLINK("http://example.org")', "+1", "-1+1", "@SUM(A1)", "\t=1"),
    "encoded words": ("=?utf-8?q?a=40b?=", "=?utf-8?b?YQ==?=", "a=0D=0Ab", "%0d%0aBcc:%20x"),
    "long": ("x" * 3000, "é" * 700, "a@" + "b." * 200 + "org", "@" * 500, "." * 300),
}


def addresses(text: str) -> tuple[str, ...]:
    """Where in an address it may stand: alone, before the @, behind it, and as a quoted part."""
    return (
        text,
        f"{text}@example.org",
        f"amina@{text}",
        f"amina@{text}.org",
        f'"{text}"@example.org',
    )
