"""A city on its first day: territories, bodies, staff and two residents; nothing learnt, brought or asked yet."""

from __future__ import annotations

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    from xuecheng.config.migrating import rendering_what_changed

    with rendering_what_changed():
        call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from xuecheng.city import clock
    from xuecheng.config.demo import load
    from xuecheng.config.demo.people import make_staff
    from xuecheng.config.demo.place import lay_out

    load._territories(clock.today())  # noqa: SLF001  # its first steps, and no further
    lay_out(size="small")
    make_staff(at=clock.now(), today=clock.today())
    load.bank.load_frameworks()
