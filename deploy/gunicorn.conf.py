"""The production web server: `gunicorn --config deploy/gunicorn.conf.py workshop.wsgi`."""

import multiprocessing

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
