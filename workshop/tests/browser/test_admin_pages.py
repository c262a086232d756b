"""The admin's own machinery under the strict policy: nothing blocked, nothing unnamed."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agenda.models import Session
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.accounts.tests.entering import enter
from foundation.accounts.tests.factories import UserFactory
from foundation.series.models import AccessRecord, Contact, Partner, Resource, Workshop
from foundation.series.tests.factories import WorkshopFactory
from registration.tests.factories import AffiliationFactory, InvitationFactory, ParticipantFactory
from workshop.tests.browser.accessibility import violations
from worldcafe.tests.factories import CafeFactory, TableFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bangkok():
    workshop = WorkshopFactory(slug="bangkok", title="Bangkok")
    for number in range(3):
        Partner.objects.create(workshop=workshop, part="partner", name=f"Partner {number}")
        Resource.objects.create(workshop=workshop, kind="report", title=f"Report {number}")
        AccessRecord.objects.create(
            workshop=workshop, user=None, what="Read", at=timezone.now().replace(day=number + 1)
        )
    Contact.objects.create(workshop=workshop, role="Travel", email="travel@example.org")
    ParticipantFactory.create_batch(3, workshop=workshop)
    session = SessionFactory(
        workshop=workshop,
        title="Opening",
        room=RoomFactory(workshop=workshop, name="Ballroom"),
        admits=[AffiliationFactory(workshop=workshop)],
    )
    session.title = "Opening again"
    session.save()
    return workshop


@pytest.fixture(params=[360, 1280])
def page(request, live_server, browser, bangkok):
    """The page of an operator, who sees every screen; at the end the browser had no complaint."""
    operator = UserFactory(is_staff=True, is_superuser=True, email="operator@example.org")
    client = enter(Client(), operator)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": request.param, "height": 900}
    )
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
    )
    heard = []
    context.on("console", lambda message: heard.append(message.text))
    context.on("weberror", lambda error: heard.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert heard == []


def look(page, address=""):
    """Open the address, if one is given, and hold the page to the rules of accessibility."""
    if address:
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations(page)] == []
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider), f"{page.url} scrolls sideways"


def screen(model, name, *key) -> str:
    return reverse(f"admin:{model}_{name}", args=key)


def test_pages_of_every_kind_are_clean(page, bangkok):
    session, room = Session.objects.get(), bangkok.rooms.get()

    for address in (
        reverse("admin:index"),
        reverse("admin:app_list", args=["agenda"]),
        screen("agenda_session", "changelist"),
        screen("agenda_session", "changelist") + "?q=nothing",
        screen("agenda_session", "add"),
        screen("agenda_session", "change", session.pk),
        screen("agenda_session", "delete", session.pk),
        screen("agenda_session", "history", session.pk),
        screen("agenda_room", "history", room.pk),
        screen("series_workshop", "change", bangkok.pk),
        screen("series_accessrecord", "changelist"),
        screen("accounts_user", "changelist"),
        screen("series_role", "add"),
    ):
        look(page, address)


def test_list_is_searched_filtered_sorted_and_acted_on(page, bangkok):
    page.goto(screen("agenda_session", "changelist"))

    page.locator("#searchbar").fill("Opening")
    page.get_by_role("button", name="Search").click()
    page.locator(".filters > summary").click()
    look(page)
    page.locator("#changelist-filter").get_by_role("link", name="Ballroom").click()
    page.get_by_role("link", name="Title", exact=True).click()
    page.locator(".action-select").first.check()
    page.get_by_label("Action:").select_option("delete_selected")
    page.get_by_role("button", name="Go").click()
    look(page)
    page.get_by_role("button", name="Yes, I’m sure").click()

    assert not Session.objects.exists()
    page.get_by_text("Nothing matches.").wait_for()
    look(page)


def test_many_people_are_seen_at_once_with_their_status(page, bangkok):
    ParticipantFactory.create_batch(20, workshop=bangkok)
    page.goto(screen("registration_participant", "changelist"))

    rows = page.locator("#result_list tbody tr")
    boxes = [row.bounding_box() for row in rows.all()]
    status = rows.first.locator(".field-status").bounding_box()

    assert status["x"] + status["width"] <= page.viewport_size["width"]
    if page.viewport_size["width"] > 1000:
        seen = [box for box in boxes if box["y"] + box["height"] <= 900]
        assert len(seen) >= 15


def test_dates_are_drilled_down(page):
    page.goto(screen("series_accessrecord", "changelist"))

    page.locator(".toplinks a").first.click()

    look(page)


def test_resource_is_added_from_the_workshops_page(page, bangkok):
    page.goto(screen("series_workshop", "change", bangkok.pk))
    page.get_by_role("link", name="Resources").first.click()
    look(page)
    page.locator(".object-tools .addlink").click()
    page.locator("#id_kind").select_option("insight")
    page.locator("#id_title").fill("New insight")
    look(page)

    page.locator('[name="_continue"]').click()
    page.locator(".messagelist .success").wait_for()

    assert bangkok.resources.filter(title="New insight").exists()


def test_table_is_added_on_the_cafes_page(page, bangkok):
    cafe = CafeFactory(session__workshop=bangkok)
    TableFactory(cafe=cafe)
    page.goto(screen("worldcafe_cafe", "change", cafe.pk))

    page.locator("#tables-group .add-row a").click()
    page.locator("#id_tables-1-number").fill("77")
    look(page)
    page.locator('[name="_continue"]').click()
    page.locator(".messagelist .success").wait_for()

    assert cafe.tables.filter(number=77).exists()


def test_pages_of_people_are_clean(page, bangkok):
    member = AffiliationFactory(workshop=bangkok, name="Member")
    person = ParticipantFactory(workshop=bangkok, status="pending", claimed=[member])
    invitation = InvitationFactory(workshop=bangkok)

    for address in (
        screen("registration_participant", "changelist"),
        screen("registration_participant", "change", person.pk),
        screen("registration_invitation", "change", invitation.pk),
        screen("registration_invitation", "several") + f"?workshop={bangkok.pk}",
        screen("registration_organisation", "changelist"),
        screen("mail_message", "changelist"),
        screen("worldcafe_reservation", "add") + f"?workshop={bangkok.pk}",
    ):
        look(page, address)
    page.goto(screen("registration_participant", "change", person.pk))
    page.get_by_role("button", name="Decline").click()
    look(page)
    page.get_by_role("button", name="Go on").click()
    page.locator(".messagelist .success").wait_for()
    look(page)

    person.refresh_from_db()
    assert person.status == "declined"


def test_room_is_added_in_a_window_of_its_own_and_the_clock_offers_hours(page, bangkok):
    page.goto(screen("agenda_session", "change", Session.objects.get().pk))
    page.wait_for_load_state("networkidle")

    page.locator("#clocklink0").click()
    page.locator("#clockbox0").get_by_role("link", name="Noon").click()
    with page.expect_popup() as opened:
        page.locator("#add_id_room").click()
    popup = opened.value
    popup.locator("#id_name").fill("Garden room")
    look(popup)
    popup.locator('[name="_save"]').click()
    page.locator("#id_room option:checked", has_text="Garden room").wait_for(state="attached")

    assert page.locator("#id_starts_at_1").input_value().startswith("12:00")
    look(page)


def test_role_is_given_by_typing_and_its_box_has_a_name(page, bangkok):
    UserFactory(email="at-the-desk@example.org", is_staff=True)
    page.goto(screen("series_role", "add"))
    page.wait_for_load_state("networkidle")

    page.get_by_role("combobox", name="User").click()
    page.get_by_role("searchbox", name="User").fill("at-the-desk@")
    page.get_by_role("option", name="at-the-desk@example.org").wait_for()
    look(page)
    page.get_by_role("option", name="at-the-desk@example.org").click()
    page.locator("#id_workshop").select_option(str(bangkok.pk))
    page.locator("#id_duty").select_option("desk")
    page.locator('[name="_save"]').click()
    page.locator(".messagelist .success").wait_for()

    assert Workshop.objects.get(roles__user__email="at-the-desk@example.org") == bangkok


def test_invitees_are_chosen_by_typing(page, bangkok):
    session = Session.objects.get()
    page.goto(screen("agenda_session", "change", session.pk))
    page.wait_for_load_state("networkidle")

    page.locator(".field-invitees .select2-search__field").press_sequentially("*")
    page.locator(".select2-results__option[aria-selected]").first.click()
    page.locator('[name="_continue"]').click()
    page.locator(".messagelist .success").wait_for()

    assert session.invitees.count() == 1
    look(page)
