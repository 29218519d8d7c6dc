// What makes the editor's page quick: forms and links are answered in place, the
// page follows what changes on disk, articles can be dragged, and single keys do
// the common things. Without it every form and link works all the same.
"use strict";

const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- The page is fetched and only what differs is put in place. ---

const regions = ["top", "problem", "notes", "inbox", "words", "bar", "stage", "hand", "articles", "checks", "foot"];
let latest = 0; // number of the request whose answer counts
let busy = 0; // requests under way; what follows the disk waits for them

async function load(url, options) {
  busy++;
  try {
    return await take(url, options, ++latest);
  } finally {
    busy--;
  }
}

async function take(url, options, turn) {
  let answer, page;
  try {
    answer = await fetch(url, { cache: "no-store", ...options });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    away();
    return false;
  }
  if (turn !== latest) return false;
  if (!page.body.dataset.stamp) { // an answer that is no page: a refusal, in a line
    say(page.body.textContent, true);
    return false;
  }
  const address = new URL(answer.url);
  address.searchParams.delete("said");
  if (address.pathname === location.pathname) history.replaceState(null, "", address.search || "./");
  put(page);
  return true;
}

// put takes over the regions of a fetched page that differ from this one's.
function put(page) {
  document.title = page.title;
  document.body.dataset.stamp = page.body.dataset.stamp;
  const said = page.getElementById("said");
  if (said.childElementCount) byId("said").replaceChildren(...adopt(said).childNodes);
  document.body.toggleAttribute("data-broken", page.body.hasAttribute("data-broken"));
  if (page.body.hasAttribute("data-broken")) {
    replace(byId("problem"), page.getElementById("problem"));
    return; // what was there stays, dimmed, until the mistake is mended
  }
  if (!byId("content")) { // it began with a mistake
    document.body.replaceWith(adopt(page.body));
    begin();
    return;
  }
  for (const id of regions) {
    if (id === "stage" && sameFrame(page)) continue;
    replace(byId(id), page.getElementById(id));
  }
  ready();
}

const adopt = (node) => document.adoptNode(node);
const source = new WeakMap(); // what a region was made from

function replace(old, now) {
  if (!old || !now) return;
  const markup = now.outerHTML;
  if (source.get(old) === markup) return;
  const kept = keep(old);
  now = adopt(now);
  source.set(now, markup);
  old.replaceWith(now);
  restore(now, kept);
}

// keep notes what the editor has open, typed and focused in a region.
function keep(region) {
  const focus = region.contains(document.activeElement) ? document.activeElement : null;
  return {
    open: all("details[id]", region).map((d) => [d.id, d.open]),
    typed: all("input[id], textarea[id], select[id]", region).filter(dirty).map((f) => [f.id, f.value]),
    focus: focus && { id: focus.id, card: focus.closest(".card")?.id, at: focus.selectionStart, end: focus.selectionEnd, index: cards().indexOf(focus.closest(".card")) },
  };
}

function restore(region, kept) {
  for (const [id, open] of kept.open) if (byId(id)) byId(id).open = open;
  for (const [id, value] of kept.typed) if (byId(id)) byId(id).value = value;
  if (!kept.focus) return;
  const { id, card, index, at, end } = kept.focus;
  const found = (id && byId(id)) || (card && byId(card)) || cards()[Math.min(index, cards().length - 1)] || byId(region.id);
  found.focus({ preventScroll: true });
  if (typeof at === "number" && found.id === id && /^(text|textarea)$/.test(found.type)) found.setSelectionRange(at, end);
}

const dirty = (field) =>
  field.type !== "hidden" && field.type !== "checkbox" && !field.hidden &&
  (field.tagName === "SELECT" ? all("option", field).some((o) => o.selected !== o.defaultSelected) : field.value !== field.defaultValue);

// --- The mail's frame: exchanged when the new one is ready, at the same place. ---

function sameFrame(page) {
  const was = byId("frame");
  const now = page.getElementById("frame");
  const stage = page.getElementById("stage");
  if (!was || !now) return false;
  if (was.getAttribute("src") === now.getAttribute("src") && byId("stage").className === stage.className) return true;
  const next = document.importNode(now);
  const place = () => [next.contentWindow, was.contentWindow];
  next.classList.add("coming");
  next.addEventListener("load", () => {
    try {
      const [to, from] = place();
      if (was.width === next.width) to.scrollTo(0, from.scrollY);
    } catch { /* a page that is no mail, such as an error */ }
    byId("stage").className = stage.className;
    was.remove();
    next.classList.remove("coming");
  }, { once: true });
  all(".coming").forEach((f) => f.remove());
  next.id = "frame";
  was.removeAttribute("id");
  was.after(next);
  return true;
}

function showInMail(card) {
  const mail = byId("frame")?.contentDocument;
  const link = mail && [...mail.links].find((a) => a.getAttribute("href") === card.dataset.link);
  if (!link) return;
  link.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

// --- Said aloud and on the page. ---

function say(words, bad) {
  const line = document.createElement("p");
  line.textContent = words;
  const box = document.createElement("div");
  box.className = bad ? "remark bad" : "remark";
  box.append(line);
  byId("said").replaceChildren(box);
}

function live(word, well = true) {
  if (!byId("live")) return;
  byId("live").classList.toggle("lost", !well);
  if (byId("live-word").textContent !== word) byId("live-word").textContent = word;
}
const away = () => live("The preview has ended, or can’t be reached.", false);
const present = () => live("Follows every change by itself.");

// --- Follows what changes. ---

const second = 1000;

async function follow() {
  try {
    if (!document.hidden && !busy) {
      const stamp = await (await fetch("stamp", { cache: "no-store" })).text();
      present();
      if (!busy && stamp !== document.body.dataset.stamp) await load(location.href);
    }
  } catch {
    away();
  }
  setTimeout(follow, second);
}

// --- Forms and links are answered in place. ---

async function submit(form, button) {
  if (button?.getAttribute("aria-disabled") === "true") return;
  const data = new URLSearchParams(new FormData(form, button));
  if (form.hasAttribute("data-look")) {
    load("./?" + data);
    return;
  }
  const label = button?.textContent;
  if (button && form.dataset.slow) {
    button.textContent = form.dataset.slow;
    button.setAttribute("aria-disabled", "true");
  }
  const typed = all("input[id], textarea[id], select[id]", form).filter(dirty);
  const before = typed.map((f) => [f, f.defaultValue]);
  typed.forEach((f) => { if (f.id !== "to") f.defaultValue = f.value; }); // what is saved is not unsaved
  const place = button?.closest(".card");
  const done = await load(form.action, { method: "POST", body: data });
  if (byId("said").querySelector(".bad") || !done) before.forEach(([f, v]) => { f.defaultValue = v; if (byId(f.id)) byId(f.id).value = f.value; });
  if (button?.isConnected && label) {
    button.textContent = label;
    button.removeAttribute("aria-disabled");
  }
  if (place && byId(place.id)) mark(byId(place.id));
  unsaved();
}

function mark(card) {
  all(".card.changed").forEach((c) => c.classList.remove("changed"));
  card.classList.add("changed");
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-nav]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  load(link.href);
});

// --- While typing: the inbox line follows, and what is not saved says so. ---

document.addEventListener("input", (event) => {
  const field = event.target;
  for (const shown of all(`[data-shows="${field.name}"]`)) shown.textContent = field.value;
  count(field);
  unsaved();
});

function count(field) {
  const counter = all("[data-counts]").find((c) => c.dataset.counts === field.name);
  if (counter) counter.textContent = `${[...field.value].length} characters; ${counter.dataset.where} show about ${counter.dataset.most}`;
}

function unsaved() {
  for (const note of all(".unsaved")) {
    note.hidden = !all("input[id], textarea[id]", note.closest("form")).some(dirty);
  }
}

addEventListener("beforeunload", (event) => {
  if (all(".unsaved").some((n) => !n.hidden)) event.preventDefault();
});

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
  u: () => byId("said").querySelector("button")?.click(),
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

// --- Beginning. ---

// ready is done whenever a part of the page is new.
function ready() {
  for (const tools of all("[data-tools]")) {
    tools.setAttribute("role", "toolbar");
    const at = all("button", tools).indexOf(document.activeElement);
    all("button", tools).forEach((b, i) => { b.tabIndex = i === Math.max(at, 0) ? 0 : -1; });
  }
  if (byId("keys-on")) byId("keys-on").checked = singleKeys();
  for (const name of ["subject", "preheader"]) {
    const field = byId(name);
    if (field && dirty(field)) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  present();
  unsaved();
  reachable();
  if (byId("check-form")?.hasAttribute("data-wanted")) seen.observe(byId("checks"));
}

// reachable lets the keyboard scroll a mail that is wider than the screen.
function reachable() {
  const paper = document.querySelector(".paper");
  if (!paper) return;
  paper.toggleAttribute("tabindex", false);
  if (paper.scrollWidth > paper.clientWidth) paper.tabIndex = 0;
}
addEventListener("resize", reachable);

// Everything is checked when the editor first comes to look at the checks: it
// takes a while, and asks others.
const seen = new IntersectionObserver((entries) => {
  if (!entries.some((e) => e.isIntersecting)) return;
  seen.disconnect();
  const form = byId("check-form");
  if (!form?.hasAttribute("data-wanted") || look.began) return;
  look.began = true;
  look(form);
});

// look has everything checked, beside whatever else is done.
async function look(form) {
  try {
    await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  } catch {
    return; // the button is still there
  }
  while (busy) await new Promise((done) => setTimeout(done, 50));
  load(location.href);
}

function begin() {
  document.documentElement.classList.add("script");
  for (const id of regions) if (byId(id)) source.set(byId(id), byId(id).outerHTML);
  const address = new URL(location.href);
  if (address.searchParams.has("said")) {
    address.searchParams.delete("said");
    history.replaceState(null, "", address.search || "./");
  }
  ready();
  // On a narrow screen the mail is first looked at as it is on one.
  if (!address.searchParams.has("view") && matchMedia("(max-width: 46rem)").matches) press("view-phone");
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "keys-on") return;
  try { localStorage.setItem("roundup-keys", event.target.checked ? "on" : "off"); } catch { /* not kept */ }
});

begin();
follow();
