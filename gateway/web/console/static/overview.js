// Brings new figures every half minute, for ten minutes after the reader has done something: so a
// page that nobody looks at keeps no session alive. Without it the page is as it was loaded.
"use strict";
const EVERY = 30000;
const MOST = 20;
let done = 0;
for (const kind of ["click", "keydown"]) addEventListener(kind, () => { done = 0; });
setInterval(async () => {
  const figures = document.getElementById("figures");
  if (document.hidden || done >= MOST || figures.contains(document.activeElement)) return;
  done += 1;
  try {
    const here = new URL(location.href);
    here.searchParams.set("part", "figures");
    const answer = await fetch(here, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.body;
    if (!fresh.querySelector("section")) return;
    const named = (each) => each.closest("section").getAttribute("aria-labelledby");
    const open = new Set([...figures.querySelectorAll("details[open]")].map(named));
    for (const each of fresh.querySelectorAll("details")) each.open = open.has(named(each));
    figures.replaceChildren(...fresh.childNodes);
  } catch {
    // The line is down for a moment: what stands there is as old as it says.
  }
}, EVERY);
