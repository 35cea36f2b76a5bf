import os, shutil, pytest
from datetime import date, timedelta
from playwright.sync_api import sync_playwright
from django.conf import settings
from city.situations import *
from xuecheng.city import rights, clock
from xuecheng.city.territories import files, services as terr, queries as tq
from xuecheng.city.organisations import services as orgs
from xuecheng.city.people import services as ppl
from xuecheng.city.jobs.models import Job
from xuecheng.city.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)
OUT="/tmp/xc/shots-city"

def test_shoot(live_server):
    folder = files.SHIPPED / "guangzhou"; today=clock.today()
    terr.load_territories(files.read_territories((folder/"territories.csv").read_bytes()),actor=rights.OWNER,valid_from=date(2023,6,30),today=today,
        populations=files.read_populations((folder/"districts.csv").read_bytes()),names_en=files.read_english_names((folder/"names_en.csv").read_bytes()),reason="x")
    T={t.name_zh:t for t in Territory.objects.filter(level__in=["city","district","street"])}
    from xuecheng.city.territories.models import Installation
    Installation.objects.update(is_demonstration=True)
    op=ppl.open_account_by_owner(sign_in_name="zeng.weiming",name="曾伟明",password="trees and rivers",today=today)
    holding(op,"operator",territory=T["广州市"])
    st=standing_of(op,today=today)
    def org(code,kind,zh,terri,tier="",parent=None,en="",cc=""):
        return orgs.create_organisation(actor=st,public_id=uuid7(),facts=orgs.Facts(code=code,kind=kind,name_zh=zh,name_en=en,territory=terri,tier=tier,parent=parent,credit_code=cc),on=date(2020,1,1),today=today,reason="穗教〔2020〕5号")
    gz=org("GZ-SQXY","community_college","广州市社区学院",T["广州市"],"city",en="Guangzhou Community College",cc="91110000600037341L")
    th=org("TH-SQXY","community_college","天河区社区学院",T["天河区"],"district",gz,"Tianhe Community College")
    for n,s in enumerate(["五山街道","石牌街道","员村街道","车陂街道"],1): org(f"TH-SQXX{n:02}","community_college",s[:-2]+"社区学校",T[s],"street",th)
    lib=org("TH-TSG","library","天河区图书馆",T["天河区"],en="Tianhe Library")
    for d in ["荔湾区","越秀区","海珠区","白云区","黄埔区","番禺区"]:
        org(f"X{T[d].code[4:6]}-TSG","library",d+"图书馆",T[d]); org(f"X{T[d].code[4:6]}-BWG","museum",d+"历史文化博物馆与非物质文化遗产展示中心",T[d]);org(f"X{T[d].code[4:6]}-SH","social_institution",d+"邻里学习服务中心",T[d])
    orgs.suspend_organisation(actor=st,organisation=lib,on=today-timedelta(days=40),today=today,reason="馆舍装修，预计明年三月恢复")
    orgs.close_organisation(actor=st,organisation=Organisation.objects.get(code="TH-SQXX04"),on=today+timedelta(days=20),today=today,reason="并入员村社区学校")
    terr.rename(actor=st,territory=T["石牌街道"],name_zh="石牌东街道",on=today+timedelta(days=9),today=today,reason="穗府函〔2026〕31号")
    terr.rename(actor=st,territory=T["五山街道"],name_zh="五山高校街道",on=today-timedelta(days=300),today=today,reason="穗府函〔2026〕1号")
    terr.merge(actor=st,merged=[T["员村街道"]],into=T["车陂街道"],on=today-timedelta(days=30),today=today,reason="穗府函〔2026〕2号")
    reg=ppl.create_person(actor=st,person=ppl.NewPerson(public_id=uuid7(),sign_in_name="huang.xiaotong",name="黄晓彤",password="trees and rivers",territory=T["天河区"],birth_year=1988),today=today,reason="入职")
    from xuecheng.city.access import services as acc
    acc.grant_role(actor=st,public_id=uuid7(),person=reg,role="registrar",organisation=th,begins_on=date(2024,3,1),ends_on=today+timedelta(days=12),reason="任命书〔2024〕7号")
    acc.grant_role(actor=st,public_id=uuid7(),person=reg,role="registrar",organisation=gz,begins_on=today+timedelta(days=12),reason="任命书〔2026〕7号")
    for n,name in enumerate(["陈嘉敏","区咏仪","单雅丽","买买提·吐尔逊","Zoë O'Brien-Smith","欧阳锋","尉迟恭","曾小明"]):
        ppl.create_person(actor=st,person=ppl.NewPerson(public_id=uuid7(),sign_in_name=f"person.{n}",name=name,territory=list(T.values())[20+n],birth_year=1950+n,is_fictional=True),today=today,reason="柜台开户")
    ppl.change_name(actor=st,person=reg,name="黄晓桐",reason="身份证更名，凭派出所证明")
    now=clock.now()
    def job(state,**k):
        ended=now if state in("done","failed","cancelled") else None
        return Job.objects.create(kind="records.write",title_zh=k.pop("zh","写入《2026年春季结业名单.xlsx》"),title_en="Writing 2026 spring completions.xlsx",arguments={},started_by=reg,organisation=th,state=state,created_at=now-timedelta(minutes=9),began_at=now-timedelta(minutes=8),ended_at=ended,**k)
    j1=job("running",done_count=8400,total_count=12860); j2=job("failed",result={"fault":"J17-3"},zh="认定全部待认定记录"); j3=job("done",done_count=12860,total_count=12860); job("waiting"); job("cancelled",done_count=300,total_count=900)
    job("failed",error="文件里没有“成绩”这一列。",result={"refusal":"columns_missing","refusal_en":"The file lacks the column “grade”."},zh="检查《名单.csv》")
    base=live_server.url
    urls={"signin":"/sign-in/","signup":"/sign-up/","city":"/territories/","district":f"/territories/{T['天河区'].code}/","street":f"/territories/{T['五山街道'].code}/","ended":f"/territories/{T['员村街道'].code}/","asof":f"/territories/{T['天河区'].code}/?on=2024-01-01","found":"/territories/?q=石","orgs":"/organisations/","orgsf":"/organisations/?kind=library&district=440106000000","org":"/organisations/TH-SQXY/","orglib":"/organisations/TH-TSG/"}
    staff={"today":"/today/","people":"/people/","person":f"/people/{reg.public_id}/","open":"/people/new/","orgnew":"/organisations/new/","orgstatus":"/organisations/TH-TSG/status/","rename":f"/territories/{T['天河区'].code}/name/","roles":"/roles/at/TH-SQXY/","grant":"/roles/at/TH-SQXY/grant/","rolesof":f"/roles/of/{reg.public_id}/","own":"/roles/","jobs":"/jobs/","job1":f"/jobs/{j1.public_id}/","job2":f"/jobs/{j2.public_id}/","routines":"/jobs/routines/","orgstaff":"/organisations/TH-SQXY/","pw":"/password/","changename":f"/people/{reg.public_id}/name/","districtstaff":f"/territories/{T['天河区'].code}/"}
    only=os.environ.get("ONLY","").split(",") if os.environ.get("ONLY") else None
    langs=os.environ.get("LANGS","zh").split(",")
    bad=[]
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path=shutil.which("chromium"),args=["--no-sandbox"])
        for lang in langs:
          for width in (1280,375):
            ctx=b.new_context(viewport={"width":width,"height":900})
            ctx.add_cookies([{"name":settings.LANGUAGE_COOKIE_NAME,"value":"en" if lang=="en" else "zh-hans","url":base}])
            page=ctx.new_page()
            page.on("console",lambda m: bad.append((m.type,m.text)) if m.type in("error","warning") else None)
            def shoot(name,url):
                if only and name not in only: return
                r=page.goto(base+url); 
                w=page.evaluate("document.documentElement.scrollWidth")
                if r.status!=200 or w>width: bad.append((name,width,r.status,w))
                page.screenshot(path=f"{OUT}/{name}-{width}{'-en' if lang=='en' else ''}.png",full_page=True)
            for n,u in urls.items(): shoot(n,u)
            page.goto(base+"/sign-in/"); page.fill("[name=login]","zeng.weiming"); page.fill("[name=password]","trees and rivers"); page.click("main form button"); page.wait_for_load_state()
            print(page.url)
            for n,u in staff.items(): shoot(n,u)
            if not only or "orgerr" in only:
                page.goto(base+"/organisations/new/"); page.fill("[name=credit_code]","123"); page.click("main form button"); page.wait_for_load_state(); page.screenshot(path=f"{OUT}/orgerr-{width}.png",full_page=True)
            ctx.close()
    print(bad)
