"""The tags of the package heroicons, `{% load heroicons %}`, with every icon drawn once per process.

The package copies and writes its XML anew at every call, which cost a list of fifty rows a tenth of its time.
"""

from functools import lru_cache

from django import template
from heroicons.templatetags.heroicons import heroicon_outline

register = template.Library()
register.simple_tag(lru_cache(maxsize=256)(heroicon_outline), name="heroicon_outline")
