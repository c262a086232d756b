"""What registration shows on `me/` and on the organisers' start page."""


def my_registration(request):
    return None


def my_data(request):
    return None


def waiting_for_organisers(request):
    return None
