"""What people do on the site: register, be confirmed, take a seat and a table."""

import re
import time
from email.message import EmailMessage

from foundation.mail.tests.mail_server import MailServer
from tools.production.machine import HOST, PATIENCE, Machine
from tools.production.visitor import AuthenticatorApp, Visitor

OPERATOR, ORGANISER, MARA = "operator@example.org", "organiser@example.org", "mara@example.org"
WORKSHOP = "/bangkok-2024"
SESSION, CAFES = f"{WORKSHOP}/agenda/table-online-exploitation/", f"{WORKSHOP}/world-cafe/"
NAME, TABLE = "Mara Demo · ម៉ារ៉ា", "Table 5"
CODE = r"^([A-Z]{4}-[A-Z]{4})$"


class Inboxes:
    """Everybody's mail, each read once. secrets: the codes and tokens that were in it."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._read: set[int] = set()
        self.secrets: set[str] = set()

    def finds_secret(self, address: str, pattern: str) -> str:
        """Wait for a mail with a code or a token; return that."""
        secret = self.finds(address, pattern)
        self.secrets.add(secret)
        return secret

    def finds(self, address: str, pattern: str) -> str:
        """Wait for an unread mail to `address` with this in it; return what its group matches."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for at, mail in enumerate(list(self._server.mails)):
                found = re.search(pattern, _text_of(mail), re.M)
                if at not in self._read and address in str(mail["To"]) and found:
                    self._read.add(at)
                    return found[1]
            time.sleep(0.1)
        raise SystemExit(f"No worker delivered the mail to {address} within {PATIENCE} s.")


def _text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return "\n".join(body.get_content().splitlines()) if body else ""


class Story:
    """The people of one run, and how far they have come."""

    def __init__(self, machine: Machine, server: MailServer) -> None:
        self.machine, self.inboxes = machine, Inboxes(server)
        self.mara = Visitor("Mara", machine)
        self.organiser = Visitor("the organiser", machine)
        self.operator = Visitor("the operator", machine)
        self.people = [self.mara, self.organiser, self.operator]
        self.apps: dict[str, AuthenticatorApp] = {}

    def secrets(self) -> set[str]:
        """Return what no log may have: addresses, a name, tokens, codes, cookies, apps' secrets."""
        cookies = {value for each in self.people for value in each.given_cookies}
        apps = {app.secret for app in self.apps.values()}
        return {OPERATOR, ORGANISER, MARA, NAME} | self.inboxes.secrets | cookies | apps

    def signs_in(self, visitor: Visitor, email: str) -> None:
        """Sign in where the visitor is, by a mailed code, and with the app of whoever has one."""
        visitor.presses("Send me a code", email=email)
        visitor.presses("Sign in", code=self.inboxes.finds_secret(email, CODE))
        if email in self.apps:
            visitor.presses("Sign in", code=self.apps[email].digits())

    def enters_the_admin(self, visitor: Visitor, email: str) -> None:
        """Sign in, set up the authenticator app that the admin asks for at first, and enter."""
        visitor.goes_to("/admin/")
        self.signs_in(visitor, email)
        if email not in self.apps:
            visitor.goes_to("/accounts/2fa/totp/activate/")
            self.apps[email] = AuthenticatorApp(visitor.finds(r'id="secret">(\w+)<'))
            visitor.presses("Use this app", code=self.apps[email].digits())
        visitor.goes_to("/admin/")
        visitor.reads("What waits for you")

    def mara_registers(self) -> str:
        """Fill in the form and use the mailed link; return the token that was in it."""
        self.mara.goes_to(f"{WORKSHOP}/")
        self.mara.follows("Register")
        self.mara.presses(
            "Send registration",
            badge_name=NAME,
            email=MARA,
            job_title="Director",
            other_organisation="Made-up Network",
            country="KH",
            affiliations=True,
            days=True,
            dietary="Vegetarian",
            agrees_to_conduct=True,
            agrees_to_data_use=True,
        )
        self.mara.reads("Check your e-mail", MARA)
        token = self.inboxes.finds_secret(MARA, rf"{HOST}{WORKSHOP}/register/verify/([^/\s]+)/")
        self.mara.goes_to(f"{WORKSHOP}/register/verify/{token}/")
        self.mara.presses("Send to the organisers")
        self.mara.reads("Registration received")
        return token

    def link_is_used_again(self, token: str) -> None:
        """Ask often enough to come to each server: of the one that is dead no log has the link."""
        stranger = Visitor("somebody", self.machine)
        self.people.append(stranger)
        for _n in range(4):
            stranger.goes_to(f"{WORKSHOP}/register/verify/{token}/")
            stranger.reads("confirmed")

    def operator_appoints_an_organiser(self) -> None:
        """Enter as the first operator, and give somebody a user and a role at the workshop."""
        self.enters_the_admin(self.operator, OPERATOR)
        self.operator.goes_to("/admin/accounts/user/add/")
        self.operator.presses("Save and continue editing", email=ORGANISER, is_staff=True)
        user = self.operator.finds(r"/user/(\d+)/change/")
        self.operator.goes_to("/admin/series/role/add/")
        self.operator.presses("Save", user=user, workshop="1", duty="organiser")
        self.operator.reads(ORGANISER, "was added successfully")

    def organiser_confirms_mara(self) -> None:
        self.enters_the_admin(self.organiser, ORGANISER)
        self.organiser.goes_to("/admin/registration/participant/?status__exact=pending")
        self.organiser.follows(NAME)
        verified = self.organiser.box("ECPAT member: verified")
        self.organiser.presses("Confirm", **{verified: True})
        self.organiser.reads("confirmed, since")
        self.inboxes.finds(MARA, "(Your registration is confirmed)")

    def mara_signs_in(self) -> None:
        self.mara.goes_to(f"{WORKSHOP}/me/")
        self.signs_in(self.mara, MARA)
        self.mara.reads("My page", "ECPAT member")

    def mara_takes_a_seat(self) -> None:
        self.mara.goes_to(SESSION)
        self.mara.presses("Join this session")
        self.mara.reads("You have a seat")

    def mara_reserves_a_table(self) -> None:
        self.mara.goes_to(CAFES)
        self.mara.follows(TABLE)
        self.mara.presses(
            "Reserve this table",
            practice="A helpline that children trust",
            summary="What came of it.",
            brings="A short film.",
            country="KH",
        )
        self.mara.reads("is yours")

    def goes_on_at(self, machine: Machine) -> None:
        """Find everything again with the cookie of before, and change it; sign in anew."""
        self.mara.moves_to(machine)
        self.mara.goes_to(f"{WORKSHOP}/me/")
        self.mara.reads("My World Café table", "A helpline that children trust")
        self.mara.goes_to(SESSION)
        self.mara.reads("You have a seat")
        self.mara.presses("Leave this session")
        self.organiser = Visitor("the organiser", machine)
        self.people.append(self.organiser)
        self.enters_the_admin(self.organiser, ORGANISER)
        self.organiser.goes_to("/admin/registration/participant/")
        self.organiser.reads(NAME)
