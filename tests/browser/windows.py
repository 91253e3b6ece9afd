"""Windows of the page as people have them, watched for everything that must not happen in one."""

from typing import Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, Route

from tests.browser.people import Person

PATIENCE: Final = 60
WIDE: Final = (1440, 900)
PHONE: Final = (400, 800)
SERVER_ERROR: Final = 500


class Windows:
    """Opens windows. `troubles` are errors of console, scripts and server, and requests to elsewhere."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    def open(self, who: str = "ana", *, size: tuple[int, int] = WIDE, dark: bool = False, path: str = "/") -> Page:
        """A window of somebody, in a browser profile of its own."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE * 1_000)
        context.route(lambda url: not url.startswith(f"{self._address}/"), self._refuse)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("response", self._response)
        page.goto(f"{self._address}{path}{'&' if '?' in path else '?'}as={who}")
        return page

    def person(self, who: str, *, size: tuple[int, int] = WIDE) -> Person:
        """Somebody in front of a window, looking at #incidents."""
        return Person(self.open(who, size=size))

    def close(self) -> None:
        """Close all of them."""
        for context in self._contexts:
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text} {message.location}")

    def _response(self, response: Response) -> None:
        if response.status >= SERVER_ERROR:
            self.troubles.append(f"{response.status} from {response.url}")

    def _refuse(self, route: Route, request: Request) -> None:
        self.troubles.append(f"request to elsewhere: {request.url}")
        route.abort()
