"""Every field for a password hides what is typed, and nothing hinders pasting or a password manager (ASVS 6.2.6, 6.2.7)."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from django import forms

import xuecheng

MADE_FOR = {"current-password", "new-password"}
HINDERS = ("onpaste", "oncopy", "onbeforepaste", '"paste"', "'paste'")


def _forms() -> list[type[forms.BaseForm]]:
    for module in pkgutil.walk_packages(xuecheng.__path__, "xuecheng."):
        if module.name.split(".")[-1] == "forms" or ".forms." in module.name:
            importlib.import_module(module.name)
    found, wait = [], list(forms.BaseForm.__subclasses__())
    while wait:
        one = wait.pop()
        wait += one.__subclasses__()
        if one.__module__.startswith("xuecheng.") and hasattr(one, "base_fields"):
            found.append(one)
    return found


def test_a_password_is_typed_hidden_and_filled_in_by_a_manager() -> None:
    seen = 0
    for form in _forms():
        for name, field in form.base_fields.items():
            if "password" not in name or name == "passwordless":
                continue
            seen += 1
            assert getattr(field.widget, "input_type", "") == "password", (form, name)
            assert field.widget.attrs.get("autocomplete") in MADE_FOR, (form, name)
    assert seen >= 3, "the forms were not found"


def test_no_page_and_no_script_hinders_pasting() -> None:
    root = Path(xuecheng.__path__[0])
    read = [one for kind in ("*.html", "*.js", "*.ts") for one in root.rglob(kind) if "dist" not in one.parts]
    assert len(read) > 100
    for one in read:
        text = one.read_text("utf-8").lower()
        assert not [word for word in HINDERS if word in text], one
