// The editor's page by hand: single keys do the common things, and articles can be
// dragged. Both press the buttons of the page; preview.js answers them.
"use strict";

// --- Keys. ---

const cards = () => all(".card").filter((c) => c.offsetParent);
const singleKeys = () => {
  try { return localStorage.getItem("roundup-keys") !== "off"; } catch { return true; }
};

function step(by) {
  const list = cards();
  const at = list.indexOf(document.activeElement?.closest(".card"));
  const to = list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))];
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
}

const press = (id) => byId(id)?.click();

const keys = {
  1: () => press("view-phone"), 2: () => press("view-desktop"), 3: () => press("view-text"), 4: () => press("view-source"),
  d: () => press(byId("scheme-dark").hasAttribute("aria-current") ? "scheme-light" : "scheme-dark"),
  i: () => press(byId("images-off").hasAttribute("aria-current") ? "images-on" : "images-off"),
  j: () => step(1), k: () => step(-1),
  m: () => enterMail(),
  u: () => press("undo"),
  "?": () => { byId("keys").open = true; byId("keys").firstElementChild.focus(); },
};
const cardKeys = { "[": "up", "]": "down", p: "pin", s: "skip", x: "drop", r: "restore" };

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (field) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.form.requestSubmit();
    } else if (event.key === "Escape" && field.closest("details.edit")) {
      const edit = field.closest("details.edit");
      edit.open = false;
      edit.firstElementChild.focus();
    }
    return;
  }
  if (toolbar(event)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || !singleKeys()) return;
  const card = event.target.closest(".card");
  let act = keys[event.key];
  if (card && cardKeys[event.key]) act = () => press(`${cardKeys[event.key]}-${card.dataset.article}`);
  if (card && event.key === "v") act = () => showInMail(card);
  if (card && event.key === "e") act = () => openEdit(card);
  if (!act) return;
  event.preventDefault();
  act();
});

function openEdit(card) {
  const edit = card.querySelector("details.edit");
  if (!edit) return;
  edit.open = true;
  edit.querySelector("textarea").focus();
}

// toolbar moves the focus within a row of buttons, which is one stop of Tab.
function toolbar(event) {
  const tools = event.target.closest("[data-tools]");
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tools || !by) return false;
  event.preventDefault();
  const buttons = all("button", tools);
  const to = buttons[(buttons.indexOf(event.target) + by + buttons.length) % buttons.length];
  buttons.forEach((b) => { b.tabIndex = b === to ? 0 : -1; });
  to.focus();
  return true;
}

// --- Dragging. ---

let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".rank")?.closest(".card") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector("h4").textContent);
  event.dataTransfer.setDragImage(dragged, 20, 20);
  dragged.classList.add("dragged");
});

document.addEventListener("dragover", (event) => {
  const spot = dragged && spotFor(event);
  all(".drop").forEach((e) => e.classList.remove("drop", "after"));
  if (!spot) return;
  event.preventDefault();
  spot.mark.classList.add("drop");
  spot.mark.classList.toggle("after", spot.after);
});

document.addEventListener("drop", (event) => {
  const spot = dragged && spotFor(event);
  if (!spot) return;
  event.preventDefault();
  move(dragged, spot.section, spot.place);
});

document.addEventListener("dragend", () => {
  all(".drop, .dragged").forEach((e) => e.classList.remove("drop", "after", "dragged"));
  dragged = null;
});

// spotFor is where an article would go if it were let go of here.
function spotFor(event) {
  const section = event.target.closest?.("[data-section]");
  if (!section) return null;
  const list = all(".card", section).filter((c) => c !== dragged);
  let before = list.findIndex((c) => event.clientY < c.getBoundingClientRect().top + c.offsetHeight / 2);
  if (before < 0) before = list.length;
  const mark = list[before] ?? list.at(-1) ?? section;
  return { section: section.dataset.section, place: before + 1, mark, after: before === list.length };
}

function move(card, section, place) {
  const form = card.querySelector("form.move");
  const picked = form.elements.section;
  picked.value = section;
  form.elements.place.value = place;
  submit(form, form.querySelector("button"));
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "keys-on") return;
  try { localStorage.setItem("roundup-keys", event.target.checked ? "on" : "off"); } catch { /* not kept */ }
});
