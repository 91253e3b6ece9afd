// The modal, confirmations, link buttons and menus.

import { REFUSED, act, go, toast } from "./asking.js";

// --- The modal: what is in it comes by the stream ------------------------------------------------------------------

const modal = document.getElementById("modal");
const content = document.getElementById("modal-content");
let before = null;
let view = "";

function form() {
  return content.querySelector("form");
}

function showModal() {
  const shown = form();
  if (!shown) {
    view = "";
    if (modal.open) modal.close();
    before?.isConnected && before.focus();
    before = null;
    return;
  }
  const fresh = shown.dataset.view !== view;
  view = shown.dataset.view;
  if (!modal.open) {
    before = document.activeElement;
    modal.showModal();
  }
  const invalid = shown.querySelector("[aria-invalid]");
  const inside = !fresh && content.contains(document.activeElement);
  if (invalid) invalid.focus();
  else if (!inside) (shown.querySelector("[autofocus]") ?? shown.querySelector(FIELDS) ?? modal).focus();
}

const FIELDS = ".modal-body .field, .modal-body .picker-button, .modal-body input, .modal-body .button";

// What is being typed while the view is drawn anew is not lost, even if it has not been told yet.
let typing = null;

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target !== content) return;
  const field = document.activeElement;
  typing = view && content.contains(field) && field.matches("input.field, textarea")
    ? { view, id: field.id, value: field.value, start: field.selectionStart, end: field.selectionEnd }
    : null;
});

document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target !== content) return;
  if (typing && form()?.dataset.view === typing.view) {
    const field = document.getElementById(typing.id);
    if (field && field.value !== typing.value) {
      field.value = typing.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (field && !content.querySelector("[aria-invalid]")) {
      field.focus();
      if (typing.start !== null) field.setSelectionRange?.(typing.start, typing.end);
    }
  }
  typing = null;
  showModal();
});

modal.addEventListener("cancel", (event) => {
  event.preventDefault();
  if (document.querySelector("#modal :popover-open")) return;
  act("/do/close", {});
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-all]")) act("/do/close", { everything: "1" });
});

showModal();

// Enter in a field sends the form, as everywhere; in a picker it opens the list.
document.addEventListener("htmx:beforeRequest", (event) => {
  const sent = event.target.closest?.(".modal-form");
  if (sent === event.target) sent.classList.add("sending");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.(".modal-form")) event.target.classList.remove("sending");
});

// --- Confirmation ---------------------------------------------------------------------------------------------------

const confirmation = document.getElementById("confirm");

/** `asked` holds HTML that the sandbox made and escaped. */
export function confirmed(asked) {
  document.getElementById("confirm-title").innerHTML = asked.title ?? "Are you sure?";
  document.getElementById("confirm-text").innerHTML = asked.text ?? "";
  document.getElementById("confirm-deny").innerHTML = asked.deny ?? "Cancel";
  const yes = document.getElementById("confirm-yes");
  yes.innerHTML = asked.confirm ?? "Yes";
  yes.className = asked.style === "danger" ? "button danger solid" : "button primary";
  confirmation.returnValue = "deny";
  confirmation.showModal();
  yes.focus();
  return new Promise((resolve) => {
    confirmation.addEventListener("close", () => resolve(confirmation.returnValue === "confirm"), { once: true });
  });
}

document.addEventListener("htmx:confirm", (event) => {
  const asked = event.detail.elt.dataset?.confirm;
  if (!asked) return;
  event.preventDefault();
  confirmed(JSON.parse(asked)).then((yes) => { if (yes) event.detail.issueRequest(true); });
});

// --- Link buttons tell the app that they were clicked, and lead somewhere --------------------------------------------

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-act]");
  if (!link) return;
  const apart = event.ctrlKey || event.metaKey || event.shiftKey;
  const asks = link.dataset.confirm;
  if (asks || (link.dataset.inside && !apart)) event.preventDefault();
  if (asks && !(await confirmed(JSON.parse(asks)))) return;
  act("/do/act", JSON.parse(link.dataset.act));
  if (link.dataset.inside && !apart) go(link.dataset.inside);
  else if (asks) window.open(link.href, "_blank", "noopener");
});

// --- Menus ------------------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const item = event.target.closest(".menu-item");
  if (!item) return;
  if (item.dataset.opens) window.open(item.dataset.opens, "_blank", "noopener");
  if (item.dataset.copy) {
    navigator.clipboard.writeText(item.dataset.copy).then(() => toast("Link copied."), () => toast(item.dataset.copy));
  }
  item.closest("[popover]")?.hidePopover();
});

document.addEventListener("toggle", (event) => {
  if (event.newState === "open" && event.target.matches(".menu")) event.target.querySelector("[role=menuitem]")?.focus();
}, true);

// --- What Slack's client would not let one do --------------------------------------------------------------------------

const GONE = 404;

document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, elt, successful, pathInfo } = event.detail;
  const path = pathInfo?.requestPath ?? "";
  if (elt.matches?.("[data-composer]") || path.startsWith("/panel")) return;
  if (!successful) toast(xhr.status === GONE ? xhr.responseText : "The sandbox could not do that.");
  else if (xhr.status === REFUSED && path.startsWith("/do/")) toast(xhr.responseText);
});
