"""A field is a label, its errors, its control and its hint, tied together for those who cannot see it."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.http import QueryDict
from django.template import engines
from django.utils import translation

from xuecheng.city.jobs.models import Job
from xuecheng.web import fields
from xuecheng.web.forms import DateInput, Described


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card.")
    born_on = forms.DateField(label="Born", widget=DateInput, required=False)
    notice = forms.ChoiceField(
        label="Notice", widget=forms.RadioSelect, choices=[("sms", "Text"), ("call", Described("Call", "By day"))]
    )
    agree = forms.BooleanField(label="I agree")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.cleaned_data.get("name") == "both":
            raise forms.ValidationError("One of the two must go.")


def show(form: forms.Form, source: str = "{% for field in form %}<c-field :field='field' />{% endfor %}") -> str:
    compiled = engines["django"].engine.template_loaders[0].loaders[0].cotton_compiler.process(source)
    with translation.override("en"):
        return engines["django"].from_string(compiled).render({"form": form})


def test_a_control_names_its_error_before_its_hint():
    shown = show(Form({"name": ""}))
    control = re.search(r"<input[^>]*name=\"name\"[^>]*>", shown)
    assert control
    assert 'aria-describedby="id_name_error id_name_hint"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    assert shown.index('id="id_name_error"') < shown.index('name="name"') < shown.index('id="id_name_hint"')


def test_only_what_may_stay_empty_is_marked():
    shown = show(Form())
    assert shown.count("(optional)") == 1
    assert re.search(r'for="id_born_on">Born<span[^>]*> \(optional\)', shown)


@pytest.mark.django_db
def test_a_list_says_what_it_means_that_nothing_is_chosen():
    class Choosing(forms.Form):
        must = forms.ModelChoiceField(queryset=Job.objects.none())
        may = forms.ModelChoiceField(queryset=Job.objects.none(), required=False)
        own = forms.ModelChoiceField(queryset=Job.objects.none(), empty_label="整栋楼")

    form = Choosing()
    with translation.override("zh-hans"):
        told = [str(fields.take_apart(form[name]).control) for name in ("must", "may", "own")]
    assert [re.findall(">([^<]+)</option>", one) for one in told] == [["请选择"], ["不选"], ["整栋楼"]]


def test_a_group_is_a_fieldset_whose_choices_may_explain_themselves():
    shown = show(Form())
    assert "<legend>Notice</legend>" in shown
    assert re.search(
        r'<label><input type="radio" name="notice" value="call"[^>]*><span>Call</span><small>By day</small></label>',
        shown,
    )


def test_a_date_is_shown_as_the_browser_wants_it():
    from datetime import date

    assert 'type="date" name="born_on" value="2026-11-23"' in show(Form(initial={"born_on": date(2026, 11, 23)}))


def test_the_summary_links_to_what_can_be_reached():
    form = Form({"name": ""})
    shown = show(form, "<c-error-summary :form='form' />{% for field in form %}<c-field :field='field' />{% endfor %}")
    targets = re.findall(r'href="#([^"]+)"', shown)
    assert targets == ["id_name", "id_notice_0", "id_agree"]
    for target in targets:
        assert f'id="{target}"' in shown
    assert "3 things to correct" in shown


def test_the_summary_names_the_field_unless_the_error_does():
    form = Form({"name": "x", "notice": "fax", "agree": "on"})
    form.add_error("name", "This name is taken.")
    with translation.override("en"):
        links = [link.text for link in fields.error_links(form)]
    assert links[0] == "This name is taken."
    assert links[1] == "Notice: “fax” cannot be chosen. Choose from the list."


def test_a_label_that_is_a_sentence_ends_once():
    form = Form({"name": "x", "notice": "fax", "agree": "on"})
    form.fields["notice"].label = "Tell me how."
    with translation.override("en"):
        (link,) = fields.error_links(form)
    assert link.text.startswith("Tell me how: “fax”")


@pytest.mark.parametrize(
    ("language", "label", "said"),
    [("en", "Why?", "Why? Fill this in."), ("zh-hans", "为什么？", "为什么？这一项还没有填。")],
)
def test_a_question_keeps_its_own_mark(language, label, said):
    form = Form({"name": "", "notice": "sms", "agree": "on"})
    form.fields["name"].label = label
    with translation.override(language):
        (link,) = fields.error_links(form)
    assert link.text == said


def test_a_label_inside_another_word_names_no_field():
    class Kinds(forms.Form):
        at = forms.CharField(label="As")
        begins = forms.CharField(label="从")

    form = Kinds({})
    form.errors.clear()
    form.add_error("at", "Choose at least one.")
    form.add_error("begins", "请从列出来的里面选。")
    with translation.override("en"):
        assert [link.text for link in fields.error_links(form)] == [
            "As: Choose at least one.",
            "从: 请从列出来的里面选。",
        ]


class Empty(forms.Form):
    one = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    list = forms.ChoiceField(choices=[("", "-"), ("a", "A")])
    some = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    tick = forms.BooleanField()
    file = forms.FileField()
    words = forms.CharField()
    own = forms.CharField(error_messages={"required": "Say why."})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ["Choose one.", "Choose one.", "Choose at least one.", "Tick this box.", "Choose a file.", "Fill this in."],
        ),
        (
            "zh-hans",
            ["请选一项。", "请选一项。", "请至少选一项。", "请勾选这一项。", "请选一个文件。", "这一项还没有填。"],
        ),
    ],
)
def test_what_stayed_empty_is_called_by_what_is_to_be_done(language, said):
    with translation.override(language):
        found = [fields.take_apart(field).errors for field in Empty({})]
    assert found == [(one,) for one in [*said, "Say why."]]


def test_what_concerns_the_whole_form_comes_first_and_links_nowhere():
    links = fields.error_links(Form({"name": "both", "notice": "sms", "agree": "on"}))
    assert [(link.href, link.text) for link in links] == [("", "One of the two must go.")]


def test_a_form_sends_its_token_and_its_hidden_fields():
    shown = show(Form(initial={"token": "t1"}), "<c-form :form='form' />")
    assert 'name="token" value="t1"' in shown
    assert "novalidate" in shown


class Filters(forms.Form):
    words = forms.CharField(required=False, label="Words")
    kind = forms.ChoiceField(
        required=False, label="Kind", choices=[("", "All"), ("a", "First"), ("Groups", [("b", "Second")])]
    )
    open_only = forms.BooleanField(required=False, label="Open only")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("words=&kind=", []),
        ("kind=b&words=x&after=zz", [("Words", "x", "/list/?kind=b"), ("Kind", "Second", "/list/?words=x")]),
        ("open_only=on", [("Open only", "", "/list/")]),
        ("kind=nonsense", []),
    ],
)
def test_a_filter_in_force_can_be_taken_away_alone(query, expected):
    data = QueryDict(query)
    found = fields.active_filters(Filters(data), data, "/list/")
    assert [(each.label, each.value, each.url) for each in found] == expected
