"""The organisers' start page: what waits for them, of every app."""

from workshop.start_page.agenda import programme_at_a_glance
from workshop.start_page.cafe import tables_at_a_glance
from workshop.start_page.people import waiting_for_organisers

PANELS = [waiting_for_organisers, programme_at_a_glance, tables_at_a_glance]
