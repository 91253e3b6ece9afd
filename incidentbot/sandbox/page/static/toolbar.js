// What can be done with a message: one bar for all of them, and the menus behind it.

import { act, debounced, part } from "./asking.js";
import { placeBeside } from "./shell.js";

const toolbar = document.getElementById("toolbar");
const menu = document.getElementById("menu");
const emoji = document.getElementById("emoji");
const grid = document.getElementById("emoji-grid");
const search = document.getElementById("emoji-search");

function busy() {
  return menu.matches(":popover-open") || (emoji.matches(":popover-open") && emoji.line);
}

function show(line) {
  if (!line || busy() || toolbar.parentElement === line) return;
  const whisper = line.dataset.spot.startsWith("whisper");
  toolbar.classList.toggle("few", whisper || "gone" in line.dataset);
  toolbar.querySelector("[data-reply]").hidden = line.dataset.scope === "t" || whisper;
  toolbar.hidden = false;
  line.append(toolbar);
}

for (const kind of ["mouseover", "focusin"]) {
  document.addEventListener(kind, (event) => show(event.target.closest?.(".message")));
}

// A line that is drawn anew takes nothing away that is still wanted.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.contains?.(toolbar)) {
    toolbar.hidden = true;
    document.body.append(toolbar);
  }
});

function lineOf(element) {
  return element.closest(".message");
}

async function openMenu(button) {
  const line = lineOf(button);
  menu.innerHTML = await part("/menu", { spot: line.dataset.spot, scope: line.dataset.scope });
  htmx.process(menu);
  menu.anchor = button;
  menu.showPopover();
}

// --- Emoji: for a reaction to a line, or for a field ----------------------------------------------------------------

async function fillGrid() {
  grid.innerHTML = await part("/emoji", { q: search.value });
}

async function openEmoji(button, { line = null, field = null }) {
  Object.assign(emoji, { line, field, anchor: button });
  search.value = "";
  await fillGrid();
  emoji.showPopover();
  placeBeside(emoji, button);
  search.focus();
}

search.addEventListener("input", debounced(100, fillGrid));
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    grid.querySelector("[data-emoji]")?.click();
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    grid.querySelector("[data-emoji]")?.focus();
  }
});

const WIDE = 9;
grid.addEventListener("keydown", (event) => {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: WIDE, ArrowUp: -WIDE };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...grid.querySelectorAll("[data-emoji]")];
  (all[all.indexOf(event.target) + step] ?? search).focus();
});

grid.addEventListener("click", (event) => {
  const name = event.target.closest("[data-emoji]")?.dataset.emoji;
  if (!name) return;
  if (emoji.line) act("/do/react", { spot: emoji.line.dataset.spot, name });
  if (emoji.field) insert(emoji.field, `:${name}: `);
  emoji.hidePopover();
});

export function insert(field, text) {
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// --- Clicks and keys ------------------------------------------------------------------------------------------------

function reply(line) {
  const [, channel] = line.dataset.spot.split(":");
  htmx.ajax("GET", `/thread/${channel}/${line.dataset.root}`, { target: "#thread", source: document.body });
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-quick], [data-react], [data-reply], [data-menu], [data-emoji-for]");
  if (!target) return;
  if (target.dataset.quick) act("/do/react", { spot: lineOf(target).dataset.spot, name: target.dataset.quick });
  else if ("react" in target.dataset) openEmoji(target, { line: lineOf(target) });
  else if ("reply" in target.dataset) reply(lineOf(target));
  else if ("menu" in target.dataset) openMenu(target);
  else openEmoji(target, { field: document.getElementById(target.dataset.emojiFor) });
});

document.addEventListener("contextmenu", (event) => {
  const line = event.target.closest(".message");
  if (!line || event.target.closest("a, input, textarea") || String(getSelection())) return;
  event.preventDefault();
  show(line);
  openMenu(toolbar.querySelector("[data-menu]"));
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".message") || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = { t: "[data-reply]", r: "[data-react]", m: "[data-menu]" };
  const button = keys[event.key] && toolbar.querySelector(`${keys[event.key]}:not([hidden])`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});
