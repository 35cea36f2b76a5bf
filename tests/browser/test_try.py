from browser.every_page import every_page, not_seen
import pytest
from stories.town import Story
pytestmark=[pytest.mark.django_db]
def test_it(db, settings, tmp_path):
    settings.FILES_ROOT=tmp_path
    story = Story()
    story.until_credited()
    story.drafted_rule(name_zh="志愿服务转换", name_en="Voluntary service", codes="ZY-*", level="2")
    story.issued_transcript()
    pages=every_page(story)
    bad=[]
    from django.test import Client
    for who,route,address in pages:
        a=(who or Client()).get(address)
        if a.status_code!=200: bad.append((route,address,a.status_code,getattr(a,'url','')))
    print(len(pages)); print(bad); print(sorted(not_seen(pages)))
    assert 0
