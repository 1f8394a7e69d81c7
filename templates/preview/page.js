// Keeps the page fresh: each event names the digests of what there is, and what differs is fetched.
"use strict";

const byId = (id) => document.getElementById(id);
const tabs = [...document.querySelectorAll("[role=tab]")];
const frames = { epub: document.querySelector("[name=book]"), pdf: document.querySelector("[name=print]") };
const stages = {
  reading: "reading the source", epub: "EPUB", pdf: "PDF", pptx: "slides", pictures: "slide images",
};
let shown = { outputs: {}, panels: {} };
let open = location.hash.slice(1);
let told = ""; // the output that the preview knows to be in view
let printed = ""; // the look of the pages in the frame

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
  if (earlier.outputs.epub && earlier.outputs.epub.digest !== news.outputs.epub?.digest) reload();
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
  if (name === "pdf") showPages();
  if (name && name !== told) fetch(`in-view/${(told = name)}`, { method: "POST" });
  status();
}

// Shows the pages where they changed last; while they look the same the viewer is left where it is.
function showPages() {
  if (printed === shown.print.look) return;
  const place = `outputs/${encodeURIComponent(shown.outputs.pdf.name)}?${shown.print.look}#page=${shown.print.place}`;
  if (frames.pdf.getAttribute("src")) frames.pdf.contentWindow.location.replace(place);
  else frames.pdf.src = place;
  printed = shown.print.look;
}

async function refresh(name) {
  const answer = await fetch(`panels/${name}`);
  if (answer.ok) patch(byId(name), await answer.text());
  if (name === "contents") mark();
}

// Puts a panel's new content in place; lines that stay the same keep their pictures, and their places.
function patch(panel, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const lines = (where) => [...where.querySelectorAll(":scope > * > li")];
  const known = new Map(lines(panel).map((line) => [line.outerHTML, line]));
  const top = panel.parentElement.scrollTop;
  for (const line of lines(fresh)) {
    const same = known.get(line.outerHTML);
    if (same) line.replaceWith(same);
    known.delete(line.outerHTML);
  }
  panel.replaceChildren(...fresh.childNodes);
  panel.parentElement.scrollTop = top;
}

function reload() {
  const frame = frames.epub;
  if (!frame.getAttribute("src")) return;
  const page = frame.contentWindow;
  const top = page.scrollY;
  if (top) frame.addEventListener("load", () => page.scrollTo(0, top), { once: true });
  page.location.reload();
}

// The line of the contents that leads to the page at hand.
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
    if (link && link.origin !== location.origin) {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
  });
});

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
