// Updates the page: each event lists the digests of all content, and changed content is fetched.
"use strict";

const byId = (id) => document.getElementById(id);
const tabs = [...document.querySelectorAll("[role=tab]")];
const frames = { epub: document.querySelector("[name=book]") };
const stages = {
  reading: "reading the source", epub: "EPUB", pdf: "PDF", pptx: "slides", pictures: "slide images",
};
let shown = { outputs: {}, panels: {} };
const refreshed = {}; // the panels that are being fetched
const waiting = {}; // the outputs that have changed since they were in view
let open = location.hash.slice(1);
let told = ""; // the output that the preview knows to be in view
const followed = {}; // the number of the change to which each output was turned

function show(news) {
  document.title = byId("title").textContent = news.title || "Preview";
  for (const tab of tabs) tab.disabled = !(tab.dataset.output in news.outputs);
  if (!(open in news.outputs)) open = tabs.find((tab) => !tab.disabled)?.dataset.output || "";
  for (const [name, digest] of Object.entries(news.panels)) {
    if (shown.panels[name] !== undefined && shown.panels[name] !== digest) refresh(name);
  }
  const earlier = shown;
  shown = news;
  status();
  const before = earlier.outputs.epub;
  const loaded = before && before.digest !== news.outputs.epub?.digest ? reload() : null;
  for (const name of Object.keys(news.outputs)) {
    if (!earlier.outputs[name]) followed[name] = news.change;
    else if (earlier.outputs[name].digest !== news.outputs[name].digest) waiting[name] = loaded;
  }
  select(open);
}

function status() {
  const now = shown.outputs[open];
  const word = byId("status");
  word.classList.toggle("failed", shown.failed && shown.working.length === 0);
  if (shown.working.length) word.textContent = `${shown.working.map((stage) => stages[stage] || stage).join(", ")} …`;
  else if (shown.failed) word.textContent = "out of date: see the findings";
  else word.textContent = now ? `updated in ${now.seconds.toFixed(2)} s` : "";
  const link = byId("download");
  link.hidden = !now;
  if (now) {
    link.href = `outputs/${encodeURIComponent(now.name)}`;
    link.download = now.name;
  }
  if (shown.outputs.pdf) byId("viewer").href = `outputs/${encodeURIComponent(shown.outputs.pdf.name)}`;
}

function select(name) {
  open = name;
  for (const tab of tabs) {
    const here = tab.dataset.output === name;
    tab.setAttribute("aria-selected", String(here));
    tab.tabIndex = here ? 0 : -1;
    byId(`panel-${tab.dataset.output}`).hidden = !here;
  }
  byId("nothing").hidden = name !== "";
  if (name) history.replaceState(null, "", `#${name}`);
  if (name === "epub" && !frames.epub.getAttribute("src")) frames.epub.src = `epub/${encodeURI(shown.first)}`;
  if (name in waiting) follow(name);
  if (name && name !== told) fetch(`in-view/${(told = name)}`, { method: "POST" });
  status();
}

function refresh(name) {
  refreshed[name] = fetch(`panels/${name}`).then(async (answer) => {
    if (answer.ok) patch(byId(name), await answer.text());
    if (name === "contents") mark();
    if (name === "slides" && !byId("overview").hidden) fillOverview();
  });
}

// Replaces the content of a panel. Unchanged lines keep their pictures and scroll positions.
function patch(panel, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const lines = (where) => [...where.querySelectorAll(":scope > * > li")];
  const known = new Map(lines(panel).map((line) => [line.outerHTML, line]));
  const top = panel.scrollTop;
  for (const line of lines(fresh)) {
    const same = known.get(line.outerHTML);
    if (same) line.replaceWith(same);
    known.delete(line.outerHTML);
  }
  panel.replaceChildren(...fresh.childNodes);
  panel.scrollTop = top;
}

function reload() {
  const frame = frames.epub;
  if (!frame.getAttribute("src")) return null;
  const page = frame.contentWindow;
  const top = page.scrollY;
  const loaded = nextLoad();
  if (top) loaded.then(() => page.scrollTo(0, top));
  page.location.reload();
  return loaded;
}

function nextLoad() {
  return new Promise((resolve) => frames.epub.addEventListener("load", resolve, { once: true }));
}

// The contents entry of the current page.
function mark() {
  const place = frames.epub.contentWindow.location;
  const links = [...byId("contents").querySelectorAll("a")];
  const same = links.filter((link) => link.pathname === place.pathname);
  const here = same.find((link) => link.hash === place.hash) || same[0];
  for (const link of links) link.classList.toggle("here", link === here);
}

frames.epub.addEventListener("load", () => {
  mark();
  const page = frames.epub.contentWindow;
  page.addEventListener("hashchange", mark);
  page.document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (event.altKey || !link) openWord(event, page);
    if (link && link.origin !== location.origin) {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
  });
});

// --- From outputs to the source ------------------------------------------------------------------

async function openSource(place) {
  const answer = await fetch(`open/${place}`, { method: "POST" }).catch(() => new Response("preview stopped", { status: 503 }));
  const bar = byId("source");
  if (!answer.ok) return bar.replaceChildren(await answer.text(), dismissButton());
  const found = await answer.json();
  const where = document.createElement("code");
  where.textContent = `${found.path}:${found.line}:${found.column}`;
  const link = document.createElement("a");
  link.href = found.url;
  link.textContent = "Open in VS Code";
  const command = document.createElement("code");
  command.textContent = found.opened ? "" : found.command;
  const note = document.createElement("span");
  note.textContent = "opened in the editor";
  bar.replaceChildren(where, command, found.opened ? note : link, dismissButton());
  if (found.opened) setTimeout(() => note.isConnected && bar.replaceChildren(), 5000);
}

function dismissButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Close";
  button.addEventListener("click", () => byId("source").replaceChildren());
  return button;
}

function openWord(event, page) {
  if (!page.getSelection().isCollapsed) return; // the end of a selection
  event.preventDefault();
  const path = page.location.pathname.slice(page.location.pathname.indexOf("/epub/") + 6);
  const offset = offsetIn(page.document.body, event, page.document);
  openSource(`epub/${shown.outputs.epub.digest}/${offset}/${path}`);
}

// The number of characters (not UTF-16 code units) before a clicked point in an element's text.
function offsetIn(element, event, owner = document) {
  const range = owner.createRange();
  range.selectNodeContents(element);
  const picture = event.target.closest("svg, img, [role=img]");
  const place = picture ? null : caretAt(owner, event.clientX, event.clientY);
  if (place && element.contains(place[0])) range.setEnd(...place);
  else range.setEndBefore(picture || event.target);
  return [...range.toString()].length;
}

function caretAt(owner, x, y) {
  if (owner.caretPositionFromPoint) {
    const place = owner.caretPositionFromPoint(x, y);
    return place && [place.offsetNode, place.offset];
  }
  const range = owner.caretRangeFromPoint(x, y);
  return range && [range.startContainer, range.startOffset];
}

function pointIn(image, event) {
  const box = image.getBoundingClientRect();
  const part = (at, start, size) => Math.max(0, Math.min(10000, Math.round((10000 * (at - start)) / size)));
  return `${part(event.clientX, box.left, box.width)}/${part(event.clientY, box.top, box.height)}`;
}

const numberOf = (line) => [...line.parentElement.children].indexOf(line) + 1;

byId("pages").addEventListener("click", (event) => {
  const image = event.target.closest("img");
  if (image) openSource(`pdf/${shown.outputs.pdf.digest}/${numberOf(image.closest("li"))}/${pointIn(image, event)}`);
});
byId("slides").addEventListener("click", (event) => {
  const slide = event.target.closest("li");
  if (!slide || !getSelection().isCollapsed) return;
  const place = `${shown.outputs.pptx.digest}/${numberOf(slide)}`;
  const line = event.target.closest("[data-line]");
  if (event.target.matches("img")) openSource(`slides/${place}/${pointIn(event.target, event)}`);
  else if (line?.matches("button")) openSource(`pptx/${place}/0/0`);
  else if (line) openSource(`pptx/${place}/${line.dataset.line}/${offsetIn(line, event)}`);
});
byId("findings").addEventListener("click", (event) => {
  const button = event.target.closest("[data-source]");
  if (button) openSource(`source/${button.dataset.source}`);
});

// --- From the source to outputs ------------------------------------------------------------------

const follows = document.querySelector("#follow input");
follows.checked = localStorage.getItem("follow") !== "no";
follows.addEventListener("change", () => localStorage.setItem("follow", follows.checked ? "yes" : "no"));

// Scrolls a changed output to the change in the source, unless it is visible.
async function follow(name) {
  const loaded = waiting[name];
  delete waiting[name];
  const change = shown.change;
  if (!follows.checked || followed[name] === change) return;
  const answer = await fetch(`changes/${name}`);
  const place = answer.ok ? await answer.json() : {};
  await loaded;
  await refreshed[{ pdf: "pages", pptx: "slides" }[name]];
  if (name === "epub" && place.path) await turnScreen(place);
  else if (name === "pdf" && place.page) turnPage(place);
  else if (name === "pptx" && place.slide) turnSlide(place);
  else return; // perhaps a later version of the output has it
  followed[name] = change;
}

async function turnScreen(place) {
  const frame = frames.epub;
  const target = new URL(`epub/${encodeURI(place.path)}`, location.href);
  if (!frame.getAttribute("src") || frame.contentWindow.location.pathname !== target.pathname) {
    const loaded = nextLoad();
    if (frame.getAttribute("src")) frame.contentWindow.location.replace(target);
    else frame.src = target;
    await loaded;
  }
  const word = rangeAt(frame.contentDocument.body, place.offset);
  if (!word) return;
  const page = frame.contentWindow;
  const box = word.getBoundingClientRect();
  if (!isVisible(box, 0, page.innerHeight)) page.scrollBy(0, box.top - page.innerHeight / 3);
  flash(word.startContainer.parentElement);
}

// The DOM range of a character in an element's text.
function rangeAt(element, offset) {
  const nodes = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = offset;
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const chars = [...node.data];
    if (left < chars.length) {
      const range = element.ownerDocument.createRange();
      const start = chars.slice(0, left).join("").length;
      range.setStart(node, start);
      range.setEnd(node, start + chars[left].length);
      return range;
    }
    left -= chars.length;
  }
  return null;
}

function turnPage(place) {
  const image = byId("pages").querySelectorAll("li")[place.page - 1]?.querySelector("img");
  if (!image) return;
  const page = image.getBoundingClientRect();
  const [left, top, right, bottom] = place.box.length ? place.box : [0, 0, 1, 0.1];
  const box = new DOMRect(
    page.left + left * page.width, page.top + top * page.height,
    (right - left) * page.width, (bottom - top) * page.height,
  );
  const pages = byId("pages").getBoundingClientRect();
  const distance = isVisible(box, pages.top, pages.bottom) ? 0 : box.top - (pages.top + pages.height / 3);
  byId("pages").scrollBy(0, distance);
  const mark = document.createElement("div");
  mark.className = "mark-place";
  document.body.append(mark);
  Object.assign(mark.style, {
    left: `${box.left}px`, top: `${image.getBoundingClientRect().top + top * page.height}px`,
    width: `${box.width}px`, height: `${box.height}px`,
  });
  mark.animate({ opacity: [0.45, 0] }, 2000).finished.then(() => mark.remove());
}

function turnSlide(place) {
  const slide = byId("slides").querySelectorAll("li")[place.slide - 1];
  if (!slide) return;
  const element = slide.querySelector(`p[data-line="${place.line}"], h2[data-line="${place.line}"]`) || slide;
  const slides = byId("slides").getBoundingClientRect();
  if (!isVisible(element.getBoundingClientRect(), slides.top, slides.bottom)) element.scrollIntoView({ block: "center" });
  flash(element);
}

const isVisible = (box, top, bottom) => box.top >= top && box.bottom <= bottom;

const flash = (element) => element.animate({ outline: ["3px solid currentColor", "3px solid transparent"] }, 2000);

// --- Pages and slides ------------------------------------------------------------------------------

let zoom = 1;
for (const button of document.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => {
    zoom = Math.max(0.5, Math.min(3, zoom + Number(button.dataset.zoom) / 4));
    byId("pages").style.setProperty("--zoom", zoom);
  });
}

const overview = byId("overview");
byId("overview-toggle").addEventListener("click", () => showOverview(overview.hidden));

function showOverview(isOpen) {
  overview.hidden = !isOpen;
  byId("slides").hidden = isOpen;
  byId("overview-toggle").setAttribute("aria-pressed", String(isOpen));
  if (!isOpen) return;
  fillOverview();
  overview.querySelector("[tabindex='0']")?.focus();
}

function fillOverview() {
  const at = [...overview.children].indexOf(document.activeElement);
  const slides = [...byId("slides").querySelectorAll("li")];
  overview.replaceChildren(...slides.map((slide, index) => {
    const button = document.createElement("button");
    const title = slide.querySelector("img")?.alt || slide.querySelector("h2")?.textContent || "";
    const picture = slide.querySelector("img")?.cloneNode() || document.createElement("div");
    if (picture.alt !== undefined) picture.alt = "";
    else picture.append(title);
    picture.classList.toggle("card", picture.alt === undefined);
    picture.setAttribute("aria-hidden", "true");
    button.type = "button";
    button.tabIndex = index === Math.max(at, 0) ? 0 : -1;
    button.className = slide.className;
    button.append(picture, `${index + 1}. ${title}${slide.className ? " (hidden)" : ""}`);
    button.addEventListener("click", () => {
      showOverview(false);
      slide.scrollIntoView();
      slide.querySelector(".number button").focus({ preventScroll: true });
    });
    return button;
  }));
  if (at >= 0) overview.children[at]?.focus();
}

overview.addEventListener("keydown", (event) => {
  const buttons = [...overview.children];
  const at = buttons.indexOf(document.activeElement);
  const inRow = buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length;
  const targets = {
    ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + inRow, ArrowUp: at - inRow, Home: 0, End: buttons.length - 1,
  };
  if (event.key === "Escape") {
    showOverview(false);
    byId("overview-toggle").focus();
  }
  const next = buttons[targets[event.key]];
  if (!next) return;
  event.preventDefault();
  buttons[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

// ---------------------------------------------------------------------------------------------------

for (const tab of tabs) tab.addEventListener("click", () => select(tab.dataset.output));
document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const usable = tabs.filter((tab) => !tab.disabled);
  if (!step || !usable.length) return;
  const next = usable.at((usable.indexOf(document.activeElement) + step) % usable.length);
  next.focus();
  select(next.dataset.output);
});

show(JSON.parse(byId("news").textContent));
const events = new EventSource("events");
events.addEventListener("message", (event) => show(JSON.parse(event.data)));
events.addEventListener("error", () => {
  byId("status").textContent = "preview stopped";
  byId("status").classList.add("failed");
});
