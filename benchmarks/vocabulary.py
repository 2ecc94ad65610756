"""The words that generated leads, rules and reps are made of, each with how often it occurs."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COUNTRIES: dict[str, tuple[str, float]] = {
    "us": ("United States", 30),
    "gb": ("United Kingdom", 9),
    "de": ("Germany", 8),
    "ca": ("Canada", 6),
    "fr": ("France", 6),
    "au": ("Australia", 4),
    "nl": ("Netherlands", 3),
    "es": ("Spain", 3),
    "it": ("Italy", 3),
    "br": ("Brazil", 3),
    "mx": ("Mexico", 2.5),
    "jp": ("Japan", 2.5),
    "in": ("India", 2.5),
    "se": ("Sweden", 1.5),
    "no": ("Norway", 1.2),
    "dk": ("Denmark", 1.2),
    "fi": ("Finland", 1),
    "pl": ("Poland", 1),
    "at": ("Austria", 1),
    "ch": ("Switzerland", 1),
    "be": ("Belgium", 1),
    "ie": ("Ireland", 1),
    "pt": ("Portugal", 1),
    "sg": ("Singapore", 1),
    "nz": ("New Zealand", 0.8),
    "za": ("South Africa", 0.8),
    "ar": ("Argentina", 0.8),
    "cl": ("Chile", 0.6),
    "co": ("Colombia", 0.6),
    "kr": ("South Korea", 0.6),
}
"""Compared form to English name and weight: 30 countries."""

STATES: dict[str, tuple[str, ...]] = {
    "us": _words(
        "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI "
        "SC SD TN TX UT VT VA WA WV WI WY"
    ),
    "ca": _words("AB BC MB NB NL NS ON PE QC SK"),
    "au": _words("NSW QLD TAS VIC"),
}

INDUSTRIES: dict[str, float] = {
    "Software": 14,
    "Fintech": 9,
    "Insurance": 5,
    "Healthcare": 9,
    "Biotech": 4,
    "Retail": 8,
    "Ecommerce": 6,
    "Manufacturing": 8,
    "Logistics": 5,
    "Automotive": 3,
    "Energy": 3,
    "Education": 4,
    "Government": 3,
    "Media": 4,
    "Telecom": 3,
    "Travel": 3,
    "Real Estate": 3,
    "Legal": 2,
    "Consulting": 5,
    "Nonprofit": 2,
}

SOURCES: dict[str, float] = {
    "demo_request": 10,
    "pricing_page": 8,
    "trial": 12,
    "webinar": 11,
    "event": 6,
    "partner": 7,
    "referral": 6,
    "organic": 14,
    "paid_search": 10,
    "social": 7,
    "outbound": 6,
    "newsletter": 3,
}

LANGUAGES: dict[str, float] = {"en": 62, "de": 9, "fr": 8, "es": 8, "pt": 4, "it": 3, "nl": 3, "ja": 3}

PRODUCTS = ("core", "crm", "billing", "analytics", "chat", "forms", "mail", "api")

EMPLOYEE_BOUNDS = (5, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000)
DEAL_BOUNDS = (500, 1000, 2500, 5000, 10000, 20000, 25000, 50000, 100000, 250000)

FIRST_NAMES = _words(
    "Ana Ben Carla David Elena Felix Grace Hugo Ines Jonas Karin Liam Maria Noah Olga Paul Rosa Sam Tessa Uma Victor Wendy Yara Zoe "
    "Aisha Bruno Chloe Diego Emma Farid Greta Hana Ivan Julia Kenji Lena Marco Nina Oscar Priya Ravi Sofia Tom Ulla Vera Will Xenia "
    "José Zoë André Søren Björn Renée"
)
LAST_NAMES = _words(
    "Smith Jones Garcia Silva Rossi Weber Martin Novak Kim Singh Patel Lopez Costa Meyer Moreau Jansen Dubois Ferrari Sato Tanaka "
    "Brown Clark Davis Evans Foster Green Hall Irwin Jensen Khan Larsen Moore Nolan Olsen Parker Quinn Reyes Scott Torres Usman "
    "Vargas Walker Young Zhang Becker Conti Duarte Eriksen Fischer Gomez Müller Nuñez Lefèvre Åberg"
)
SYLLABLES = _words(
    "al an ar ax bel bex bio bo cal cor dal del dex dia el en fer fin fo gal gen gra hal hex in io ja kan kor lan lex lo lu mar max "
    "mer mi mo nan neo nor nov om or pal pax per pri qua ra rex ri ro sal sel sol sto tal ter tor tri "
    "ul va vel ver vi vo xen zal zen zo"
)
COMPANY_WORDS = (
    "Labs", "Bank", "Health", "Systems", "Data", "Foods", "Motors", "Media", "Energy", "Capital", "Logistics", "Studio", "Pharma",
    "Cloud", "Works", "Supply", "Travel", "Legal", "Robotics", "Textil", "Chemie", "Partners", "Clinic", "Academy", "Games",
)  # fmt: skip
COMPANY_ENDS: dict[str, float] = {"": 40, " Inc": 18, " LLC": 10, " GmbH": 9, " Ltd": 9, " SA": 6, " AG": 3, ", Inc.": 3, " Société": 2}
TOP_LEVELS: dict[str, float] = {"com": 52, "io": 9, "de": 8, "co.uk": 7, "fr": 5, "org": 5, "net": 4, "ai": 4, "es": 3, "edu": 2, "gov": 1}
FREE_MAIL = ("gmail.com", "outlook.com", "yahoo.com")

CAMPAIGNS = tuple(
    f"{season}-{kind}-{number}"
    for season in ("q1", "q2", "q3", "q4")
    for kind in ("brand", "demo", "ebook", "abm", "retarget")
    for number in range(1, 16)
)
NOTE_OPENINGS = (
    "met at booth",
    "call back",
    "asked for pricing",
    "renewal due",
    'said "soon"',
    "budget, but later",
    "evaluating",
    "needs SSO",
)
NOTE_ENDINGS = ("", " in spring", " next week", ", see mail", " with CFO", " again", " (hot)", " for two teams")
