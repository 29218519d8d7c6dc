// The mail in the editor's page: its frame is exchanged when the mail changes, and
// entered on purpose. preview.js answers forms and links.
"use strict";

// --- The mail's frame: exchanged as soon as the new mail is there, at the same place. Its pictures
// --- may take as long as they like.

function sameFrame(page) {
  const [stage, shown] = [byId("stage"), byId("frame")];
  const [wanted, now] = [page.getElementById("stage"), page.getElementById("frame")];
  if (!shown || !now) return false;
  const coming = stage.querySelector(".coming");
  const stageClass = coming?.dataset.stage ?? stage.className;
  if ((coming ?? shown).getAttribute("src") === now.getAttribute("src") && stageClass === wanted.className) return true;
  coming?.remove();
  const next = document.importNode(now);
  next.removeAttribute("id");
  next.classList.add("coming");
  next.dataset.stage = wanted.className;
  shown.after(next);
  parsed(next, () => show(next, shown));
  return true;
}

// parsed calls back once all of a frame's mail is there, though not its pictures.
function parsed(frame, then) {
  const mail = frame.contentDocument;
  if (!frame.isConnected) return; // another one is wanted by now
  if (!mail || (mail.URL !== "about:blank" && mail.readyState !== "loading")) then();
  else setTimeout(parsed, 10, frame, then);
}

function show(next, shown) {
  const at = shown.width === next.width ? shown.contentWindow?.scrollY ?? 0 : 0;
  const scroll = () => next.contentWindow?.scrollTo(0, at);
  scroll();
  byId("stage").className = next.dataset.stage;
  shown.remove();
  next.classList.remove("coming");
  next.id = "frame";
  reachable();
  const reached = next.contentWindow?.scrollY;
  if (reached < at) { // the pictures above are still to come
    next.addEventListener("load", () => { if (next.contentWindow.scrollY === reached) scroll(); }, { once: true });
  }
}

function showInMail(card) {
  const mail = byId("frame")?.contentDocument;
  const link = mail && [...mail.links].find((a) => a.getAttribute("href") === card.dataset.link);
  if (!link) return;
  link.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

// --- The mail is one stop of Tab; its links are reached on purpose. ---

function enterMail() {
  const frame = byId("frame");
  if (!frame) return;
  frame.tabIndex = 0;
  frame.contentWindow.focus();
  frame.contentDocument.links[0]?.focus();
}

function outside(frame) {
  frame.tabIndex = -1;
  frame.contentDocument?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    frame.tabIndex = -1;
    byId("enter")?.focus();
  });
}
addEventListener("focus", () => { if (byId("frame")) byId("frame").tabIndex = -1; });
