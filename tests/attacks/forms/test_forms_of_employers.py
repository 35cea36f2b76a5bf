"""Every form of verification by employers, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.employers.live import a_list, over
from learning.employers.situations import UNKNOWN, a_file, a_row
from xuecheng.city import clock
from xuecheng.learning.employers.models import Consent


@passes("employers:bring", "employers:carry_on", "employers:give_consent", "employers:withdraw_consent")
def test_employers(walk: Walk) -> None:
    place = an_organisation(small_city()["天河区"])
    keeper = a_registrar(place)
    staff, own = at_browser(keeper.person), at_browser(a_person("陈嘉敏"))
    file = SimpleUploadedFile("a.csv", a_file([a_row(UNKNOWN)]))
    walk.post("employers:bring", staff, {"public_id": str(uuid4()), "organisation": place.code, "file": file})
    stopped = over(a_list(keeper, place))
    there = reverse("employers:show_list", args=[stopped.public_id])
    walk.post("employers:carry_on", staff, {}, public_id=stopped.public_id, page=there)
    day = (clock.today() + timedelta(days=5)).isoformat()
    said = {"public_id": str(uuid4()), "organisation": place.code, "last_day": day}
    walk.post("employers:give_consent", own, said)
    consent = Consent.objects.get()
    page = reverse("employers:list_consents")
    walk.post("employers:withdraw_consent", own, {}, public_id=consent.public_id, page=page)
