// The message field: sending, growing, and the list that completes slash commands, names, channels and emoji.

import { REFUSED, choose, chosen, moveChoice, part, within } from "./asking.js";
import { insert } from "./toolbar.js";

function field(form) {
  return form.querySelector("textarea");
}

function grow(text) {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, window.innerHeight * 0.4)}px`;
}

// --- Drafts live as long as the window --------------------------------------------------------------------------------

function draftKey(form) {
  return `draft:${form.dataset.channel}:${form.dataset.root}`;
}

function restore(form) {
  const text = field(form);
  text.value ||= sessionStorage.getItem(draftKey(form)) ?? "";
  grow(text);
}

document.addEventListener("htmx:load", (event) => {
  for (const form of within(event.target, "[data-composer]")) restore(form);
});
for (const form of document.querySelectorAll("[data-composer]")) restore(form);

// --- Sending: the field is free at once, and gets its text back if it was refused ---------------------------------------

document.addEventListener("htmx:beforeSend", (event) => {
  const form = event.target;
  if (!form.matches?.("[data-composer]")) return;
  const text = field(form);
  form.sent = text.value;
  text.value = "";
  sessionStorage.removeItem(draftKey(form));
  form.querySelector(".notices").replaceChildren();
  grow(text);
  // Who writes wants to see it, wherever they had scrolled to.
  form.closest(".conversation, #thread").querySelector("[data-scroller]").stick();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  const { xhr, successful } = event.detail;
  if (!form.matches?.("[data-composer]") || (successful && xhr.status !== REFUSED)) return;
  const text = field(form);
  text.value ||= form.sent;
  grow(text);
  const reason = successful ? xhr.responseText : "This could not be sent.";
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = reason;
  form.querySelector(".notices").replaceChildren(notice);
});

document.addEventListener("htmx:confirm", (event) => {
  const form = event.detail.elt;
  if (form.matches?.("[data-composer]") && !field(form).value.trim()) event.preventDefault();
});

// --- Completion -------------------------------------------------------------------------------------------------------

const COMMAND = /^\/([\w-]*(?: [\w]*)?)$/;
const WORD = /(?:^|\s)([@#:])([\p{L}\w.+-]*)$/u;

function wanted(text) {
  const before = text.value.slice(0, text.selectionStart);
  const command = text.closest("[data-composer]").dataset.root ? null : COMMAND.exec(before);
  if (command) return { sign: "/", q: command[1], start: 0 };
  const word = WORD.exec(before);
  if (!word || (word[1] === ":" && word[2].length < 2)) return null;
  return { sign: word[1], q: word[2], start: before.length - word[2].length - 1 };
}

function listOf(text) {
  return document.getElementById(text.getAttribute("aria-controls"));
}

function closeList(text) {
  const list = listOf(text);
  if (!list) return;
  list.hidden = true;
  list.replaceChildren();
  text.removeAttribute("aria-activedescendant");
}

async function complete(text) {
  const asked = wanted(text);
  text.completing = asked;
  if (!asked) {
    closeList(text);
    return;
  }
  const html = await part("/completions", { sign: asked.sign, q: asked.q });
  if (text.completing !== asked) return;
  const list = listOf(text);
  list.innerHTML = html;
  const any = list.querySelector("[role=option]");
  list.hidden = !any;
  choose(list, text, any);
}

function take(text, option) {
  text.setSelectionRange(text.completing.start, text.selectionStart);
  closeList(text);
  insert(text, option.dataset.insert);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("[data-composer]");
  if (!form || !event.target.matches("textarea")) return;
  grow(event.target);
  sessionStorage.setItem(draftKey(form), event.target.value);
  complete(event.target);
});

document.addEventListener("keydown", (event) => {
  const text = event.target;
  // (the thread may just have been closed by the same key)
  if (!text.matches?.("[data-composer] textarea") || !text.isConnected || event.isComposing) return;
  const list = listOf(text);
  const option = list.hidden ? null : chosen(list);
  if (option && (event.key === "Enter" || event.key === "Tab")) {
    // A whole command is sent, not completed with what it is already.
    if (event.key === "Enter" && text.value.trim() === option.dataset.insert.trim()) closeList(text);
    else {
      event.preventDefault();
      take(text, option);
      return;
    }
  }
  if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    moveChoice(list, text, event.key === "ArrowDown" ? 1 : -1);
  } else if (!list.hidden && event.key === "Escape") {
    event.preventDefault();
    closeList(text);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    text.form.requestSubmit();
  }
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".completions [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option.closest("[data-composer]").querySelector("textarea"), option);
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-composer] textarea")) closeList(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert].icon-button");
  if (button) insert(field(button.form), button.dataset.insert);
});

// --- The field is where one types when a conversation is opened -------------------------------------------------------

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "view" || !matchMedia("(hover: hover)").matches) return;
  if (!document.getElementById("composer-thread-text")) document.getElementById("composer-text")?.focus();
});

// --- Editing a message ------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.edit");
  if (!form) return;
  if (event.key === "Escape") {
    event.preventDefault();
    form.querySelector("button[type=button]").click();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    form.requestSubmit();
  }
});
