// Keys, and pages that change without a flash. Everything here also works without it: keys press the buttons and links
// that carry them, forms are sent as they are, and the answer is shown in place of the page. A verdict is told to be
// recorded when the server's answer is there, which is after it is on the disk.
"use strict";

document.documentElement.classList.add("scripted");

const KEYS = { a: "a", d: "d", u: "u", s: "s", z: "z", n: "n", j: "n", p: "p", k: "p" };
let isBusy = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const writes = event.target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  if (event.key === "Escape" && writes) event.target.blur();
  if (writes) return;
  if (event.key === "?") return go("/help");
  if (event.key === "/") {
    event.preventDefault();
    const field = document.querySelector("input[type=search]");
    return field ? field.focus() : go("/search");
  }
  if (event.key === "m" && document.querySelector(".tick")) {
    event.preventDefault();
    return tick();
  }
  if (event.key === "e" && document.querySelector(".note textarea")) {
    event.preventDefault();
    return document.querySelector(".note textarea").focus();
  }
  const key = KEYS[event.key];
  const pressed = key && document.querySelector(`[data-key="${key}"]`);
  if (!pressed) return;
  event.preventDefault();
  // A key held down answers one item, not all.
  if (!event.repeat) pressed.click();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const sent = new URLSearchParams(new FormData(form, event.submitter));
  show(form.action, { method: "POST", body: sent }, event.submitter);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-key]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  show(link.href, {}, null);
});

window.addEventListener("popstate", () => location.reload());

function go(address) { location.assign(address); }

/** Fetches a page and puts it in place of this one. */
async function show(address, request, button) {
  if (isBusy) return;
  isBusy = true;
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { ...request, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const isOurs = page.getElementById("main");
    if (!isOurs) throw new Error("no page");
    document.title = page.title;
    document.body.replaceChildren(...page.body.childNodes);
    // An answer that reports a failure is no place to come back to.
    if (answer.ok) history.pushState(null, "", answer.url);
    begin();
    (document.querySelector("h1[tabindex]") ?? document.getElementById("main")).focus({ preventScroll: true });
    const place = new URL(answer.url).hash;
    if (place) document.getElementById(place.slice(1))?.scrollIntoView(); else scrollTo(0, 0);
    const last = document.querySelector("#last p");
    if (request.method && last) tell(`${last.textContent}. Now: ${document.querySelector("h1").textContent}`);
  } catch {
    button?.removeAttribute("aria-busy");
    warn("The page does not answer. Nothing was recorded just now; is codeframe review still running?");
  } finally {
    isBusy = false;
  }
}

function tell(words) {
  const status = document.getElementById("said");
  if (status) status.textContent = words;
}

function warn(words) {
  document.querySelector(".notice.unanswered")?.remove();
  const notice = document.createElement("p");
  notice.className = "notice unanswered";
  notice.setAttribute("role", "alert");
  notice.textContent = words;
  document.getElementById("main").prepend(notice);
  scrollTo(0, 0);
}

/** Shows boxes before the passages, to be ticked by the keyboard, beginning where something is marked; or hides them. */
function tick() {
  const isOn = document.documentElement.classList.toggle("ticking");
  const first = document.querySelector(".document mark")?.previousElementSibling ?? document.querySelector(".tick");
  if (isOn) (first.matches(".tick") ? first : document.querySelector(".tick")).focus();
  tell(isOn ? "Tick passages with the space bar; m again hides the boxes" : "");
}

/** What is selected in the report is marked: its bytes, counted as the report's text is stored. */
document.addEventListener("mouseup", mark);
document.addEventListener("keyup", (event) => { if (event.key === "Shift") mark(); });

function mark() {
  const selection = getSelection();
  const text = document.querySelector(".document[data-form]");
  if (!text || selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.commonAncestorContainer)) return;
  const passages = [...text.querySelectorAll(".p")].filter((passage) => range.intersectsNode(passage));
  const spans = passages.map((passage) => spanIn(passage, range)).filter((span) => span.start < span.end);
  if (!spans.length) return;
  // One passage a block: what lies between two of one block belongs to it.
  const joined = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && last.block === span.block) { last.end = span.end; last.words += ` ${span.words}`; } else joined.push(span);
  }
  joined.forEach((span) => add(text.dataset.form, `${span.start}-${span.end}`, span.words));
  selection.removeAllRanges();
}

function spanIn(passage, range) {
  const [start] = passage.dataset.at.split("-").map(Number);
  const inside = document.createRange();
  inside.selectNodeContents(passage);
  const whole = inside.toString();
  const before = inside.cloneRange();
  if (passage.contains(range.startContainer)) before.setEnd(range.startContainer, range.startOffset); else before.collapse(true);
  const upTo = inside.cloneRange();
  if (passage.contains(range.endContainer)) upTo.setEnd(range.endContainer, range.endOffset);
  const [from, to] = [before.toString().length, upTo.toString().length];
  const bytes = (words) => new TextEncoder().encode(words).length;
  const block = passage.closest("p, h2, h3, h4, h5, h6");
  return { start: start + bytes(whole.slice(0, from)), end: start + bytes(whole.slice(0, to)), words: whole.slice(from, to), block };
}

function add(form, at, words) {
  const box = document.getElementById("marked");
  if (box.querySelector(`input[value="${at}"]`)) return;
  const item = document.createElement("li");
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "passage", value: at });
  field.setAttribute("form", form);
  const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  remove.setAttribute("aria-label", `Do not mark: ${words.slice(0, 40)}`);
  remove.addEventListener("click", () => { item.remove(); box.hidden = !box.querySelector("li"); });
  item.append(Object.assign(document.createElement("span"), { textContent: words }), field, remove);
  box.querySelector("ul").append(item);
  box.hidden = false;
  tell(`Marked: ${words}`);
}

/** What a fresh page needs. */
function begin() {
  for (const form of document.querySelectorAll("form.filters")) {
    form.addEventListener("change", () => form.requestSubmit());
  }
}

begin();
