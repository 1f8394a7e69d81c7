// Shows the slides in the presenter's window and in audience windows that follow it.
"use strict";

const byId = (id) => document.getElementById(id);
const isPresenter = document.body.classList.contains("presenter");
const folder = location.pathname.replace(/[^/]*$/, "");
const channel = new BroadcastChannel(`triptych-slides ${folder}`);
let slides = [];
let version = "";
let at = Math.max(0, Number(location.hash.slice(1)) - 1 || 0);
let isBlank = false;
let elapsed = 0; // milliseconds until the timer was last started
let started = null; // when it was last started
const isRehearsal = byId("spent") !== null;
let spent = []; // milliseconds for each slide of a rehearsal
let since = null; // when the time of the current slide was last added

function show() {
  at = Math.max(0, Math.min(at, slides.length - 1));
  draw(byId("current"), slides[at]);
  byId("current").classList.toggle("blank", isBlank && !isPresenter);
  byId("number").textContent = slides.length ? `Slide ${at + 1} of ${slides.length}` : "No slides yet";
  if (!isPresenter) return;
  draw(byId("next"), slides[at + 1]);
  byId("notes").replaceChildren(...(slides[at]?.notes || []).map((line) => element("p", line)));
  byId("notes").scrollTop = 0;
  document.querySelector("[data-do=blank]").setAttribute("aria-pressed", String(isBlank));
  history.replaceState(null, "", `#${at + 1}`);
}

function draw(place, slide) {
  if (!slide) return place.replaceChildren(element("p", slides.length ? "End of the slides" : "", "end"));
  if (slide.image) {
    const image = place.querySelector("img") || new Image();
    if (image.getAttribute("src") !== slide.image) image.src = slide.image;
    image.alt = [slide.title, ...slide.text].join(". ");
    return place.replaceChildren(image);
  }
  const card = element("div", "", "card");
  card.append(element(isPresenter ? "h3" : "h2", slide.title), ...slide.text.map((line) => element("p", line)));
  place.replaceChildren(card);
}

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

// --- Navigation ------------------------------------------------------------------------------------

// Audience windows forward commands to the presenter's window, which carries them out.
function act(name) {
  if (!isPresenter) return channel.postMessage({ act: name });
  actions[name]?.();
  tell();
}

function go(number) {
  if (number > at && started === null && elapsed === 0) start();
  addSpent();
  at = number;
  show();
  tick();
}

const actions = {
  previous: () => go(at - 1),
  next: () => go(at + 1),
  first: () => go(0),
  last: () => go(slides.length - 1),
  blank: () => {
    isBlank = !isBlank;
    show();
  },
  pause: () => (started === null ? start() : stop()),
  reset: () => {
    elapsed = 0;
    spent = [];
    since = started === null ? null : Date.now();
    if (started !== null) started = Date.now();
    tick();
  },
  larger: () => scaleNotes(1.15),
  smaller: () => scaleNotes(1 / 1.15),
  finish: async () => {
    if (!isRehearsal) return;
    if (started !== null) stop();
    const seconds = slides.map((_, index) => Math.round((spent[index] || 0) / 1000));
    const answer = await fetch(`times/${seconds.join(",")}`, { method: "POST" }).catch(() => null);
    byId("saved").textContent = answer?.ok ? "Saved in talk-times.csv" : `Not saved: ${answer ? await answer.text() : "the rehearsal has ended"}`;
  },
  audience: () => window.open("audience", "triptych-audience", "popup,width=1280,height=720"),
};

const tell = () => channel.postMessage({ at, isBlank });

channel.addEventListener("message", ({ data }) => {
  if (isPresenter && data.act) act(data.act);
  else if (isPresenter && data.hello) tell();
  else if (!isPresenter && data.at !== undefined) {
    ({ at, isBlank } = data);
    show();
  }
});

const keys = {
  ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", Enter: "next",
  ArrowLeft: "previous", ArrowUp: "previous", PageUp: "previous", Backspace: "previous",
  Home: "first", End: "last", b: "blank", B: "blank", ".": "blank", p: "pause", P: "pause", "+": "larger", "-": "smaller",
};
if (isRehearsal) Object.assign(keys, { r: "reset", R: "reset", Escape: "finish" });
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const pressesButton = event.target.closest("button") && (event.key === " " || event.key === "Enter");
  const scrollsNotes = event.target.id === "notes" && /^(ArrowUp|ArrowDown|PageUp|PageDown|Home|End| )$/.test(event.key);
  if (event.key === "f" && !isPresenter) document.documentElement.requestFullscreen?.();
  if (!keys[event.key] || pressesButton || scrollsNotes) return;
  event.preventDefault();
  act(keys[event.key]);
});
for (const button of document.querySelectorAll("[data-do]")) {
  button.addEventListener("click", () => act(button.dataset.do));
}

const slide = byId("current");
let touched = null;
slide.addEventListener("pointerdown", (event) => {
  touched = event.clientX;
});
slide.addEventListener("pointerup", (event) => {
  const distance = event.clientX - touched;
  if (Math.abs(distance) > 40) act(distance < 0 ? "next" : "previous");
  else act(event.clientX < slide.getBoundingClientRect().left + slide.clientWidth / 3 ? "previous" : "next");
});

// --- Time --------------------------------------------------------------------------------------------

function start() {
  started = since = Date.now();
  markPause();
}

function stop() {
  addSpent();
  elapsed += Date.now() - started;
  started = since = null;
  markPause();
}

function addSpent() {
  if (since === null) return;
  const now = Date.now();
  spent[at] = (spent[at] || 0) + now - since;
  since = now;
}

function format(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shownParts = parts[0] ? parts : parts.slice(1);
  return shownParts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

function markPause() {
  const button = document.querySelector("[data-do=pause]");
  button.setAttribute("aria-pressed", String(started === null && elapsed > 0));
  tick();
}

function tick() {
  byId("elapsed").textContent = format(Math.floor((elapsed + (started === null ? 0 : Date.now() - started)) / 1000));
  if (isRehearsal && slides[at]) {
    addSpent();
    const seconds = Math.floor((spent[at] || 0) / 1000);
    byId("spent").textContent = format(seconds);
    byId("spent").classList.toggle("over", seconds > slides[at].planned);
    byId("planned").textContent = `of ${format(slides[at].planned)}`;
  }
  byId("clock").textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

let notesScale = 1;
function scaleNotes(factor) {
  notesScale = Math.max(0.6, Math.min(3, notesScale * factor));
  byId("notes").style.setProperty("--notes", notesScale);
}

// --- Updates -----------------------------------------------------------------------------------------

async function load() {
  const isFirst = !slides.length;
  slides = (await (await fetch("slides.json")).json()).slides;
  show();
  if (isRehearsal && isFirst && slides.length) start();
}

const events = new EventSource("events");
events.addEventListener("message", (event) => {
  const news = JSON.parse(event.data);
  if (news.panels.slides === version) return;
  version = news.panels.slides;
  load();
});
// Slide images are loaded while the slides are visible.
fetch("in-view/pptx", { method: "POST" });
if (isPresenter) {
  tick();
  setInterval(tick, 1000);
} else {
  channel.postMessage({ hello: true });
}
