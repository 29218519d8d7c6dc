// The articles in the editor's page: what a button does is seen at once, what it
// leads to follows with the answer. preview.js sends the forms.
"use strict";

// --- A card changes at once; what the program makes of it follows. ---

// foresee shows what a button will do, and returns the place that an article
// leaves: its list, its number there, and what has the focus meanwhile.
function foresee(card, button) {
  const [verb] = (button?.value ?? "").split(" ");
  if (!card || !button.closest("[data-tools]")) return null;
  source.delete(byId("articles")); // it is not what was fetched any more
  source.delete(card);
  if (verb === "move") return swap(card, button);
  if (verb === "pin" && card.classList.contains("in") || verb === "unpin") return pin(card, button);
  return leave(card);
}

function swap(card, button) {
  const other = button.id.startsWith("up-") ? card.previousElementSibling : card.nextElementSibling;
  if (!other) return null;
  source.delete(other);
  const focus = document.activeElement; // a card that is moved loses it
  if (button.id.startsWith("up-")) other.before(card);
  else other.after(card);
  const [mine, its] = [card, other].map((c) => c.querySelector(".rank"));
  [mine.textContent, its.textContent] = [its.textContent, mine.textContent];
  focus.focus({ preventScroll: true });
  return null;
}

function pin(card, button) {
  const badge = card.querySelector(".badge.pinned");
  const line = card.querySelector(".why");
  if (badge) badge.remove();
  else line.insertAdjacentHTML("afterbegin", '<span class="badge pinned">pinned</span> ');
  button.firstChild.textContent = badge ? "Pin" : "Unpin";
  return null;
}

function leave(card) {
  const list = card.parentElement;
  const place = [...list.children].indexOf(card);
  const region = card.closest("[data-section], .group");
  const next = card.nextElementSibling ?? card.previousElementSibling;
  card.hidden = true;
  next?.focus({ preventScroll: true });
  return { region: region.dataset.section ?? region.id, in: region.hasAttribute("data-section"), place };
}

// succeed gives the focus to the article that took the place of one that left.
function succeed(left) {
  const region = left.in ? all("#articles [data-section]").find((s) => s.dataset.section === left.region) : byId(left.region);
  const list = region ? all(".card", region) : [];
  const next = list[Math.min(left.place, list.length - 1)] ?? cards()[0];
  if (next?.offsetParent) next.focus({ preventScroll: true });
  else byId("articles").focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

// --- Finding an article. ---

// showCard goes to an article or a field, wherever it is.
function showCard(target) {
  if (!target) return;
  if (byId("left-filter")?.value && target.closest("#left")) {
    byId("left-filter").value = "";
    filter();
  }
  const group = target.closest("details.group");
  if (group) group.open = true;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
  if (target.matches(".card")) mark(target);
}

// filter shows those of the articles that are not in which have all words typed.
function filter() {
  const field = byId("left-filter");
  if (!field) return;
  const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const card of all("#left .card")) {
    const text = words.length ? (card.textContent + (card.querySelector(".about")?.title ?? "")).toLocaleLowerCase() : "";
    card.hidden = !words.every((w) => text.includes(w));
    found += card.hidden ? 0 : 1;
  }
  byId("left-found").textContent = words.length ? `${found} found` : "";
  if (words.length) all("#left details.group").forEach((g) => { g.open = g.open || Boolean(g.querySelector(".card:not([hidden])")); });
}
