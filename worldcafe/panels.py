"""What the World Café shows on `me/` and on the organisers' start page."""


def my_table(request):
    return None


def tables_at_a_glance(request):
    return None
