// What makes the editor's page quick: forms and links are answered in place, and
// the page follows what changes on disk. preview_keys.js has the keys and the
// dragging, preview_said.js what is said. Without any every form and link works
// all the same.
"use strict";

const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- The page is fetched and only what differs is put in place. ---

const regions = ["top", "problem", "state", "notes", "inbox", "words", "bar", "stage", "hand", "articles", "checks", "issued", "growth", "foot"];
let busy = 0; // requests under way; what follows the disk waits for them
let queue = Promise.resolve();

// load asks for a page and puts it in the place of this one, after what was asked
// for before: what is asked for is made only then, of the page as it is then.
function load(ask) {
  busy++;
  document.body.classList.add("busy");
  const done = queue.then(() => take(...ask()));
  queue = done.catch(away).finally(() => {
    busy--;
    document.body.classList.toggle("busy", busy > 0);
  });
  return done;
}

const here = () => load(() => [location.href]);

async function take(url, options) {
  const [page, from] = await get(url, options);
  if (!page) return false;
  const address = new URL(from);
  address.searchParams.delete("said");
  if (address.pathname === location.pathname) history.replaceState(null, "", address.search || "./");
  put(page);
  return true;
}

// get fetches a page; what comes instead of one is told.
async function get(url, options) {
  try {
    const answer = await fetch(url, { cache: "no-store", ...options });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.body.dataset.stamp) return [page, answer.url];
    say(page.body.textContent, true); // a refusal, in a line
  } catch {
    away();
    if (options) say("No answer came: it may not be done. This page shows what is so as soon as the preview can be reached.", true);
  }
  return [];
}

// beside is for what waits for others: it keeps nothing else from being done.
async function beside(url, options) {
  const [page] = await get(url, options);
  if (!page) return false;
  hear(page);
  return here();
}

function hear(page) {
  const said = page.getElementById("said");
  if (!said.childElementCount) return;
  byId("said").replaceChildren(...adopt(said).childNodes);
  remark();
}

// put takes over the regions of a fetched page that differ from this one's.
function put(page) {
  document.title = page.title;
  document.body.dataset.stamp = page.body.dataset.stamp;
  hear(page);
  document.body.toggleAttribute("data-broken", page.body.hasAttribute("data-broken"));
  if (page.body.hasAttribute("data-broken")) {
    replace(byId("problem"), page.getElementById("problem"));
    replace(byId("words"), page.getElementById("words")); // they may be what is wrong
    return; // what else was there stays, dimmed, until the mistake is mended
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
  reuse(now);
  old.replaceWith(now);
  restore(now, kept);
}

// reuse puts the cards that are the same as before in the place of those fetched,
// so that they need not be made anew.
function reuse(region) {
  for (const card of all(".card", region)) {
    const [had, markup] = [byId(card.id), card.outerHTML];
    if (had && source.get(had) === markup) card.replaceWith(had);
    else source.set(card, markup);
  }
}

// keep notes what the editor has open, typed and focused in a region.
function keep(region) {
  const focus = region.contains(document.activeElement) ? document.activeElement : null;
  return {
    open: all("details[id]", region).map((d) => [d.id, d.open]),
    typed: all("input[id], textarea[id], select[id]", region).filter(dirty).map((f) => [f.id, f.value, began(f).map((b) => b.value)]),
    focus: focus && { id: focus.id, card: focus.closest(".card")?.id, at: focus.selectionStart, end: focus.selectionEnd, index: cards().indexOf(focus.closest(".card")) },
  };
}

function restore(region, kept) {
  for (const [id, open] of kept.open) if (byId(id)) byId(id).open = open;
  for (const [id, value, was] of kept.typed) {
    if (!byId(id)) continue;
    byId(id).value = value;
    began(byId(id)).forEach((b, i) => { b.value = was[i] ?? b.value; });
  }
  if (!kept.focus) return;
  const { id, card, index, at, end } = kept.focus;
  const found = (id && byId(id)) || (card && byId(card)) || cards()[Math.min(index, cards().length - 1)] || byId(region.id);
  found.focus({ preventScroll: true });
  if (typeof at === "number" && found.id === id && /^(text|textarea)$/.test(found.type)) found.setSelectionRange(at, end);
}

// began is what a form says of how a text was when somebody began to type.
const began = (field) => field.form && field.name ? all(`[name="${field.name}-was"], [name="${field.name}-edit"]`, field.form) : [];

const dirty = (field) =>
  field.type !== "hidden" && field.type !== "checkbox" && !field.hidden &&
  (field.tagName === "SELECT" ? all("option", field).some((o) => o.selected !== o.defaultSelected) : field.value !== field.defaultValue);

// --- Follows what changes. ---

const second = 1000;

async function follow() {
  try {
    if (!document.hidden && !busy) {
      const answer = await fetch("stamp", { cache: "no-store" });
      if (!answer.ok) throw new Error("refused"); // another preview's, by now
      const stamp = await answer.text();
      present();
      if (!busy && stamp !== document.body.dataset.stamp) await here();
    }
  } catch {
    away();
  }
  setTimeout(follow, second);
}

// --- Forms and links are answered in place. ---

let unanswered = 0; // changes that were sent

async function submit(form, button) {
  if (button?.getAttribute("aria-disabled") === "true") return;
  if (form.hasAttribute("data-theirs")) return takeOther(form);
  if (form.hasAttribute("data-display")) {
    load(() => ["./?" + new URLSearchParams(new FormData(form))]);
    return;
  }
  const data = new FormData(form, button);
  const label = button?.textContent;
  if (button && form.dataset.slow) button.textContent = form.dataset.slow;
  if (button && (form.dataset.slow || form.hasAttribute("data-once"))) button.setAttribute("aria-disabled", "true");
  const typed = all("input[id], textarea[id], select[id]", form).filter(dirty);
  const before = typed.map((f) => [f, f.defaultValue]);
  typed.forEach((f) => { if (f.id !== "to") f.defaultValue = f.value; }); // what is saved is not unsaved
  const place = button?.closest(".card");
  const left = foresee(place, button);
  const ask = () => [form.action, { method: "POST", body: asOfNow(form, button, data) }];
  unanswered++;
  const done = await (form.dataset.slow ? beside(...ask()) : load(ask)).finally(() => { unanswered--; });
  if (!done) document.body.dataset.stamp = ""; // what was foreseen may not be so: it is looked at again
  if (byId("said").querySelector(".bad, .clash") || !done) before.forEach(([f, v]) => { f.defaultValue = v; if (byId(f.id)) byId(f.id).value = f.value; });
  if (button?.isConnected && label) {
    button.textContent = label;
    button.removeAttribute("aria-disabled");
  }
  const card = byId(place?.id ?? `article-${data.get("article")}`);
  if (card) mark(card);
  if (left) succeed(left);
  else if (card && document.activeElement === document.body) card.focus({ preventScroll: true }); // the button has gone
  unsaved();
}

// takeOther gives up what was typed for what was saved elsewhere.
function takeOther(form) {
  const field = byId(form.dataset.theirs);
  if (field) {
    field.value = field.defaultValue;
    source.delete(byId(field.closest("#words, #articles").id));
    source.delete(field.closest(".card") ?? field);
  }
  byId("said").replaceChildren();
  here();
  field?.focus();
}

// asOfNow is what a form says on the page as it is by now: an article may have
// moved on, and the mail be looked at another way.
function asOfNow(form, button, data) {
  const now = button?.id && byId(button.id);
  if (now && now.value !== button.value && now.form.action === form.action) data = new FormData(now.form, now);
  data.set("display", location.search.slice(1));
  return new URLSearchParams(data);
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
  if (event.target.closest("#said .close")) {
    byId("said").replaceChildren();
    byId("articles")?.focus({ preventScroll: true });
  }
  if (event.target.closest("#enter")) enterMail();
  const shown = event.target.closest("a[data-show]");
  if (shown) {
    event.preventDefault();
    showCard(byId(shown.hash.slice(1)));
  }
  const link = event.target.closest("a[data-nav]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  load(() => [(byId(link.id) ?? link).href]);
});

// --- While typing: the inbox line follows, and what is not saved says so. ---

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.id === "left-filter") filter();
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
  if (unanswered || all(".unsaved").some((n) => !n.hidden)) event.preventDefault();
});

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
  filter();
  present();
  unsaved();
  reachable();
  if (byId("check-form")?.hasAttribute("data-wanted")) seen.observe(byId("checks"));
}

// reachable lets the keyboard scroll a mail that is wider than the screen.
function reachable() {
  const paper = document.querySelector(".paper");
  if (!paper) return;
  const frame = byId("frame");
  if (frame) parsed(frame, () => outside(frame));
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
  if (!form?.hasAttribute("data-wanted") || checkAll.began) return;
  checkAll.began = true;
  checkAll(form);
});

// checkAll has everything checked, beside whatever else is done.
async function checkAll(form) {
  try {
    await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  } catch {
    return; // the button is still there
  }
  while (busy) await new Promise((done) => setTimeout(done, 50));
  here();
}

function begin() {
  document.documentElement.classList.add("script");
  for (const id of regions) if (byId(id)) source.set(byId(id), byId(id).outerHTML);
  for (const card of all(".card")) source.set(card, card.outerHTML);
  const address = new URL(location.href);
  if (address.searchParams.has("said")) {
    address.searchParams.delete("said");
    history.replaceState(null, "", address.search || "./");
  }
  spot();
  remark();
  ready();
  asOnThis(address.searchParams);
}

// asOnThis has the mail first looked at as this screen would show it: on a narrow
// one as on a phone and, where that is dark, dark.
function asOnThis(asked) {
  if (!matchMedia("(max-width: 46rem)").matches) return;
  if (!asked.has("view")) asked.set("view", "phone");
  if (!asked.has("scheme") && matchMedia("(prefers-color-scheme: dark)").matches) asked.set("scheme", "dark");
  asked.delete("said");
  if (asked.toString() !== location.search.slice(1)) load(() => ["./?" + asked]);
}

begin();
follow();
