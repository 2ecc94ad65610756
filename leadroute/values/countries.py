"""Countries: any common spelling to its ISO 3166 alpha-2 code, by exact lookup, never by likeness."""

from __future__ import annotations

import gettext
import re
import unicodedata
from functools import cache
from pathlib import Path

_ALIASES = {
    "ae": "uae, emirates, united arab emirates",
    "ag": "antigua",
    "ba": "bosnia, bosnia herzegovina",
    "bn": "brunei",
    "bo": "bolivia",
    "cd": "dr congo, drc, democratic republic of congo, congo kinshasa, zaire",
    "cf": "car",
    "cg": "republic of congo, congo brazzaville",
    "ch": "switzerland, schweiz, suisse, svizzera",
    "ci": "ivory coast, cote d ivoire",
    "cn": "china, 中国, prc, mainland china, peoples republic of china, people's republic of china",
    "cv": "cape verde",
    "cz": "czech republic, czechia",
    "de": "deutschland, germany, brd, federal republic of germany",
    "do": "dominican rep",
    "es": "espana, spain",
    "fk": "falkland islands",
    "fm": "micronesia",
    "gb": "uk, great britain, britain, england, scotland, wales, northern ireland, united kingdom, "
    "united kingdom of great britain and northern ireland",
    "gr": "el, greece, hellas",
    "hk": "hong kong, hong kong sar, hongkong",
    "ie": "ireland, republic of ireland, eire",
    "ir": "iran",
    "kn": "saint kitts, st kitts and nevis",
    "kp": "north korea, dprk",
    "kr": "korea, south korea, republic of korea, rok",
    "la": "laos",
    "lc": "st lucia",
    "md": "moldova",
    "mk": "macedonia, north macedonia, fyrom",
    "mm": "burma, myanmar",
    "mo": "macau, macao",
    "nl": "holland, netherlands, the netherlands, nederland",
    "ps": "palestine, palestinian territories",
    "pt": "portugal",
    "ru": "russia, russian federation, россия, рф",
    "sg": "singapore",
    "sy": "syria",
    "sz": "swaziland, eswatini",
    "tl": "east timor",
    "tr": "turkey, turkiye",
    "tt": "trinidad",
    "tw": "taiwan, taiwan roc",
    "tz": "tanzania",
    "us": "usa, us of a, america, united states, united states of america, the states, u s, u s a",
    "va": "vatican, vatican city, holy see",
    "vc": "st vincent and the grenadines",
    "ve": "venezuela",
    "vn": "vietnam, viet nam",
    "xk": "kosovo, xk, xkx, republic of kosovo",
}
"""Spellings that ISO's own lists lack, by code."""

_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs", "tr", "ja", "zh_CN", "zh_TW", "ko", "ru")
"""Languages whose own country names are understood as well, where only one country bears the name."""

_CODES = frozenset(
    re.findall(
        "..",
        "adaeafagaialamaoaqarasatauawaxazbabbbdbebfbgbhbibjblbmbnbobqbrbsbtbvbwbybzcacc"
        "cdcfcgchcickclcmcncocrcucvcwcxcyczdedjdkdmdodzeceeegeheresetfifjfkfmfofrgagbgd"
        "gegfggghgiglgmgngpgqgrgsgtgugwgyhkhmhnhrhthuidieiliminioiqirisitjejmjojpkekgkh"
        "kikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmdmemfmgmhmkmlmmmnmompmqmrmsmtmumvmw"
        "mxmymznancnenfngninlnonpnrnunzompapepfpgphpkplpmpnprpsptpwpyqarerorsrurwsasbsc"
        "sdsesgshsisjskslsmsnsosrssstsvsxsysztctdtftgthtjtktltmtntotrtttvtwtzuaugumusuy"
        "uzvavcvevgvivnvuwfwsyeytzazmzw",
    )
)
"""Every alpha-2 code: what is mostly written needs no list of names, which takes longer to load than a project to check."""

COUNTRIES = tuple(sorted(_CODES | _ALIASES.keys()))
"""Every code that ``country_code`` gives, in their order."""

_NO_WORD = re.compile("[^a-z0-9]+")


def country_code(text: str) -> str | None:
    """The lower-case alpha-2 code of a country in any common spelling: code, alpha-3, English or own name, usual alias; or ``None``."""
    if len(text) > 100:
        return None
    key = plain(text)
    if key in _CODES:
        return key
    return _english().get(key) or (_translated().get(key) if key else None)


def plain(text: str) -> str:
    """Without case, accents, points, other punctuation, and a leading "the"."""
    if text.isascii():  # the same, at once: nearly all spellings, and all of them are looked through when a country is first read
        words = _NO_WORD.sub(" ", text.lower().replace(".", "").replace("&", " and "))
        return " ".join(words.split()).removeprefix("the ")
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    plain = plain.casefold().replace(".", "").replace("&", " and ")
    key = " ".join("".join(mark if mark.isalnum() else " " for mark in plain).split())
    return key.removeprefix("the ")


@cache
def _english() -> dict[str, str]:
    import pycountry

    index: dict[str, str] = {}
    for country in pycountry.countries:
        code = country.alpha_2.lower()
        names = [country.alpha_2, country.alpha_3, country.name]
        names += [getattr(country, kind) for kind in ("common_name", "official_name") if hasattr(country, kind)]
        # "Korea, Republic of" is also written "Republic of Korea"; the part before the comma alone may be another country's name.
        names += [f"{last} {first}" for first, mark, last in (name.partition(", ") for name in names) if mark]
        for name in names:
            index.setdefault(plain(name), code)
    for code, aliases in _ALIASES.items():
        for alias in aliases.split(", "):
            index[plain(alias)] = code
    return index


@cache
def _translated() -> dict[str, str]:
    import pycountry

    english = _english()
    index: dict[str, str] = {}
    for language in _LANGUAGES:
        catalogue = Path(pycountry.LOCALES_DIR) / language / "LC_MESSAGES" / "iso3166-1.mo"
        if not catalogue.exists():
            continue
        with catalogue.open("rb") as file:
            names = gettext.GNUTranslations(file)
        for country in pycountry.countries:
            code = country.alpha_2.lower()
            for name in (country.name, getattr(country, "common_name", country.name)):
                key = plain(names.gettext(name))
                # Too short to be a name, or two countries' name in two languages: then it says nothing.
                if len(key) > 3 or not key.isascii():
                    index[key] = code if index.get(key, code) == code and english.get(key, code) == code else ""
    return {key: code for key, code in index.items() if code}
