// Every select: one list with a search field, filled by the sandbox (or by the app behind it) while one types.

import { choose, chosen, debounced, moveChoice, part } from "./asking.js";
import { placeBeside } from "./shell.js";

const popover = document.getElementById("picker");
const search = document.getElementById("picker-search");
const list = document.getElementById("picker-options");
let picker = null;
let asked = 0;

function note(text) {
  const line = document.createElement("li");
  line.className = "option-none";
  line.setAttribute("role", "presentation");
  line.textContent = text;
  list.replaceChildren(line);
}

async function fill() {
  // What was typed a moment before something was chosen: nobody looks any more, and the form may be gone.
  if (!popover.matches(":popover-open")) return;
  const least = Number(picker.dataset.least);
  const left = least - search.value.length;
  asked += 1;
  const turn = asked;
  if (left > 0) {
    note(least === 1 ? "Type to search" : `Type ${left} more character${left === 1 ? "" : "s"}`);
    return;
  }
  const { spot, block, action } = picker.dataset;
  const html = await part("/options", { spot, block, action, q: search.value });
  if (turn !== asked) return;
  if (html) list.innerHTML = html;
  else note("The options could not be loaded.");
  choose(list, search, list.querySelector("[role=option]"));
  placeBeside(popover, popover.anchor);
}

const fillSoon = debounced(130, fill);

function open(button) {
  picker = button.closest("[data-picker]");
  (picker.closest("dialog") ?? document.body).append(popover);
  popover.anchor = button;
  search.value = "";
  note("Loading …");
  popover.style.width = `${Math.max(button.getBoundingClientRect().width, 240)}px`;
  popover.showPopover();
  button.setAttribute("aria-expanded", "true");
  search.focus();
  fill();
}

popover.addEventListener("toggle", (event) => {
  if (event.newState !== "closed" || !picker) return;
  popover.anchor.setAttribute("aria-expanded", "false");
  if (popover.contains(document.activeElement) || document.activeElement === document.body) popover.anchor.focus();
});

search.addEventListener("input", fillSoon);
search.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    moveChoice(list, search, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const option = chosen(list);
    if (option) take(option);
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    popover.hidePopover();
    popover.anchor.focus();
  }
});

list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) take(option);
});

// --- Taking a choice --------------------------------------------------------------------------------------------------

function hidden(name, value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  return input;
}

function values(of) {
  return [...of.querySelectorAll("input[type=hidden]")].map((input) => input.value).filter(Boolean);
}

function tell(of) {
  if ("acts" in of.dataset) {
    const { spot, block, action } = of.dataset;
    htmx.ajax("POST", "/do/act", { source: of, swap: "none", values: { spot, block, action, value: values(of) } });
  } else {
    of.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function take(option) {
  const { value, label } = option.dataset;
  if (picker.classList.contains("several")) addChip(picker, value, label);
  else {
    picker.querySelector("input[type=hidden]").value = value;
    const words = picker.querySelector(".picker-words");
    words.textContent = label;
    words.classList.remove("placeholder");
  }
  popover.hidePopover();
  popover.anchor.focus();
  tell(picker);
}

function addChip(to, value, label) {
  if (values(to).includes(value) || values(to).length >= Number(to.dataset.most)) return;
  const chip = document.createElement("li");
  chip.className = "chip";
  const text = document.createElement("span");
  text.textContent = label;
  const drop = document.createElement("button");
  Object.assign(drop, { type: "button", className: "chip-drop", textContent: "×" });
  drop.setAttribute("aria-label", `Remove ${label}`);
  chip.append(text, drop, hidden(to.dataset.name, value));
  to.querySelector(".chips").append(chip);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".picker-button");
  if (button) open(button);
  const drop = event.target.closest(".chip-drop");
  if (drop) {
    const of = drop.closest("[data-picker]");
    drop.closest(".chip").remove();
    if (!values(of).length) of.querySelector(".chips").append(hidden(of.dataset.name, ""));
    tell(of);
  }
  const clear = event.target.closest(".picker-clear");
  if (clear) {
    const of = clear.closest("[data-picker]");
    of.querySelector("input[type=hidden]").value = "";
    of.querySelector(".picker-words").textContent = "Select an item";
    of.querySelector(".picker-words").classList.add("placeholder");
    clear.remove();
    tell(of);
  }
});

document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.(".picker-button");
  if (button && (event.key === "ArrowDown" || (event.key.length === 1 && /\S/.test(event.key)))) {
    event.preventDefault();
    open(button);
    if (event.key.length === 1) {
      search.value = event.key;
      fillSoon();
    }
  }
});
