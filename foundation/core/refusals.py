"""The one way the site says no to a person."""


class Refused(Exception):
    """What was asked is not possible. The sentence is shown to the person; the code is tested."""

    def __init__(self, code: str, sentence: str) -> None:
        if not sentence:
            raise ValueError(f"Refused for “{code}” without a sentence that says so.")
        super().__init__(code)
        self.code = code
        self.sentence = sentence
