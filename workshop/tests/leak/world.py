"""Three workshops with a mark in everything that not everybody may read."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.utils import timezone

from agenda.models import Session, SessionRole, SignUp, Track
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.accounts.tests.factories import UserFactory
from foundation.mail.backend import write_code
from foundation.mail.compose import write
from foundation.series.models import AccessRecord, TextVersion
from foundation.series.tests.factories import WorkshopFactory, moment
from registration.models import (
    Consent,
    Participant,
    ParticipantAffiliation,
    SensitiveDetails,
    Status,
)
from registration.tests.factories import (
    TOLD,
    AffiliationFactory,
    InvitationFactory,
    ParticipantFactory,
    SubmissionFactory,
)
from workshop.tests.leak import marks as who
from workshop.tests.leak.marks import Marks
from worldcafe.tests.factories import CafeFactory, ReservationFactory, TableFactory

LOCKED = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.LOCKED}
HIDDEN = {"access": Session.Access.RESTRICTED, "listing": Session.Listing.HIDDEN}
PARTICIPANTS = "admin:registration_participant_changelist"
CAFES = "worldcafe:cafes"
# The first and the last row of a list are opened in the admin.
FOUND_BY_STAFF = {"first to come", "protected"}


class World:
    """here: the workshop that is looked at; second: another; unpublished: one to come.

    people: every user by the name of the viewer that they are, or by a name of their own.
    hidden: sessions that those whom they don't admit must take for not existing.
    """

    def __init__(self):
        self.marks = Marks()
        self.people = {}
        self.invitations = {}
        self.hidden: dict[str, tuple[Session, frozenset]] = {}
        self.here = WorkshopFactory(slug="here")
        self.second = WorkshopFactory(slug="second")
        self.unpublished = self._unpublished()
        self.workshops = [self.here, self.second, self.unpublished]
        self.member, self.grantee, self.partner = (
            AffiliationFactory(workshop=self.here, name=name)
            for name in ("Member", "Grantee", "Partner")
        )
        self.first = self.person(
            "first to come", self.here, status=Status.PENDING, staff=who.PEOPLE
        )
        self._mark_practical(self.here, who.CONFIRMED | who.ANY_DUTY, who.CONFIRMED)
        self.sessions = self._sessions()
        self._cafes()
        self._mails()
        self._second()
        self._invitation(self.here, who.PEOPLE)
        self._submission()

    def key_of(self, address: str) -> str:
        """Who reads the mail that goes to `address`."""
        return next((key for key, user in self.people.items() if user.email == address), "nobody")

    # --- People ---------------------------------------------------------------------------------

    def person(self, key, workshop, *, staff, seen_by=who.NOBODY, contact=None, **fields):
        """A participant of whom everything is marked.

        staff: who reads everybody's registration; seen_by: who else is told the name. contact: who
        looks after them, and may read all that they told.
        """
        knows_all = {key} | ({"contact"} if contact else set())

        def mark(what, readers, finders=who.NOBODY):
            readers = knows_all | set(readers)
            return self.marks.word(f"{what} of “{key}”", readers, finders, PARTICIPANTS)

        sensitive = who.SENSITIVE & staff if workshop == self.here else staff
        finders = knows_all | (staff if key in FOUND_BY_STAFF else set())
        told, is_first = staff | set(seen_by), key == "first to come"
        user = UserFactory(email=f"{mark('e-mail', staff)}@example.org", name=mark("name", staff))
        user.password = f"md5$salt${self.marks.word(f'password of “{key}”', who.NOBODY)}"
        user.save()
        person = ParticipantFactory(
            workshop=workshop,
            user=user,
            contact=contact,
            badge_name=mark("badge name", told, finders),
            other_organisation=mark("organisation", told),
            job_title=mark("job title", staff),
            **fields,
        )
        SensitiveDetails.objects.create(
            participant=person,
            dietary=mark("diet", sensitive, {"organiser"} if is_first else who.NOBODY),
            access=mark("access needs", sensitive),
        )
        for version in TextVersion.objects.current(workshop):
            Consent.objects.create(participant=person, version=version)
        self.people[key] = user
        return person

    def participant(self, key) -> Participant:
        return Participant.objects.get(user=self.people[key])

    # --- Sessions -------------------------------------------------------------------------------

    def _sessions(self) -> dict[str, Session]:
        """Of every kind of access one, each with people, a room and a track of its own."""
        members, grantees = [self.member], [self.grantee]
        return {
            "open": self._open(),
            "locked for members": self.session(who.MEMBERS, LOCKED, admits=members, day=0),
            "hidden for members": self.session(who.MEMBERS, HIDDEN, admits=members, day=1),
            "locked for grantees": self.session(who.GRANTEES, LOCKED, admits=grantees, day=2),
            "hidden for grantees": self.session(who.GRANTEES, HIDDEN, admits=grantees, day=3),
            "hidden by invitation": self.session(who.BY_NAME, HIDDEN, day=0),
            "café for members": self.session(
                who.MEMBERS, LOCKED, admits=members, day=2, kind=Session.Kind.WORLD_CAFE
            ),
            "open café": SessionFactory(workshop=self.here, slug="open-cafe", seats=50),
        }

    def _open(self) -> Session:
        session = SessionFactory(workshop=self.here, slug="open", seats=9)
        names = who.CONFIRMED | who.PEOPLE
        speaker = self.person("speaker at the open", self.here, staff=who.PEOPLE, seen_by=names)
        SessionRole.objects.create(session=session, participant=speaker, role="speaker")
        SessionRole.objects.create(session=session, participant=self.first, role="facilitator")
        return session

    def session(self, readers, listing, *, workshop=None, staff=None, day=0, **fields) -> Session:
        """A restricted session with a mark in all that its teaser doesn't tell."""
        workshop, staff, is_hidden = workshop or self.here, staff or who.PEOPLE, listing is HIDDEN
        title = f"{'hidden' if is_hidden else 'locked'} session {len(self.people)}"

        finders = readers if workshop.is_published else who.NOBODY

        def mark(what):
            return self.marks.word(f"{what} of {title}", readers, finders)

        if is_hidden:
            begin, end = self.marks.clock(f"time of {title}", readers)
            fields |= {"slug": mark("address"), "title": mark("title")}
            fields["starts_at"] = moment(workshop, day, hour=6, minute=begin)
            fields["ends_at"] = moment(workshop, day, hour=6, minute=end)
        session = SessionFactory(
            workshop=workshop,
            abstract=mark("text"),
            room=RoomFactory(
                workshop=workshop, name=mark("room"), location=mark("way to the room")
            ),
            track=Track.objects.create(workshop=workshop, name=mark("track")),
            seats=self.marks.number(f"places of {title}", readers),
            **{"title": title, "starts_at": moment(workshop, day)} | fields | listing,
        )
        if is_hidden:
            self.hidden[title] = (session, frozenset(readers))
        self._people_of(session, title, readers, staff)
        return session

    def _people_of(self, session, title, readers, staff):
        def person(what, seen_by=who.NOBODY):
            return self.person(
                f"{what} of {title}",
                session.workshop,
                staff=staff,
                seen_by=seen_by,
            )

        speaker, invited, holder = person("speaker", readers), person("invitee"), person("holder")
        SessionRole.objects.create(session=session, participant=speaker, role="speaker")
        session.invitees.add(invited)
        SignUp.objects.create(
            session=session, participant=holder, during=(session.starts_at, session.ends_at)
        )

    # --- World Cafés ----------------------------------------------------------------------------

    def _cafes(self):
        self.cafe(self.sessions["café for members"], who.MEMBERS, who.CAFE, who.PEOPLE)
        self.open_cafe = CafeFactory(session=self.sessions["open café"])
        self.open_tables = TableFactory.create_batch(3, cafe=self.open_cafe)
        host = self.person(
            "host at the open café", self.here, staff=who.PEOPLE, seen_by=who.CONFIRMED
        )
        ReservationFactory(table=self.open_tables[0], host=host)

    def cafe(self, session, readers, cafe_staff, people_staff):
        """A café of which everything is marked: what was released, too."""

        def mark(what, readers=readers, finders=who.NOBODY):
            return self.marks.word(f"{what} of the café at {session.slug}", readers, finders, CAFES)

        def reservation(table, key, readers, finders, **fields):
            host = self.person(key, session.workshop, staff=people_staff, seen_by=finders)
            text = {
                what: mark(f"{what} of the {key}", {key} | set(readers), finders)
                for what in ("practice", "summary", "brings")
            }
            ReservationFactory(table=table, host=host, **text, **fields)

        finders = readers if session.workshop.is_published else who.NOBODY
        cafe = CafeFactory(session=session, introduction=mark("introduction", finders=finders))
        tables = [
            TableFactory(
                cafe=cafe,
                number=number,
                note=mark(f"note at table {number}"),
                seats=self.marks.number(f"seats of table {number} at {session.slug}", readers),
            )
            for number in (1, 2, 3)
        ]
        reservation(tables[0], f"host at {session.slug}", readers, finders)
        now = timezone.now()
        gone = {"reserved_at": now - timedelta(hours=2), "released_at": now}
        reservation(tables[1], f"former host at {session.slug}", cafe_staff, who.NOBODY, **gone)

    # --- invitations, records ---------------------------------------------------------------

    def _mails(self):
        self._mail("confirmed", who.PEOPLE | {"first to come"}, is_secret=False)
        self._mail("verify", who.NOBODY, is_secret=True)
        write_code(
            to=self.first.user.email,
            subject=self.marks.word("subject of a code by mail", {"operator"}),
            text=self.marks.word("code by mail", who.NOBODY),
        )
        AccessRecord.objects.create(
            workshop=self.here,
            user=self.first.user,
            what=self.marks.word("access record", who.SENSITIVE, who.SENSITIVE),
            about=self.marks.word("whom an access record is about", who.SENSITIVE, who.SENSITIVE),
        )
        Authenticator.objects.create(
            user=self.first.user,
            type=Authenticator.Type.TOTP,
            data={"secret": self.marks.word("secret of a second factor", who.NOBODY)},
        )

    def _mail(self, kind, readers, *, is_secret):
        write(
            workshop=self.here,
            to=self.first.user.email,
            user=self.first.user,
            about=self.first.public_id,
            subject="About your registration",
            text=self.marks.word(f"{kind} mail", readers),
            kind=f"registration/{kind}",
            is_secret=is_secret,
        )

    def _invitation(self, workshop, staff):
        """Whoever holds the link is told what the invitation says: addresses.py knows."""
        readers = staff | {"link holder"}
        address = self.marks.word("e-mail of an invitation", readers)
        self.invitations[workshop.slug] = InvitationFactory(
            workshop=workshop,
            email=f"{address}@example.org",
            name=self.marks.word("name of an invitation", readers),
            nonce=self.marks.word("nonce of an invitation", who.NOBODY),
        )

    def _submission(self):
        """A form that waits: whoever holds its link is told what was sent, but for the needs."""

        def mark(what, readers):
            return self.marks.word(f"{what} of a form that waits", readers)

        told = {name: mark(name, {"form holder"}) for name in ("badge_name", "job_title")}
        told |= {name: mark(name, who.NOBODY) for name in ("dietary", "access")}
        SubmissionFactory(workshop=self.here, answers=TOLD | told)

    # --- The other workshops --------------------------------------------------------------------

    def _mark_practical(self, workshop, readers, finders):
        what = f"practical information of {workshop.slug}"
        workshop.practical = self.marks.word(what, readers, finders, PARTICIPANTS)
        workshop.save()

    def _unpublished(self):
        def mark(what):
            return self.marks.word(
                f"{what} of the unpublished workshop", who.UNPUBLISHED, {"operator"}
            )

        return WorkshopFactory(
            slug=mark("address"),
            title=mark("title"),
            summary=mark("summary"),
            venue=mark("venue"),
            city=mark("city"),
            is_published=False,
        )

    def _second(self):
        """Restricted things of the second workshop; all of the unpublished one."""
        member = AffiliationFactory(workshop=self.second, name="Member there")
        person = self.person("member of the second", self.second, staff=who.SECOND_STAFF)
        ParticipantAffiliation.objects.create(
            participant=person, affiliation=member, verified_at=timezone.now()
        )
        self._mark_practical(self.second, who.SECOND, who.SECOND - {"operator"})
        for workshop, readers, staff in (
            (self.second, who.SECOND, who.SECOND_STAFF),
            (self.unpublished, who.UNPUBLISHED, who.UNPUBLISHED),
        ):
            there = {"workshop": workshop, "staff": staff}
            admits = [member] if workshop == self.second else []
            self.session(readers, HIDDEN, admits=admits, **there)
            kind = Session.Kind.WORLD_CAFE
            cafe = self.session(readers, LOCKED, admits=admits, day=1, kind=kind, **there)
            self.cafe(cafe, readers, staff, staff)
            self._invitation(workshop, staff)
        unseen = self.marks.word("title of an unpublished session", who.UNPUBLISHED, {"operator"})
        SessionFactory(workshop=self.unpublished, slug="unseen", title=unseen)
