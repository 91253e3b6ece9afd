// Conversations and threads: where they are scrolled to, how they grow, and moving about in them by keyboard.

import { me, toast, within } from "./asking.js";

const NEAR = 40;
const MOST = 260;
const KEPT = 160;

// --- Scrolling: who reads the newest keeps reading the newest ------------------------------------------------------

function atEnd(scroller) {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
}

function toEnd(scroller) {
  scroller.scrollTop = scroller.scrollHeight;
}

function attach(scroller) {
  if (scroller.attached) return;
  scroller.attached = true;
  const lines = scroller.querySelector("[data-lines]");
  let stuck = true;
  const button = scroller.parentElement.querySelector("[data-to-newest]");
  const pointed = lines.dataset.at && lines.querySelector(`[data-spot$=":${CSS.escape(lines.dataset.at)}"]`);
  toEnd(scroller);
  if (pointed) {
    pointed.scrollIntoView({ block: "center" });
    pointed.classList.add("pointed");
    stuck = atEnd(scroller);
  }
  scroller.stick = () => {
    stuck = true;
    toEnd(scroller);
  };
  scroller.addEventListener("scroll", () => {
    stuck = atEnd(scroller);
    if (button) button.hidden = stuck;
  }, { passive: true });
  new ResizeObserver(() => {
    if (!stuck) return;
    trim(lines);
    toEnd(scroller);
  }).observe(lines);
  new ResizeObserver(() => { if (stuck) toEnd(scroller); }).observe(scroller);
  button?.addEventListener("click", scroller.stick);
  const messages = lines.querySelectorAll(".message");
  if (messages.length) messages[messages.length - 1].tabIndex = 0;
}

/** A conversation that runs for hours stays light: the oldest lines go, and come back when one scrolls up. */
function trim(lines) {
  const messages = lines.querySelectorAll(":scope > .message");
  if (messages.length <= MOST || lines.dataset.thread) return;
  const first = messages[messages.length - KEPT];
  while (lines.firstElementChild !== first) lines.firstElementChild.remove();
  const [, channel, ts] = first.dataset.spot.split(":");
  const older = document.createElement("div");
  older.className = "older";
  older.dataset.older = "";
  older.setAttribute("hx-get", `/older/${channel}?before=${ts}`);
  older.setAttribute("hx-trigger", "intersect once");
  older.setAttribute("hx-swap", "outerHTML");
  lines.prepend(older);
  htmx.process(older);
}

document.addEventListener("htmx:load", (event) => {
  for (const scroller of within(event.target, "[data-scroller]")) attach(scroller);
});
for (const scroller of document.querySelectorAll("[data-scroller]")) attach(scroller);

// Older lines push what is read down; it stays where it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.matches?.("[data-older]")) {
    const scroller = event.target.closest(".scroller");
    const below = scroller.scrollHeight - scroller.scrollTop;
    requestAnimationFrame(() => { scroller.scrollTop = scroller.scrollHeight - below; });
  }
});

// --- Lines that come by the stream --------------------------------------------------------------------------------

// A fragment finds its own place, and not every window has it open; what a window has already it does not get twice.
document.addEventListener("htmx:sseBeforeMessage", (event) => {
  event.preventDefault();
  const template = document.createElement("template");
  template.innerHTML = event.detail.data;
  for (const fragment of [...template.content.children]) {
    const target = placeOf(fragment);
    if (!target) fragment.remove();
    else if (target.matches("[data-lines]")) leaveKnown(fragment, target);
  }
  htmx.swap(event.target, template.innerHTML, { swapStyle: "none" });
});

function placeOf(fragment) {
  const [, selector] = (fragment.getAttribute("hx-swap-oob") ?? "").split(":#");
  return document.getElementById(selector ?? fragment.id);
}

function leaveKnown(fragment, lines) {
  if (!fragment.getAttribute("hx-swap-oob").startsWith("beforeend")) return;
  lines.querySelector(".nothing-yet")?.remove();
  const days = new Set([...lines.querySelectorAll(".day")].map((one) => one.textContent.trim()));
  for (const child of [...fragment.children]) {
    const known = child.id && document.getElementById(child.id);
    if (known || (child.matches(".day") && days.has(child.textContent.trim()))) child.remove();
  }
}

// A stream that was cut missed something: what is shown is asked for anew. That it was cut is shown, and is no error.
htmx.createEventSource = (address) => {
  const source = new EventSource(address);
  let opened = false;
  source.addEventListener("open", () => {
    document.body.classList.remove("cut-off");
    if (opened) htmx.ajax("GET", location.pathname + location.search, { target: "#view", source: document.body });
    opened = true;
  });
  Object.defineProperty(source, "onerror", {
    set(handler) {
      source.addEventListener("error", (event) => {
        document.body.classList.add("cut-off");
        if (source.readyState === EventSource.CLOSED) handler(event);
      });
    },
  });
  return source;
};

// --- Threads ------------------------------------------------------------------------------------------------------

function threadRoot() {
  return document.querySelector("#thread [data-thread]")?.dataset.thread;
}

function channelPath() {
  return location.pathname.split("/").slice(0, 3).join("/");
}

function address(path) {
  return `${path}?as=${me}`;
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "thread") return;
  if (location.pathname.startsWith("/c/")) history.replaceState({}, "", address(`${channelPath()}/${threadRoot()}`));
  document.getElementById("composer-thread-text")?.focus();
});

function closeThread() {
  const thread = document.getElementById("thread");
  const root = threadRoot();
  thread.replaceChildren();
  if (location.pathname.startsWith("/c/")) history.replaceState({}, "", address(channelPath()));
  const line = root && document.getElementById(`c-${root.replace(".", "-")}`);
  (line ?? document.getElementById("composer-text"))?.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-thread]")) closeThread();
  event.target.closest("[data-drop-notice]")?.closest(".notice, .refused").remove();
});

// --- Keyboard -----------------------------------------------------------------------------------------------------

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function stepAmong(items, current, step) {
  const at = items.indexOf(current);
  const next = items[at + step];
  if (!next) return false;
  current.tabIndex = current.matches(".message") ? -1 : current.tabIndex;
  if (next.matches(".message")) next.tabIndex = 0;
  next.focus();
  return true;
}

const LISTS = [
  [".lines", ".message"],
  ["#sidebar", ".entry"],
  ["[role=menu]", "[role=menuitem]"],
  [".people", ".person"],
];

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  for (const [list, item] of LISTS) {
    const inside = event.target.closest(list);
    if (!inside || event.target.matches("textarea, input")) continue;
    const items = [...inside.querySelectorAll(item)];
    const current = event.target.closest(item);
    const moved = current ? stepAmong(items, current, step) : items[0]?.focus() === undefined;
    if (moved) event.preventDefault();
    return;
  }
});

document.addEventListener("focusin", (event) => {
  const line = event.target.closest(".message");
  if (!line) return;
  for (const one of line.parentElement.querySelectorAll('.message[tabindex="0"]')) one.tabIndex = -1;
  line.tabIndex = 0;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  if (event.target.closest("#thread")) closeThread();
});

document.addEventListener("htmx:sendError", () => toast("The sandbox does not answer. Is it still running?"));
