"""How the web server runs, in the demonstration and in production alike."""

from servicedesk.log import LOGGING

wsgi_app = "servicedesk.wsgi:application"
worker_class = "gthread"
workers = 2
threads = 4
# Loaded once before forking: a wrong setting then ends the start with its sentence.
preload_app = True
timeout = 60
graceful_timeout = 30
# No access log: it would hold the receipt links.
accesslog = None
logconfig_dict = LOGGING
limit_request_line = 4094
limit_request_fields = 60
control_socket_disable = True
