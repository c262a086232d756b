"""What the agenda shows on `me/` and on the organisers' start page."""


def my_agenda(request):
    return None


def programme_at_a_glance(request):
    return None
