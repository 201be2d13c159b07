"""What RapidSMS answers to a keyword: loaded by its own app of handlers, in its own environment."""

from rapidsms.contrib.handlers import KeywordHandler  # type: ignore[import-not-found,unused-ignore]


class PermitHandler(KeywordHandler):  # type: ignore[misc,unused-ignore] # nothing is known of it
    """Answers `PERMIT 10231456`."""

    keyword = "permit"

    def help(self) -> None:
        """Answers the keyword alone."""
        self.respond("Text PERMIT and the number of your permit.")

    def handle(self, text: str) -> None:
        """Answers with what the text asked for."""
        self.respond(f"Permit {text} is ready")
