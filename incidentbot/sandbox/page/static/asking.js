// Asking the sandbox for parts of the page, as the person whom this window acts as.

const headers = JSON.parse(document.body.getAttribute("hx-headers"));

/** What Slack's own client would not let one do is answered with a sentence; what is done, with nothing. */
export const REFUSED = 200;

export const me = headers["X-As"];

export async function part(path, parameters = {}) {
  const query = new URLSearchParams(parameters);
  const answer = await fetch(`${path}?${query}`, { headers: { ...headers, "HX-Request": "true" } });
  return answer.ok ? answer.text() : "";
}

/** An act whose result arrives by the stream; it outlives the page, so that a link may be followed meanwhile. */
export async function act(path, values) {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(values), headers, keepalive: true });
  if (answer.status === REFUSED) toast(await answer.text());
}

export function go(path) {
  const address = new URL(path, location.href);
  address.searchParams.set("as", me);
  history.pushState({}, "", address);
  return htmx.ajax("GET", path, { target: "#view", source: document.body });
}

let toastTimer = 0;

export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.hidden = true; }, 4000);
}

export function debounced(wait, work) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), wait);
  };
}

/** Moves the choice of a listbox whose field keeps the focus. */
export function moveChoice(list, field, step) {
  const options = [...list.querySelectorAll("[role=option]")];
  if (!options.length) return;
  const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  choose(list, field, options[(now + step + options.length) % options.length]);
}

export function choose(list, field, option) {
  for (const one of list.querySelectorAll('[aria-selected="true"]')) one.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

export function chosen(list) {
  return list.querySelector('[role=option][aria-selected="true"]');
}

/** What is new in the page and fits the selector: the element itself, or what is in it. */
export function within(element, selector) {
  const inside = [...(element.querySelectorAll?.(selector) ?? [])];
  return element.matches?.(selector) ? [element, ...inside] : inside;
}
