"""Faults planted for the rules beside this: `semgrep --test` fails when a rule misses one, or finds what is sound."""

# ruleid: mark-safe-of-a-variable
mark_safe(name)
# ok: mark-safe-of-a-variable
mark_safe("<b>")
# ok: mark-safe-of-a-variable
mark_safe(render_to_string("a.html", context).strip())
# ruleid: sql-by-percent
cursor.execute("select %s" % name)
# ok: sql-by-percent
cursor.execute("select %s", [name])


# ruleid: csrf-exempt
@csrf_exempt
def view(request): ...


# ruleid: logging-of-person-fields
logger.info("who %s", person.name)
# ok: logging-of-person-fields
logger.info("who %s", person.pk)
# ruleid: requests-without-timeout
urllib.request.urlopen(url)
# ok: requests-without-timeout
urllib.request.urlopen(url, timeout=3)
# ruleid: float-for-credits
float(credits)
# ruleid: get-by-key-from-the-request
Person.objects.get(pk=request.GET["person"])
# ruleid: shell
subprocess.run("ls", shell=True)
# ok: shell
subprocess.run(["ls"])
# ruleid: pickle
pickle.loads(data)
# ruleid: debug-on
DEBUG = True
# ruleid: certificate-not-checked
fetch(url, verify=False)


class AllForm(ModelForm):
    class Meta:
        # ruleid: form-of-all-fields
        fields = "__all__"


class MostForm(ModelForm):
    class Meta:
        # ruleid: form-that-leaves-out
        exclude = ["role"]


# ruleid: random-for-secrets
random.randint(0, 999999)
# ok: random-for-secrets
secrets.randbelow(1000000)
# ruleid: redirect-to-what-was-asked
redirect(request.GET["next"])
# ok: redirect-to-what-was-asked
redirect("people:list_people")
# ruleid: answer-of-what-was-asked
HttpResponse(request.GET.get("q"))
# ruleid: weak-hash
hashlib.md5(data)
# ok: weak-hash
hashlib.md5(data, usedforsecurity=False)
# ruleid: secrets-compared-by-equality
mac.hexdigest() == signature
# ok: secrets-compared-by-equality
hmac.compare_digest(mac.hexdigest(), signature)
# ruleid: text-run-as-code
eval(text)
# ruleid: xml-with-entities
xml.etree.ElementTree.fromstring(data)
# ok: xml-with-entities
defusedxml.ElementTree.fromstring(data)
# ruleid: archive-unpacked-whole
archive.extractall(folder)
# ok: archive-unpacked-whole
archive.extractall(folder, filter="data")
# ruleid: time-without-the-house-clock
datetime.now()
# ok: time-without-the-house-clock
clock.now()
# ruleid: cookie-without-flags
response.set_cookie("a", "b")
# ok: cookie-without-flags
response.set_cookie("a", "b", httponly=True, samesite="Lax")
