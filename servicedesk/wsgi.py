"""The web server's door."""

import os

from django.core.wsgi import get_wsgi_application

from servicedesk.encoding import utf8_only

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
# Pages get short database limits; the other processes do not (see settings.py).
os.environ.setdefault("SERVICEDESK_PROCESS", "web")

application = utf8_only(get_wsgi_application())
