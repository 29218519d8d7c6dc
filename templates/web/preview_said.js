// What the editor's page says: what was done or could not be, and whether it still
// follows what changes.
"use strict";

// --- Said aloud and on the page. ---

function say(words, bad) {
  const line = document.createElement("p");
  line.textContent = words;
  const box = document.createElement("div");
  box.className = bad ? "remark bad" : "remark";
  box.append(line);
  byId("said").replaceChildren(box);
  remark();
}

let leaving = 0;
const stay = 12 * 1000; // milliseconds

// remark lets what was said go after a while, unless it is a refusal, a question,
// or somebody is at it.
function remark() {
  clearTimeout(leaving);
  const said = byId("said");
  said.classList.remove("quiet");
  if (!said.childElementCount || said.querySelector(".bad, .clash")) return;
  leaving = setTimeout(() => {
    if (said.matches(":hover, :focus-within")) remark();
    else said.replaceChildren();
  }, stay);
}

// spot puts remarks where they cover nothing: above the mail, where that has a
// column of its own.
const wide = matchMedia("(min-width: 60rem)");
function spot() {
  const [said, bar] = [byId("said"), byId("bar")];
  if (wide.matches && bar) bar.before(said);
  else document.querySelector("main").prepend(said);
}
wide.addEventListener("change", spot);

// On a narrow screen a remark makes way for a field that is typed in.
document.addEventListener("focusin", (event) => {
  const typing = event.target.matches("input, textarea, select");
  if (!wide.matches && !byId("said").querySelector(".bad, .clash")) byId("said").classList.toggle("quiet", typing);
});

function live(word, well = true) {
  if (!byId("live")) return;
  byId("live").classList.toggle("lost", !well);
  if (byId("live-word").textContent !== word) byId("live-word").textContent = word;
}
const away = () => live("The preview has ended, or can’t be reached.", false);
const present = () => live("Follows every change by itself.");
