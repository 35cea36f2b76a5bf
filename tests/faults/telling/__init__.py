"""A small app for worker processes of tests: a kind of notice, a template for codes, and a telephone for everybody."""

from __future__ import annotations

KIND, TEMPLATE = "faults.news", "faults.code"


def phones(person_ids):
    return {key: {"phone": f"139{key:08}"} for key in person_ids}


def register():
    from xuecheng.city.notices import addresses, kinds

    words = kinds.Words(title="News %(number)s", sms="News %(number)s")
    kinds.register(KIND, "News", words, sample={"number": 1}, channels=("sms",))
    kinds.register_template(TEMPLATE, "Code", kinds.Words(title="Code", sms="Code %(code)s"), sample={"code": "1"})
    addresses.register(phones)
