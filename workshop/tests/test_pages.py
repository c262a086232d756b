"""The page around every page, and the workshop's own."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.tests.factories import UserFactory
from foundation.series.facts import dates_in_words, how_far_off, zone_in_words
from foundation.series.models import Contact, Partner, Resource, Workshop
from foundation.series.tests.factories import WorkshopFactory
from registration.tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db


def page(client, workshop) -> str:
    response = client.get(workshop.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_page_offers_sign_in_to_a_visitor_and_sign_out_by_post_to_a_user(client):
    workshop = WorkshopFactory()

    visitor = page(client, workshop)
    client.force_login(UserFactory())
    user = page(client, workshop)

    assert reverse("account_login") in visitor
    assert reverse("account_logout") not in visitor
    assert re.search(rf'<form method="post" action="{reverse("account_logout")}">', user)


def test_page_offers_the_admin_to_staff_alone(client):
    workshop = WorkshopFactory()
    link = f'href="{reverse("admin:index")}"'

    client.force_login(UserFactory())
    participant = page(client, workshop)
    client.force_login(UserFactory(is_staff=True))
    staff = page(client, workshop)

    assert link not in participant
    assert link in staff


def test_page_carries_nothing_that_the_policy_forbids(client):
    html = page(client, WorkshopFactory())

    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


class TestWorkshop:
    def test_says_what_it_is_when_and_where(self, client):
        workshop = WorkshopFactory(
            theme="Made-up theme",
            summary="Made-up summary",
            about="We *meet*. <script>alert(1)</script>",
            starts_on=date(2027, 2, 1),
            ends_on=date(2027, 2, 4),
        )

        with time_machine.travel("2027-01-30T20:00:00Z", tick=False):
            html = page(client, workshop)

        for text in ["Made-up theme", "Made-up summary", "<em>meet</em>", "Riverside Hotel"]:
            assert text in html
        assert "Monday 1 to Thursday 4 February 2027" in html
        assert "Bangkok, Thailand" in html
        assert "Asia/Bangkok (UTC+7)" in html
        assert "Begins tomorrow" in html  # in Bangkok it is the 31st already
        assert "<script>alert" not in html

    def test_names_who_is_behind_it_and_the_members_of_an_alliance(self, client):
        workshop = WorkshopFactory()
        behind = {"workshop": workshop, "part": "partner"}
        alliance = Partner.objects.create(name="Made-up alliance", **behind)
        Partner.objects.create(name="Made-up member", member_of=alliance, **behind)
        Partner.objects.create(workshop=workshop, part="donor", name="Made-up donor")

        html = page(client, workshop)

        assert html.count("Made-up member") == 1
        assert html.index("Made-up alliance") < html.index("Made-up member")
        assert html.index("Core donors") < html.index("Made-up donor")

    def test_groups_what_there_is_to_read(self, client):
        workshop = WorkshopFactory()
        for kind, country, title in [
            ("report", "KH", "Report of one"),
            ("insight", "", "An insight"),
            ("briefing", "KH", "Briefing of one"),
            ("other", "", "Something else"),
        ]:
            Resource.objects.create(
                workshop=workshop, kind=kind, country=country, title=title, languages="Khmer"
            )

        html = page(client, workshop)

        order = ["Cambodia", "Report of one", "Briefing of one", "An insight", "Something else"]
        assert sorted(order, key=html.index) == order
        assert html.count("Cambodia") == 1

    @pytest.mark.parametrize("anchor", ["contact", "code-of-conduct", "data-notice"])
    def test_has_what_the_foot_of_every_page_points_to(self, client, anchor):
        workshop = WorkshopFactory(code_of_conduct="Be kind.", data_notice="For this alone.")

        html = page(client, workshop)

        assert f"{workshop.get_absolute_url()}#{anchor}" in html
        assert f'id="{anchor}"' in html

    @pytest.mark.parametrize(
        ("opens", "closes", "says"),
        [
            (-2, -1, "Registration is closed"),
            (-1, 1, "Registration is open until"),
            (1, 2, "Registration opens"),
        ],
    )
    def test_says_how_to_register(self, client, opens, closes, says):
        now = timezone.now()
        workshop = WorkshopFactory(
            registration_opens_at=now + timedelta(days=opens),
            registration_closes_at=now + timedelta(days=closes),
        )

        assert says in page(client, workshop)

    def test_leads_who_is_registered_to_their_own_page(self, client):
        participant = ParticipantFactory()
        client.force_login(participant.user)
        elsewhere = WorkshopFactory()

        assert "Your registration, your agenda" in page(client, participant.workshop)
        assert "Your registration, your agenda" not in page(client, elsewhere)

    @pytest.mark.parametrize("count", [1, 30])
    def test_takes_the_same_queries_for_few_rows_and_many(
        self, client, count, django_assert_num_queries
    ):
        workshop = WorkshopFactory()
        for n in range(count):
            partner = Partner.objects.create(workshop=workshop, part="partner", name=f"P {n}")
            Partner.objects.create(
                workshop=workshop, part="partner", name=f"M {n}", member_of=partner
            )
            Contact.objects.create(workshop=workshop, role=f"R {n}", email="role@example.org")
            Resource.objects.create(workshop=workshop, kind="report", title=f"T {n}", country="KH")

        with django_assert_num_queries(5):
            page(client, workshop)

    def test_shows_hostile_names_as_they_were_typed(self, client):
        text = "<img src=x onerror=alert(1)> \"' ខ្មែរ ‮ 🙂 =1+1"
        workshop = WorkshopFactory(title=text, theme=text, venue=text, city=text[:100])
        Partner.objects.create(workshop=workshop, part="partner", name=text)
        Resource.objects.create(workshop=workshop, kind="other", title=text)

        html = page(client, workshop)

        assert "<img src=x" not in html
        assert html.count("&lt;img src=x") >= 6


class TestList:
    def test_leads_straight_to_the_only_current_workshop(self, client):
        workshop = WorkshopFactory()
        WorkshopFactory(starts_on=date(2024, 3, 4), is_published=True)
        WorkshopFactory(is_published=False)

        response = client.get(reverse("home"))

        assert response.url == workshop.get_absolute_url()

    def test_lists_current_and_past_ones_and_none_that_is_unpublished(self, client):
        for title in ["Next-one", "Later-one"]:
            WorkshopFactory(title=title)
        WorkshopFactory(title="Past-one", starts_on=date(2024, 3, 4))
        WorkshopFactory(title="Secret-one", is_published=False)

        html = client.get(reverse("home")).content.decode()

        order = ["Coming workshops", "Next-one", "Later-one", "Past workshops", "Past-one"]
        assert sorted(order, key=html.index) == order
        assert "This workshop is over" in html
        assert "Secret-one" not in html

    def test_without_workshops_says_so(self, client):
        WorkshopFactory(is_published=False)

        html = client.get(reverse("home")).content.decode()

        assert 'class="empty"' in html

    @pytest.mark.parametrize("count", [2, 30])
    def test_takes_one_query_for_few_and_many(self, client, count, django_assert_num_queries):
        WorkshopFactory.create_batch(count)

        with django_assert_num_queries(1):
            client.get(reverse("home"))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2027, 2, 1), date(2027, 2, 1), "Monday 1 February 2027"),
        (date(2027, 2, 1), date(2027, 2, 4), "Monday 1 to Thursday 4 February 2027"),
        (date(2027, 2, 26), date(2027, 3, 1), "Friday 26 February to Monday 1 March 2027"),
        (
            date(2026, 12, 31),
            date(2027, 1, 1),
            "Thursday 31 December 2026 to Friday 1 January 2027",
        ),
    ],
)
def test_dates_say_once_what_both_share(first, last, words):
    assert dates_in_words(Workshop(starts_on=first, ends_on=last)) == words


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2027, 1, 30), "In 2 days"),
        (date(2027, 1, 31), "Begins tomorrow"),
        (date(2027, 2, 1), "Today is day 1 of 4"),
        (date(2027, 2, 4), "Today is day 4 of 4"),
        (date(2027, 2, 5), "This workshop is over"),
    ],
)
def test_distance_is_counted_in_days(today, words):
    workshop = Workshop(starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 4))

    assert how_far_off(workshop, today) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Kathmandu", "Asia/Kathmandu (UTC+5:45)"),
        ("America/Costa_Rica", "America/Costa_Rica (UTC-6)"),
        ("UTC", "UTC (UTC+0)"),
    ],
)
def test_zone_is_named_with_its_distance_from_utc(zone, words):
    assert zone_in_words(Workshop(starts_on=date(2027, 2, 1), timezone=zone)) == words
