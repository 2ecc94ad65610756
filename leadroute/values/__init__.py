"""Text to checked values, and the small reference lists that come with them: one place for files, rules and roster."""

from leadroute.values.countries import country_code
from leadroute.values.domains import registrable_domain
from leadroute.values.mail import disposable_domains, free_mail_domains
from leadroute.values.numbers import decimal
from leadroute.values.reading import EXPECTED, read
from leadroute.values.times import day, instant, time_of_day
from leadroute.values.typed import of_typed, text_of

__all__ = [
    "EXPECTED",
    "country_code",
    "day",
    "decimal",
    "disposable_domains",
    "free_mail_domains",
    "instant",
    "of_typed",
    "read",
    "registrable_domain",
    "text_of",
    "time_of_day",
]
