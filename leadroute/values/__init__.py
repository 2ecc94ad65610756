"""One text into one typed value: numbers, dates, countries, e-mails, domains, phones. Used by rules and leads alike."""
