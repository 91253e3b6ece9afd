// The frame of the page: theme, drawers, popovers.

const root = document.documentElement;

function otherTheme() {
  const dark = getComputedStyle(root).getPropertyValue("--is-dark").trim() === "1";
  return dark ? "light" : "dark";
}

document.getElementById("theme").addEventListener("click", () => {
  const theme = otherTheme();
  root.dataset.theme = theme;
  localStorage.setItem("theme", theme);
});

// Somebody else looks at the same place.
document.addEventListener("click", (event) => {
  const person = event.target.closest("a[data-person]");
  if (person) person.href = `${location.pathname}?as=${person.dataset.person}`;
}, true);

// --- Drawers: the list and the panel slide over the view where the window is narrow, and fold away where it is wide ---

const narrow = window.matchMedia("(max-width: 800px)");

function setDrawer(name, open) {
  document.body.dataset[name] = open ? "open" : "closed";
  for (const toggle of document.querySelectorAll(`[data-drawer="${name}"]`)) {
    toggle.setAttribute("aria-expanded", String(open));
  }
}

function isOpen(name) {
  const drawer = document.getElementById(name);
  return drawer !== null && getComputedStyle(drawer).display !== "none";
}

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-drawer]");
  if (toggle) {
    setDrawer(toggle.dataset.drawer, !isOpen(toggle.dataset.drawer));
    return;
  }
  if (!narrow.matches) return;
  for (const name of ["sidebar", "panel"]) {
    const inside = event.target.closest(`#${name}`);
    const moved = event.target.closest("#sidebar a");
    if (isOpen(name) && (!inside || moved)) setDrawer(name, false);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !narrow.matches) return;
  for (const name of ["sidebar", "panel"]) {
    if (isOpen(name)) setDrawer(name, false);
  }
});

// --- Popovers open beside what opened them, inside the window -----------------------------------------------------

let opener = null;

document.addEventListener("click", (event) => {
  opener = event.target.closest("[popovertarget]") ?? opener;
}, true);

export function placeBeside(popover, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const below = at.bottom + 4 + height <= window.innerHeight;
  // What opens at the right hangs to the left, so that it does not cover what stands beside.
  const hung = at.left > window.innerWidth / 2 && width > at.width ? at.right - width : at.left;
  const left = Math.min(Math.max(8, hung), window.innerWidth - width - 8);
  const top = below ? at.bottom + 4 : Math.max(8, at.top - height - 4);
  popover.style.left = `${left}px`;
  popover.style.top = `${top}px`;
}

document.addEventListener("toggle", (event) => {
  if (event.newState !== "open" || !event.target.matches(".popover")) return;
  const anchor = event.target.anchor ?? opener;
  if (anchor) placeBeside(event.target, anchor);
}, true);
