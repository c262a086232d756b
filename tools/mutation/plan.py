"""What is mutated, and the tests that should notice."""

RULES = {
    "foundation/offers": ["actions.py", "pool.py", "models.py"],
    "registration": [
        "status.py",
        "access.py",
        "waiting_list.py",
        "actions/deciding.py",
        "actions/details.py",
        "actions/inviting.py",
        "actions/listing.py",
        "actions/looking_after.py",
        "actions/losing.py",
        "actions/proving.py",
        "actions/registering.py",
        "actions/restoring.py",
        "actions/seats.py",
        "actions/submitting.py",
        "actions/waiting.py",
    ],
    "agenda": ["access.py", "actions.py"],
    "worldcafe": ["access.py", "actions.py"],
}
# Races are left out: a changed rule would leave them waiting for each other.
TESTS = {
    # Not its state machine: hypothesis takes a minute to find the shortest failure of each mutant.
    "foundation/offers": [
        "foundation/offers/tests/test_line.py",
        "registration/tests/test_waiting.py",
    ],
    "registration": [
        "registration/tests/test_access.py",
        "registration/tests/test_correcting_address.py",
        "registration/tests/test_deciding.py",
        "registration/tests/test_invitation.py",
        "registration/tests/test_inviting.py",
        "registration/tests/test_looking_after.py",
        "registration/tests/test_protected.py",
        "registration/tests/test_proving.py",
        "registration/tests/test_register.py",
        "registration/tests/test_restoring.py",
        "registration/tests/test_verifying.py",
        "registration/tests/test_waiting.py",
        "workshop/tests/test_me_waiting.py",
    ],
    "agenda": [
        "agenda/tests/test_access.py",
        "agenda/tests/test_admin.py",
        "agenda/tests/test_pages.py",
        "agenda/tests/test_retention.py",
        "agenda/tests/test_sign_up.py",
    ],
    "worldcafe": [
        "registration/tests/test_restoring.py",
        "workshop/tests/test_grace.py",
        "worldcafe/tests/test_actions.py",
        "worldcafe/tests/test_admin.py",
        "worldcafe/tests/test_pages.py",
        "worldcafe/tests/test_retention.py",
    ],
}


def files(beginnings: list[str]) -> list[str]:
    """Return the files to mutate whose path begins with one of `beginnings`; all, where none."""
    every = [f"{folder}/{name}" for folder, names in RULES.items() for name in names]
    return [path for path in every if path.startswith(tuple(beginnings or [""]))]


def tests(mutated: list[str]) -> list[str]:
    """Return the test files that should notice a change in one of the `mutated` files."""
    folders = [folder for folder in RULES if any(path.startswith(folder) for path in mutated)]
    return [path for folder in folders for path in TESTS[folder]]
