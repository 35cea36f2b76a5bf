"""Sample words of the page of all parts, Chinese and English side by side; no catalogue needs them."""

from __future__ import annotations

from django import template

from xuecheng.web.gallery import say

register = template.Library()
register.simple_tag(say, name="say")
