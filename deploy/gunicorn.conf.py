"""The production web server: `gunicorn --config deploy/gunicorn.conf.py workshop.wsgi`."""

import multiprocessing

from workshop.logs import WithoutSecrets

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = multiprocessing.cpu_count() + 1
threads = 4
# A worker starts afresh after so many requests, each at a time of its own.
max_requests = 5000
max_requests_jitter = 500
timeout = 30
graceful_timeout = 30
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat file in memory, as gunicorn advises
# Addresses carry invitation tokens: no access log here, nor one in the proxy that keeps them.
accesslog = None
errorlog = "-"
# It would be a file in a home folder, for a tool that nobody uses here.
control_socket_disable = True


def on_starting(server):
    """Leave tokens out of what gunicorn itself logs: the address of a request that broke."""
    for handler in server.log.error_log.handlers:
        handler.setFormatter(WithoutSecrets(server.log.error_fmt, server.log.datefmt))
